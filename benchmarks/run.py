"""`make bench`: CodeFacet and other engines on the same records and queries, in one run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ready_generation
from benchmarks.engines import ENGINES
from benchmarks.engines.codefacet import NAME as OURS
from benchmarks.kind_run import KindRun, prepare
from benchmarks.plans import TITLED_EDITS, base_kind
from benchmarks.report import RESULTS, Report
from searchcore.errors import CodeFacetError, GenerationError
from searchcore.generations import Generation
from searchcore.library import Library
from searchcore.schema import KINDS

USUAL = ("code", "ptp_edit", TITLED_EDITS)
NAMES = (*KINDS, TITLED_EDITS)
_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option(
    "--data-dir", type=_FOLDER, default=DEFAULT_DATA_DIR, help="A full build; made if it is not there."
)
@click.option("--shared", type=_FOLDER, default=DEFAULT_SHARED, help="The agencies' files, to import then.")
@click.option("--judged", type=_FOLDER, help="Judged queries. Default: `judged` beside --shared.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(NAMES), help=f"Default: {', '.join(USUAL)}."
)
@click.option("--engines", default=",".join(ENGINES), show_default=True)
@click.option(
    "--queries", "count", type=click.IntRange(10), default=200, show_default=True, help="Of each kind."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--rows", type=click.IntRange(100), help="A trial on only about so many records of each kind.")
@click.option("--work", type=_FOLDER, help="Keep the indexes here, and use those that stand there.")
@click.option(
    "--results", type=_FOLDER, default=RESULTS, help="Where latest (or trial) .json and .svg are written."
)
def main(
    data_dir: Path,
    shared: Path,
    judged: Path | None,
    kinds: tuple[str, ...],
    engines: str,
    count: int,
    rounds: int,
    rows: int | None,
    work: Path | None,
    results: Path,
) -> None:
    """Measure CodeFacet beside other engines: same records, same queries, one run.

    Figures depend on the machine; ratios less so. docs/benchmarks.md says how to read them.
    """
    chosen = available(engines.split(","))
    data_dir, judged = data_dir.absolute(), judged or shared.parent / "judged"
    failures: list[str] = []
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="codefacet-bench-")))
        try:
            generation = ready_generation(data_dir, shared)
            report = Report(results, "trial" if rows else "latest")
            for name in kinds_held(kinds or USUAL, generation, rows):
                begin = time.perf_counter()
                run = KindRun(prepare(name, data_dir, rows, folder / name), chosen, folder / name)
                queries = run.queries(judged, count)
                # A served generation has neither a part of the records nor made-up titles.
                served = rows is None and name in KINDS
                figures = run.measure(queries, rounds, opened(data_dir, stack) if served else None)
                if figures:
                    report.add(name, {"generation": generation.id, **run.about(queries)}, figures)
                else:
                    failures.append(name)
                click.echo(f"{name}: {time.perf_counter() - begin:,.0f} s")
        except CodeFacetError as error:
            raise click.ClickException(str(error)) from error
    if failures:
        raise click.ClickException(
            f"our own answers differ from those of other engines: {', '.join(failures)}"
        )


def opened(data_dir: Path, stack: ExitStack) -> Library | None:
    """Open the served generation for as long as the run lasts; None, and a line, if this version cannot."""
    try:
        return stack.enter_context(closing(Library.open(data_dir)))
    except GenerationError as error:
        click.echo(f"The whole answer is left out; the served generation cannot be opened: {error}")
        return None


def available(names: list[str]) -> list[str]:
    """Return the engines that can run here, ours always; say why others cannot."""
    unknown = set(names) - set(ENGINES)
    if unknown:
        raise click.UsageError(f"there is no engine {', '.join(sorted(unknown))}")
    reasons = {name: ENGINES[name].missing() for name in names}
    for name, reason in reasons.items():
        if reason:
            click.echo(f"{ENGINES[name].label}: left out; {reason}")
    return [name for name in ENGINES if name == OURS or reasons.get(name) == ""]


def kinds_held(names: Sequence[str], generation: Generation, rows: int | None) -> list[str]:
    """Return the kinds of which the served generation holds records; say which it does not hold.

    In a trial on a part of the rows any kind will do: it is linked from the imported files.
    """
    held = [name for name in names if rows or generation.records.get(base_kind(name))]
    for name in names:
        if name not in held:
            click.echo(f"{name}: left out; the served generation holds no records of this kind")
    return held


if __name__ == "__main__":
    main(prog_name="benchmarks.run")
