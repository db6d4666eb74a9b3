"""`codefacet fetch`: download the agencies' files."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cli.context import Settings, pass_settings

if TYPE_CHECKING:
    from indexer.descriptions import SourceDescription
    from indexer.fetch import Fetched, Patience, Wanted


@click.command(
    "fetch",
    epilog="""\b
Examples:
  codefacet fetch --list
  codefacet fetch icd10cm-order --release FY2026
  codefacet fetch --all --accept-cms-ama-license
  codefacet fetch hcpcs --url https://example.org/hcpcs.zip --file hcpcs.zip

\b
Exit codes: 0 every file is here, 1 at least one failed (the others are done), 2 wrong usage.
""",
)
@click.argument("ids", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Fetch every source that has a known address.")
@click.option("--release", help="Fetch one release only, as --list names it.")
@click.option("--list", "as_list", is_flag=True, help="List sources, releases and addresses; fetch nothing.")
@click.option("--update", is_flag=True, help="Take other content under the name of a file fetched before.")
@click.option("--url", help="Fetch one source from this address (any host); needs --file.")
@click.option("--file", "file_name", help="Name to keep the file of --url under.")
@click.option(
    "--accept-cms-ama-license",
    "accept",
    is_flag=True,
    help="You have read and accept the licence of the sources named. Recorded with date and user name.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=30.0,
    show_default=True,
    help="Seconds to wait for a connection and for each piece of an answer.",
)
@click.option(
    "--retries",
    type=click.IntRange(0, 20),
    default=4,
    show_default=True,
    help="Further attempts after one that failed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array with one object per file.")
@pass_settings
def command(
    settings: Settings,
    ids: tuple[str, ...],
    everything: bool,
    release: str | None,
    as_list: bool,
    update: bool,
    url: str | None,
    file_name: str | None,
    accept: bool,
    timeout: float,
    retries: int,
    as_json: bool,
) -> None:
    """Download the files of each SOURCE from the addresses in its source.yaml.

    Broken downloads are taken up again where they stopped. Each file is checked and pinned by its SHA-256:
    other content under the same name is refused unless --update is given. Files lie in the folder downloads
    of the data folder; `codefacet import` takes them in.
    """
    from indexer.commands import fetch_report
    from indexer.descriptions import load_sources
    from indexer.fetch import Patience

    sources = load_sources()
    chosen = _chosen(sources, ids, everything=everything, as_list=as_list)
    if as_list:
        fetch_report.print_list(
            [sources[name] for name in chosen], release, settings.data_dir, as_json=as_json
        )
        return
    wanted = _wanted(sources, chosen, release, url, file_name, everything=everything)
    accepted = [sources[name] for name in chosen] if accept else []
    patience = Patience(timeout=timeout, retries=retries)
    fetched = _fetch(settings, wanted, accepted, patience, update=update, quiet=as_json)
    fetch_report.print_outcome(fetched, settings.data_dir, as_json=as_json)
    if any(one.error for one in fetched):
        raise SystemExit(1)


def _chosen(
    sources: Mapping[str, SourceDescription], ids: tuple[str, ...], *, everything: bool, as_list: bool
) -> list[str]:
    if everything and ids:
        raise click.UsageError("Give either SOURCE or --all, not both.")
    if not (ids or everything or as_list):
        raise click.UsageError("Name a SOURCE, or give --all; --list shows what there is.")
    for name in ids:
        if name not in sources:
            close = difflib.get_close_matches(name, sources, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "--list shows what there is."
            raise click.UsageError(f"There is no source {name!r}; {hint}")
    return list(dict.fromkeys(ids)) or list(sources)


def _wanted(
    sources: Mapping[str, SourceDescription],
    chosen: list[str],
    release: str | None,
    url: str | None,
    file_name: str | None,
    *,
    everything: bool,
) -> list[Wanted]:
    from indexer.fetch.plan import make_plan, releases_of

    if url or file_name:
        if everything or len(chosen) != 1:
            raise click.UsageError("--url and --file go with exactly one SOURCE.")
        return [_by_hand(sources[chosen[0]], release, url, file_name)]
    for name in chosen:
        if not (everything or sources[name].urls):
            raise click.UsageError(f"No address is known for {name}; give one with --url and --file.")
    plan = make_plan(sources, chosen, release)
    if not plan:
        known = ", ".join(releases_of(sources, chosen)) or "none"
        raise click.UsageError(f"There is no release {release!r} to fetch; known: {known}.")
    return plan


def _by_hand(
    source: SourceDescription, release: str | None, url: str | None, file_name: str | None
) -> Wanted:
    from indexer.descriptions import Address, check_address
    from indexer.fetch import Wanted
    from searchcore.errors import ConfigurationError

    if not (url and file_name):
        raise click.UsageError("--url and --file go together.")
    address = Address(release or "", url, file_name)
    try:
        check_address(address)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    return Wanted(source, address, any_host=True)


def _fetch(
    settings: Settings,
    wanted: list[Wanted],
    accepted: list[SourceDescription],
    patience: Patience,
    *,
    update: bool,
    quiet: bool,
) -> list[Fetched]:
    from indexer.fetch import Fetcher
    from indexer.fetch.fetcher import only_one
    from indexer.fetch.progress import download_bars

    with only_one(settings.data_dir), download_bars(hidden=quiet) as meter:
        fetcher = Fetcher(settings.data_dir, patience, update=update, meter=meter)
        for source in accepted:
            fetcher.licences.accept(source)
        return [fetcher.fetch(one) for one in wanted]
