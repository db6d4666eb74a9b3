"""What `codefacet fetch` prints: the list of sources, and what became of each file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from indexer.descriptions import SourceDescription
from indexer.fetch import Fetched, Licences, Pins
from indexer.fetch.fetcher import DOWNLOADS, FAILED
from searchcore.lines import one_line

_COLOURS = {"new": "green", "updated": "green", "repaired": "green", "unchanged": "dim", "failed": "red"}


def print_list(
    sources: Sequence[SourceDescription], release: str | None, data_dir: Path, *, as_json: bool
) -> None:
    """Print every address of the sources, and whether its file is here."""
    rows = [row for source in sources for row in _list_rows(source, release, data_dir)]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for source in sources:
        own = [row for row in rows if row["source"] == source.id]
        if release and not own:
            continue
        click.echo(
            f"{click.style(source.id, bold=True)}: {source.title}. {source.publisher}, {source.cadence}."
        )
        click.echo(f"    Licence: {_licence_line(source, data_dir)}")
        for row in own:
            state = f"fetched {str(row['fetched'])[:10]}" if row["fetched"] else "not fetched"
            click.echo(f"    {row['release']}  {row['url']}  [{state}]")
        if not own:
            click.echo("    No known address: download it by hand, or give --url and --file.")


def print_outcome(fetched: Sequence[Fetched], data_dir: Path, *, as_json: bool) -> None:
    """Print what became of each file; failures also as lines on stderr."""
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in fetched], indent=1, ensure_ascii=False))
        return
    counts = Counter(one.state for one in fetched)
    done = len(fetched) - counts[FAILED]
    if done:
        _print_table(fetched)
        for line in _acceptances(fetched):
            click.echo(line)
    for error in (one.error for one in fetched if one.error):
        click.echo(f"Error: {one_line(str(error))}", err=True)
    if done:
        states = ", ".join(f"{count} {state}" for state, count in counts.items())
        click.echo(f"\n{states}. Next: codefacet import {data_dir / DOWNLOADS}")


def _list_rows(source: SourceDescription, release: str | None, data_dir: Path) -> list[dict[str, object]]:
    downloads = data_dir / DOWNLOADS
    pins, acceptance = Pins(downloads), Licences(data_dir).of(source)
    rows: list[dict[str, object]] = []
    for address in source.urls:
        if release not in (None, address.release):
            continue
        own = f"{source.id}/{address.file}"
        name = own if pins.get(*own.split("/")) else pins.at(address.url) or own
        pin = pins.get(*name.split("/"))
        here = pin is not None and (downloads / name).is_file()
        rows.append(
            {
                "source": source.id,
                "title": source.title,
                "release": address.release,
                "url": address.url,
                "file": address.file,
                "licence": source.licence,
                "licence_accepted": None if not source.needs_acceptance else acceptance is not None,
                "path": str(downloads / name) if here else None,
                "fetched": pin.fetched if pin and here else None,
                "sha256": pin.sha256 if pin and here else None,
            }
        )
    return rows


def _licence_line(source: SourceDescription, data_dir: Path) -> str:
    if not source.needs_acceptance:
        return source.licence
    acceptance = Licences(data_dir).of(source)
    if acceptance is None:
        return f"{source.licence}, needs --accept-cms-ama-license"
    return f"{source.licence}, accepted by {acceptance.user} on {acceptance.accepted}"


def _print_table(fetched: Iterable[Fetched]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Source", "File", "Release", "Size", "SHA-256", "Result"):
        table.add_column(name, justify="right" if name == "Size" else "left", overflow="fold")
    for one in fetched:
        address = one.wanted.address
        why = f": {one.error.what}" if one.error else ""
        table.add_row(
            # Text, not markup: brackets in a name are shown as they are.
            Text(one.wanted.source.id),
            Text(address.file),
            Text(address.release),
            decimal(one.size) if one.size else "",
            one.sha256[:12],
            Text(one_line(f"{one.state}{why}"), style=_COLOURS[one.state]),
        )
    Console().print(table)


def _acceptances(fetched: Iterable[Fetched]) -> list[str]:
    found = {}
    for one in fetched:
        if one.acceptance:
            licence, user, when = one.acceptance.licence, one.acceptance.user, one.acceptance.accepted
            source = one.acceptance.source
            found[source] = f"Licence {licence} of {source}: accepted by {user} on {when}"
    return list(found.values())
