"""Start-up: a search as a new process, an unchanged rebuild, the search after a switch, a worker's memory."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from benchmarks.data import DEFAULT_DATA_DIR, DEFAULT_SHARED, ROOT, command, ready_generation
from benchmarks.report import RESULTS, machine
from searchcore.errors import BuildError, CodeFacetError
from searchcore.library import Library
from searchcore.request import Request

# Searches that touch every kind, many words and many facets.
_TEXTS = (
    "diabetes",
    "type 2 diabetes with kidney disease",
    "fracture of left femur",
    "knee brace",
    "injection",
    "E11.9",
    "S72",
    "J0120",
    "90862",
    "hemorrh*",
    '"heart failure"',
    "",
)
_KINDS = ("code", "modifier", "ptp_edit", "coverage")


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), default=DEFAULT_DATA_DIR)
@click.option("--shared", type=click.Path(path_type=Path), default=DEFAULT_SHARED)
@click.option("--runs", type=click.IntRange(1), default=9, show_default=True)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS)
def main(data_dir: Path, shared: Path, runs: int, results: Path) -> None:
    """Measure start-up on a full build; write startup.json."""
    try:
        ready_generation(data_dir.absolute(), shared)
        figures = measure(data_dir.absolute(), runs)
    except CodeFacetError as error:
        raise click.ClickException(str(error)) from error
    results.mkdir(parents=True, exist_ok=True)
    report = {"date": dt.date.today().isoformat(), "machine": machine(), "figures": figures}
    (results / "startup.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, value in figures.items():
        click.echo(f"{name:<28} {value:>10,.3f}")


def measure(data_dir: Path, runs: int) -> dict[str, float]:
    """Return all figures of a data folder, which is brought up to date before; the page cache is warm."""
    _run(data_dir, "build", "--if-needed")
    # First, as a worker would be forked: what this process does later would be private to the worker, too.
    worker = worker_memory_mb(data_dir)
    search = ("search", "type 2 diabetes with kidney disease", "--json")
    _process_seconds(data_dir, *search)
    rebuild = unchanged_rebuild_s(data_dir)
    searches, processor = zip(*(_process_seconds(data_dir, *search) for _ in range(runs)), strict=True)
    return {
        "search_process_s": statistics.median(searches),
        "search_process_best_s": min(searches),
        "search_process_worst_s": max(searches),
        "search_process_cpu_s": statistics.median(processor),
        "unchanged_rebuild_s": rebuild,
        **switch_ms(data_dir),
        **worker,
    }


def unchanged_rebuild_s(data_dir: Path) -> float:
    """Return the seconds of `codefacet build` where nothing has changed.

    Raises:
        BuildError: it built all the same. Then the folder is up to date now, and the next run will do.
    """
    begin = time.perf_counter()
    done = _run(data_dir, "build", "--json")
    seconds = time.perf_counter() - begin
    if not json.loads(done.stdout)["unchanged"]:
        raise BuildError(
            "the folder was not up to date and has been built anew", where=str(data_dir), mend="run it again"
        )
    return seconds


def switch_ms(data_dir: Path) -> dict[str, float]:
    """Return how long a server prepares a switch in the background, and the first search after it."""
    served = Library.open(data_dir)
    served.warm_up()
    begin = time.perf_counter()
    following = Library.open(data_dir)
    opened = time.perf_counter()
    following.warm_up()
    warm = time.perf_counter()
    # In a new thread, which makes what each thread has for itself.
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_search_ms, following).result()
    for library in (served, following):
        library.close()
    return {
        "open_and_check_ms": (opened - begin) * 1000,
        "warm_up_ms": (warm - opened) * 1000,
        "first_search_ms": first,
    }


def _search_ms(library: Library) -> float:
    begin = time.perf_counter()
    library.search(Request(_TEXTS[1], as_of=dt.date.today()))
    return (time.perf_counter() - begin) * 1000


def worker_memory_mb(data_dir: Path) -> dict[str, float]:
    """Return the memory that a forked worker has for itself once it has searched all kinds.

    The parent loads and warms up, as a server does before it forks.
    """
    library = Library.open(data_dir)
    library.warm_up()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _worker(library, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        told: dict[str, float] = json.loads(stream.read() or b"{}")
    _, status = os.waitpid(child, 0)
    library.close()
    if status or not told:
        raise CodeFacetError("the memory of a worker cannot be told: that needs /proc/self/smaps_rollup")
    return told


def _worker(library: Library, writer: int) -> None:
    """Search in the child, tell its memory, and end without the parent's clean-up."""
    try:
        _search_all(library, _TEXTS)
        os.write(writer, json.dumps(private_memory_mb()).encode())
        os._exit(0)
    except BaseException:
        os._exit(1)


def _search_all(library: Library, texts: tuple[str, ...]) -> None:
    for kind in _KINDS:
        for text in texts:
            library.search(Request(text, kind, as_of=dt.date.today()))


def private_memory_mb() -> dict[str, float]:
    """Return the private and the proportional memory of this process, as Linux tells them."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kib = {name.rstrip(":"): int(size) for name, size, *_ in (line.split() for line in lines)}
    private = kib["Private_Clean"] + kib["Private_Dirty"]
    return {"worker_private_mb": private * 1024 / 1e6, "worker_proportional_mb": kib["Pss"] * 1024 / 1e6}


def _run(data_dir: Path, *args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(data_dir, *args), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(
            f"codefacet {args[0]} failed: {(done.stderr or done.stdout).strip()}", where=str(data_dir)
        )
    return done


def _process_seconds(data_dir: Path, *args: str) -> tuple[float, float]:
    """Return the seconds of a command by the clock, and those of the processor."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _run(data_dir, *args)
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(prog_name="benchmarks.startup")
