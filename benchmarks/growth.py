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
from benchmarks.report import RESULTS, machine
from searchcore.engine import KindIndex
from searchcore.engines import index_writer, open_kind
from searchcore.request import Filters, Request
from searchcore.schema import load_kind

KIND = "ptp_edit"
_MILLION = 1_000_000
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
        records = synthetic.edits(rows)
        begin = time.perf_counter()
        index_writer().write(schema, records, folder, lambda _done, _total: None)
        seconds = time.perf_counter() - begin
        memory = peak_memory_mb()
        queries = requests(count)
        expected = plain_counts(records, queries)
        del records
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        index = open_kind(schema, folder)
        try:
            wrong = [
                request.text for request, total in expected.items() if index.search(request).total != total
            ]
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


def requests(count: int) -> list[Request]:
    """Return the same requests for every size: codes and words of texts, half of them filtered."""
    chance = random.Random(count)
    texts = [chance.choice(synthetic.codes()) for _ in range(count // 2)]
    sources = synthetic.titles() + synthetic.rationales() * 50
    for _ in range(count - len(texts)):
        words = chance.choice(sources).split()
        texts.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 3)))))
    filters: list[Filters] = [(), (("indicator", ("1",)),), (), (("system", ("PTPPRA",)),)]
    return [Request(text, KIND, filters[at % 4], dt.date.today(), "score") for at, text in enumerate(texts)]


def plain_counts(records: pl.DataFrame, asked: list[Request]) -> dict[Request, int]:
    """Return the right number of matches of some requests (codes and single words), by scanning."""
    some = [request for request in asked if " " not in request.text][:: max(1, len(asked) // 12)]
    found = {}
    for request in some:
        pattern = rf"\b{request.text}\b"
        texts = ("title", "rationale_text")
        holds = pl.any_horizontal(pl.col(name).str.contains(pattern) for name in texts)
        holds = holds | pl.col("synonyms").list.join(" ").str.contains(pattern)
        for name, values in request.filters:
            holds = holds & pl.col(name).is_in(list(values))
        found[request] = int(records.select(holds.sum()).item())
    return found


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
