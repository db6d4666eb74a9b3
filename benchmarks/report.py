"""The figures of a run: as tables and a drawing for people, as `latest.json` for programs."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sqlite3
from importlib import metadata
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.plot import svg

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("numpy", "numba", "polars", "tantivy", "whoosh")
# Columns of the table: key in the JSON, heading, digits.
_COLUMNS = (
    ("p50_ms", "p50 ms", 3),
    ("p95_ms", "p95 ms", 3),
    ("mean_ms", "mean ms", 3),
    ("ratio_p50", "×p50", 2),
    ("ratio_p95", "×p95", 2),
    ("ratio_mean", "×mean", 2),
    ("qps_2_threads", "q/s, 2 threads", 0),
    ("build_first_s", "build s, first", 1),
    ("build_s", "warm", 1),
    ("disk_mb", "disk MB", 0),
    ("rss_mb", "memory MB", 0),
)


def machine() -> dict[str, Any]:
    """Return what a reader must know of the machine, and nothing that names it."""
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "packages": {**versions, "sqlite": sqlite3.sqlite_version},
    }


class Report:
    """The figures of all kinds. Each kind is added, printed and written as soon as it is measured.

    Kinds that stand in the file already are kept where they were measured on the same machine with the same
    packages, so that kinds can be measured one at a time.

    Args:
        folder: where the files are.
        stem: the name of the files, without `.json` and `.svg`.
    """

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = folder
        self._stem = stem
        self.content: dict[str, Any] = {"machine": machine(), "about": {}, "kinds": {}}
        if (path := folder / f"{stem}.json").is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            if found.get("machine") == self.content["machine"]:
                self.content = found

    def add(self, name: str, about: dict[str, Any], figures: dict[str, dict[str, Any]]) -> None:
        """Take the figures of a kind in place of earlier ones, print them, and write all."""
        about = {"date": dt.date.today().isoformat(), **about}
        self.content["about"][name], self.content["kinds"][name] = about, figures
        self._folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.content, indent=1, ensure_ascii=False)
        (self._folder / f"{self._stem}.json").write_text(text + "\n", encoding="utf-8")
        (self._folder / f"{self._stem}.svg").write_text(svg(self.content), encoding="utf-8")
        print_kind(name, about, figures)


def print_kind(name: str, facts: dict[str, Any], engines: dict[str, dict[str, Any]]) -> None:
    """Print the table of one kind. Ratios are theirs over ours; above 1, CodeFacet is faster."""
    title = f"\n{name}: {facts['records']:,} records, {facts['queries']} queries, as of {facts['as_of']}"
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("Engine", no_wrap=True)
    for _, heading, _ in _COLUMNS:
        table.add_column(heading, justify="right")
    for figures in engines.values():
        cells = [
            "" if (value := figures.get(key)) is None else f"{value:,.{digits}f}"
            for key, _, digits in _COLUMNS
        ]
        asked = figures["queries"]
        part = f" ({asked} queries)" if asked < facts["queries"] else ""
        table.add_row(figures["label"] + part, *cells)
    Console(width=max(130, Console().width)).print(table)
