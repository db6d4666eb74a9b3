"""`make bench`: CodeFacet and other engines on the same records and queries, in one run."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ready_generation
from benchmarks.engines import ENGINES
from benchmarks.engines.codefacet import NAME as OURS
from benchmarks.kind_run import KindRun, prepare
from benchmarks.plans import TITLED_EDITS, base_kind
from benchmarks.plot import write_svg
from benchmarks.report import RESULTS, machine, print_kind, write_json
from searchcore.errors import CodeFacetError, GenerationError
from searchcore.generations import Generation
from searchcore.library import Library
from searchcore.schema import KINDS

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option(
    "--data-dir", type=_FOLDER, default=DEFAULT_DATA_DIR, help="A full build; made if it is not there."
)
@click.option("--shared", type=_FOLDER, default=DEFAULT_SHARED, help="The agencies' files, to import then.")
@click.option("--judged", type=_FOLDER, help="Judged queries. Default: `judged` beside --shared.")
@click.option("--kinds", default=f"code,ptp_edit,{TITLED_EDITS}", show_default=True)
@click.option("--engines", default=",".join(ENGINES), show_default=True)
@click.option(
    "--queries", "count", type=click.IntRange(10), default=200, show_default=True, help="Of each kind."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--rows", type=click.IntRange(100), help="A trial on only about so many records of each kind.")
@click.option("--work", type=_FOLDER, help="Keep the indexes here, and use those that stand there.")
@click.option(
    "--results", type=_FOLDER, default=RESULTS, help="Where latest.json and latest.svg are written."
)
def main(
    data_dir: Path,
    shared: Path,
    judged: Path | None,
    kinds: str,
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
    report: dict[str, Any] = {"date": dt.date.today().isoformat(), "machine": machine()}
    failures: list[str] = []
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="codefacet-bench-")))
        try:
            generation = ready_generation(data_dir.absolute(), shared)
            report |= {"generation": generation.id, "trial_rows": rows, "about": {}, "kinds": {}}
            for name in kinds_held(kinds.split(","), generation, rows):
                corpus = prepare(name, data_dir.absolute(), rows, folder / name)
                run = KindRun(corpus, chosen, folder / name)
                queries = run.queries(judged or shared.parent / "judged", count)
                # A served generation has neither a part of the records nor made-up titles.
                served = rows is None and name in KINDS
                library = opened(data_dir, stack) if served else None
                figures = run.measure(queries, rounds, library)
                if not figures:
                    failures.append(name)
                    continue
                report["kinds"][name], report["about"][name] = figures, run.about(queries)
                print_kind(name, report["about"][name], figures)
        except CodeFacetError as error:
            raise click.ClickException(str(error)) from error
    if report["kinds"]:
        click.echo(f"\nWritten: {write_json(report, results)}, {write_svg(report, results)}")
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


def kinds_held(names: list[str], generation: Generation, rows: int | None) -> list[str]:
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
