"""Growth: build time and latency of our engine on ever more made-up PTP edits. Prints the curve."""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks import synthetic
from benchmarks.measure import in_child, peak_memory_mb, percentile
from benchmarks.records import Frames
from benchmarks.report import RESULTS, machine
from searchcore.engine import KindIndex
from searchcore.engines import index_writer, open_kind
from searchcore.request import Filters, Request
from searchcore.schema import load_kind

KIND = "ptp_edit"
_MILLION = 1_000_000
# So many requests are compared with a plain count.
_CHECKED = 16
_COLUMNS = ("build_s", "p50_ms", "p95_ms", "mean_ms", "disk_mb", "rss_mb")


@click.command()
@click.option("--sizes", default="1,2,4,8,16", show_default=True, help="Millions of edits.")
@click.option("--queries", "count", type=click.IntRange(10), default=120, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS)
def main(sizes: str, count: int, rounds: int, results: Path) -> None:
    """Build and ask indexes of growing size, each in a process of its own; write growth.json."""
    rows = [round(float(size) * _MILLION) for size in sizes.split(",")]
    curve = []
    for number in rows:
        click.echo(f"{number:,} edits")
        curve.append(in_child(point, number, count, rounds))
    results.mkdir(parents=True, exist_ok=True)
    report = {"date": dt.date.today().isoformat(), "machine": machine(), "curve": curve}
    (results / "growth.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print_curve(curve)


def point(rows: int, count: int, rounds: int) -> dict[str, Any]:
    """Build an index of so many edits and ask it; return the figures of this point of the curve."""
    schema = load_kind(KIND)
    with tempfile.TemporaryDirectory(prefix="codefacet-growth-") as name:
        folder = Path(name)
        # Loading is not part of growth, and it would make the first size look slow.
        _written(synthetic.edits(1_000), folder / "first")
        frames = synthetic.edits(rows)
        seconds = _written(frames, folder / "index")
        memory = peak_memory_mb()
        queries = requests(count)
        expected = plain_counts(frames, queries)
        del frames
        disk = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
        index = open_kind(schema, folder / "index")
        try:
            wrong = [request.text for request, total in expected.items() if _total(index, request) != total]
            times = _times(index, queries, rounds)
        finally:
            index.close()
    if wrong:
        raise AssertionError(f"{rows:,} edits: wrong number of matches for {', '.join(wrong)}")
    return {
        "rows": rows,
        "build_s": round(seconds, 2),
        "p50_ms": round(percentile(times, 0.5), 3),
        "p95_ms": round(percentile(times, 0.95), 3),
        "mean_ms": round(sum(times) / len(times), 3),
        "disk_mb": round(disk / 1e6, 1),
        "rss_mb": memory,
    }


def _written(frames: Frames, folder: Path) -> float:
    """Write an index, and return the seconds that it took."""
    folder.mkdir()
    begin = time.perf_counter()
    index_writer().write(load_kind(KIND), frames.records, folder, lambda _done, _total: None, frames.parts)
    return time.perf_counter() - begin


def requests(count: int) -> list[Request]:
    """Return the same requests for every size: codes and words of texts, half of them filtered."""
    chance = random.Random(count)
    texts = [chance.choice(synthetic.codes()) for _ in range(count // 2)]
    sources = synthetic.titles() + synthetic.rationales() * 50
    for _ in range(count - len(texts)):
        words = chance.choice(sources).split()
        texts.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 3)))))
    filters: list[Filters] = [(), (("indicator", ("1",)),), (), (("system", ("PTPPRA",)),)]
    return [
        Request(text, KIND, filters[at % 4], dt.date.today(), "score", all_words=True)
        for at, text in enumerate(texts)
    ]


def plain_counts(frames: Frames, asked: list[Request]) -> dict[Request, int]:
    """Return the right number of matches of some requests, by a look at every record.

    Each word must be in one of the parts that a record names; an edit has one version, so all are counted.
    """
    records, parts = frames
    assert parts is not None
    texts = parts.select(pl.concat_str("name", pl.col("words").list.join(" "), separator=" ")).to_series()
    found = {}
    for request in asked[:: max(1, len(asked) // _CHECKED)]:
        holds = pl.Series([True]).new_from_index(0, records.height)
        for word in request.text.split():
            having = texts.str.contains(rf"\b{word}\b")
            named = [having.gather(records[column]) for column in load_kind(KIND).text]
            holds &= named[0] | named[1] | named[2]
        for name, values in request.filters:
            holds &= records[name].is_in(list(values))
        found[request] = int(holds.sum())
    return found


def _total(index: KindIndex, request: Request) -> int:
    """Return how many records have all words; where none has, the engine notes that it shows others."""
    found = index.search(request)
    return 0 if found.notes else found.total


def _times(index: KindIndex, asked: list[Request], rounds: int) -> list[float]:
    """Return the milliseconds of every request of every round, after one round to warm up."""
    times = []
    for turn in range(rounds + 1):
        for request in asked:
            begin = time.perf_counter()
            index.search(request)
            if turn:
                times.append((time.perf_counter() - begin) * 1000)
    return times


def print_curve(curve: list[dict[str, Any]]) -> None:
    """Print the points, and how each grew against the first: linear growth gives the growth of the rows."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Edits", justify="right")
    for name in _COLUMNS:
        table.add_column(name.replace("_", " "), justify="right")
        table.add_column("×", justify="right", style="dim")
    first = curve[0]
    for each in curve:
        cells = [f"{each['rows']:,} (×{each['rows'] / first['rows']:g})"]
        for name in _COLUMNS:
            cells += [f"{each[name]:,.2f}", f"{each[name] / max(first[name], 1e-9):.1f}"]
        table.add_row(*cells)
    Console(width=max(120, Console().width)).print(table)


if __name__ == "__main__":
    main(prog_name="benchmarks.growth")
