"""`codefacet status`: what is imported, what is served, what was rejected."""

from __future__ import annotations

import json
from typing import Any

import click

from cli.context import Settings, pass_settings
from searchcore.errors import GenerationError
from searchcore.generations import ids, load


@click.command(epilog="\b\nExamples:\n  codefacet status\n  codefacet status --json\n")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def command(settings: Settings, as_json: bool) -> None:
    """Show the imported releases with rows read and rejected, and the records of the served generation."""
    form = status_of(settings)
    if as_json:
        click.echo(json.dumps(form, indent=1))
    else:
        _print(form)


def status_of(settings: Settings) -> dict[str, Any]:
    """Return the documented JSON form of the status."""
    from indexer.catalogue import Catalogue, all_parts

    sources = [
        {
            "source": release.source,
            "release": release.name,
            "part": part.part,
            "effective_from": release.start.isoformat() if release.start else None,
            "effective_to": release.end.isoformat() if release.end else None,
            "rows": part.rows,
            "rejected": part.rejected,
            "file": part.file,
            "member": part.member,
            "sha256": part.sha256,
            "imported": part.imported,
            "checks": part.checks,
        }
        for release, part in all_parts(Catalogue(settings.data_dir).releases())
    ]
    form: dict[str, Any] = {
        "data_dir": str(settings.data_dir),
        "sources": sources,
        "generation": None,
        "sample": None,
        "records": {},
        "edits_read": {},
        "built_from": [],
        "problem": None,
        "generations": ids(settings.data_dir),
    }
    try:
        served = load(settings.data_dir)
    except GenerationError as error:
        form["problem"] = str(error)
        return form
    form.update(
        generation=served.id,
        sample=served.is_sample,
        records=served.records,
        edits_read=served.manifest.get("edits_read", {}),
        built_from=served.manifest["inputs"],
    )
    return form


def _print(form: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from searchcore.lines import one_line

    console = Console()
    if form["sources"]:
        table = Table(title="Imported", title_justify="left", box=None, header_style="bold", pad_edge=False)
        for name in ("Source", "Release", "Effective", "Rows", "Rejected", "File"):
            table.add_column(
                name, justify="right" if name in ("Rows", "Rejected") else "left", overflow="fold"
            )
        for row in form["sources"]:
            window = (
                f"{row['effective_from'] or '?'} to {row['effective_to'] or 'open'}"
                if row["effective_from"]
                else ""
            )
            release = f"{row['release']} {row['part']}".strip()
            file = row["member"] or row["file"]
            table.add_row(
                row["source"],
                release,
                window,
                f"{row['rows']:,}",
                f"{row['rejected']:,}",
                # A name is whatever somebody wrote: no markup, no control characters.
                Text(one_line(file)),
            )
        console.print(table)
    else:
        console.print("Nothing is imported; the sample corpus is used. See: codefacet import --help")
    if form["problem"]:
        console.print(f"\n{form['problem']}", markup=False)
        return
    counts = ", ".join(f"{count:,} {kind}" for kind, count in form["records"].items())
    console.print(
        f"\nServed: generation {form['generation']}{' (sample)' if form['sample'] else ''}: {counts}"
    )
