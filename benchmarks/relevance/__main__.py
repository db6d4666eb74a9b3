"""`make relevance`: how well the first hits answer judged queries."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ready_generation
from benchmarks.relevance.asking import SWITCHABLE, ask_all, asker, opened
from benchmarks.relevance.judged import JudgedSet, load_sets
from benchmarks.relevance.misses import Miss, Misses
from benchmarks.relevance.pages import as_page, as_table
from benchmarks.relevance.report import by_sort, heading, lines
from searchcore.errors import CodeFacetError
from searchcore.library import Library

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option(
    "--data-dir", type=_FOLDER, default=DEFAULT_DATA_DIR, help="A full build; made if it is not there."
)
@click.option("--shared", type=_FOLDER, default=DEFAULT_SHARED, help="The agencies' files, to import then.")
@click.option("--judged", type=_FOLDER, help="Judged queries. Default: `judged` beside --shared.")
@click.option("--quick", is_flag=True, help="Only this engine; takes seconds.")
@click.option(
    "--ranking", type=_FOLDER, help="Try this file in place of schemas/ranking.yaml (with --quick)."
)
@click.option("--without-expansion", is_flag=True, help="Switch all language rules off (with --quick).")
@click.option("--off", multiple=True, help="Switch a group of language rules off (with --quick).")
@click.option("--misses", type=_FOLDER, help="Write the misses: a page, and a table beside it (.tsv).")
def main(
    data_dir: Path,
    shared: Path,
    judged: Path | None,
    quick: bool,
    ranking: Path | None,
    without_expansion: bool,
    off: tuple[str, ...],
    misses: Path | None,
) -> None:
    """Measure how well the first hits answer judged queries."""
    if (ranking or off or without_expansion) and not quick:
        raise click.UsageError("--ranking, --off and --without-expansion are for trials: add --quick")
    if (off or without_expansion) and not SWITCHABLE:
        raise click.UsageError("this version has no language rules that could be switched off")
    switches: dict[str, object] = {"expand": False} if without_expansion else {}
    if off:
        switches["off"] = off
    try:
        ready_generation(data_dir, shared)
        with opened(data_dir, ranking) as library:
            sets = load_sets(judged or shared.parent / "judged", library.facts)
            _print_ours(library, sets, switches)
            if misses:
                write_misses(misses, [miss for one in sets for miss in _misses(library, one, switches)])
    except CodeFacetError as error:
        raise click.ClickException(str(error)) from error


def _print_ours(library: Library, sets: list[JudgedSet], switches: dict[str, object]) -> None:
    library.warm_up()
    click.echo(heading())
    for judged in sets:
        for filtered in (True, False):
            answers = ask_all(judged, asker(library, judged, filtered=filtered, switches=switches))
            where = f"only {judged.system}" if filtered else "all systems"
            click.echo(lines(f"CodeFacet, {judged.name}, {where}", by_sort(judged, answers)))


def _misses(library: Library, judged: JudgedSet, switches: dict[str, object]) -> list[Miss]:
    looking = Misses(library)
    found = (looking.of(judged, row, **switches) for row in judged.rows)
    return [miss for miss in found if miss]


def write_misses(path: Path, misses: list[Miss]) -> None:
    """Write the page of the worst misses, and all of them as a table beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".html").write_text(as_page(misses), encoding="utf-8")
    path.with_suffix(".tsv").write_text(as_table(misses), encoding="utf-8")
    click.echo(f"{len(misses)} misses: {path.with_suffix('.html')}, {path.with_suffix('.tsv')}")


if __name__ == "__main__":
    main(prog_name="benchmarks.relevance")
