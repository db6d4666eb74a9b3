"""`make relevance`: how well the first hits answer judged queries."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
import polars as pl

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ROOT, ready_generation
from benchmarks.exact_codes import Share, exact_code_share
from benchmarks.relevance.asking import Switches, ask_all, asker, opened
from benchmarks.relevance.firing import firing
from benchmarks.relevance.groups import effects
from benchmarks.relevance.judged import JudgedSet, load_sets
from benchmarks.relevance.misses import Miss, Misses
from benchmarks.relevance.pages import as_page, as_table
from benchmarks.relevance.report import by_sort, heading, lines
from benchmarks.relevance.side_by_side import OURS, measured, scopes
from benchmarks.relevance.texts import all_records
from benchmarks.report import RESULTS, machine
from searchcore.errors import CodeFacetError
from searchcore.library import Library

# Judged queries are not part of the project: neither is a page that lists them.
MISSES = ROOT / "data" / "relevance" / "misses.html"
_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option(
    "--data-dir", type=_FOLDER, default=DEFAULT_DATA_DIR, help="A full build; made if it is not there."
)
@click.option("--shared", type=_FOLDER, default=DEFAULT_SHARED, help="The agencies' files, to import then.")
@click.option("--judged", type=_FOLDER, help="Judged queries. Default: `judged` beside --shared.")
@click.option("--work", type=_FOLDER, help="Keep the texts for the other engines here, for the next run.")
@click.option("--results", type=_FOLDER, default=RESULTS, help="Where relevance.json is written.")
@click.option(
    "--exact-every",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Type each n-th code; 0: none.",
)
@click.option("--misses", type=_FOLDER, help="Page of the misses; a table (.tsv) is written beside it.")
@click.option("--quick", is_flag=True, help="A trial: only this engine, a few seconds, no relevance.json.")
@click.option("--ranking", type=_FOLDER, help="In a trial: this file in place of schemas/ranking.yaml.")
@click.option("--without-expansion", is_flag=True, help="In a trial: without language rules.")
@click.option("--off", multiple=True, help="In a trial: without a group of rules, or what one says.")
def main(
    data_dir: Path,
    shared: Path,
    judged: Path | None,
    work: Path | None,
    results: Path,
    exact_every: int,
    misses: Path | None,
    quick: bool,
    ranking: Path | None,
    without_expansion: bool,
    off: tuple[str, ...],
) -> None:
    """Measure how well the first hits answer judged queries, for this engine and for others."""
    if (ranking or off or without_expansion) and not quick:
        raise click.UsageError("--ranking, --off and --without-expansion are for trials: add --quick")
    switches: Switches = {"expand": False} if without_expansion else {}
    if off:
        switches["off"] = off
    try:
        ready_generation(data_dir, shared)
        with opened(data_dir, ranking) as library:
            library.warm_up()
            sets = load_sets(judged or shared.parent / "judged", library.facts)
            if quick:
                print_ours(library, sets, switches)
            else:
                exact = exact_code_share(library, data_dir, exact_every) if exact_every else None
                write_figures(library, sets, all_records(data_dir, work, library.generation), results, exact)
            if misses or not quick:
                write_misses(misses or MISSES, library, sets, switches)
    except CodeFacetError as error:
        raise click.ClickException(str(error)) from error


def print_ours(library: Library, sets: list[JudgedSet], switches: Switches) -> None:
    """Print the figures of our engine."""
    click.echo(heading())
    for judged in sets:
        for where, system in scopes(judged):
            answers = ask_all(judged, asker(library, judged, filtered=bool(system), switches=switches))
            click.echo(lines(f"{OURS}, {judged.name}, {where}", by_sort(judged, answers)))


def write_figures(
    library: Library, sets: list[JudgedSet], records: pl.DataFrame, results: Path, exact: Share | None
) -> None:
    """Measure all engines and all groups of rules, and write the figures, those of exact codes too."""
    queries = [row.text for judged in sets for row in judged.rows]
    found: dict[str, Any] = {
        "machine": machine(),
        "date": dt.date.today().isoformat(),
        "sets": measured(library, sets, records),
        "groups": effects(library, sets),
        "rules": firing(queries, records["title"].drop_nulls()),
    }
    click.echo("\n".join(f"{name}: {counts}" for name, counts in found["rules"].items()))
    if exact:
        found["exact codes"] = {"asked": exact.total, "right": exact.right, "share": exact.share}
    results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (results / "relevance.json").write_text(text + "\n", encoding="utf-8")


def write_misses(path: Path, library: Library, sets: list[JudgedSet], switches: Switches) -> None:
    """Write the page of the worst misses, and all of them as a table beside it."""
    looking = Misses(library)
    asked = [looking.of(judged, row, **switches) for judged in sets for row in judged.rows]
    found: list[Miss] = [miss for miss in asked if miss]
    path.parent.mkdir(parents=True, exist_ok=True)
    page, table = path.with_suffix(".html"), path.with_suffix(".tsv")
    page.write_text(as_page(found), encoding="utf-8")
    table.write_text(as_table(found), encoding="utf-8")
    click.echo(f"{len(found)} queries whose first hit is wrong: {page}, {table}")


if __name__ == "__main__":
    main(prog_name="benchmarks.relevance")
