"""The records of one kind on disk, for all engines: the same words, facet values and as-of flag.

<folder>/records.arrow, parts.arrow   the frames that `codefacet build` indexes, for our own engine
<folder>/rows/0000.parquet            for the others, see `plain`; some at a time, for want of memory
<folder>/pool.parquet                 texts and codes of some live records, from which queries are made
<folder>/corpus.json                  written last
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.as_of import LIVE, with_day
from benchmarks.kept import file_print
from benchmarks.plain import Texts, plain_rows, texts_of
from benchmarks.plans import Plan, load_plan
from benchmarks.records import Frames

PART_ROWS = 250_000
POOL_ROWS = 5_000


@dataclass(frozen=True)
class Corpus:
    """A written corpus of one kind.

    Attributes:
        day: as of which `live` and the status facet hold.
        count: number of records.
        analysis_s: seconds that it took to prepare the rows for the other engines.
        source: what the records were made from.
        content: what they are; the same for the same records, queries and facets.
    """

    folder: Path
    name: str
    day: dt.date
    count: int
    analysis_s: float
    source: str
    content: str

    @property
    def plan(self) -> Plan:
        """What is asked of this kind."""
        return load_plan(self.name)

    @cached_property
    def frames(self) -> Frames:
        """The records, and the parts of a joined kind, for our own engine."""
        parts = self.folder / "parts.arrow"
        records = pl.read_ipc(self.folder / "records.arrow")
        return Frames(records, pl.read_ipc(parts) if parts.is_file() else None)

    @property
    def pool(self) -> pl.DataFrame:
        """Some live records, with the columns that queries are made from."""
        return pl.read_parquet(self.folder / "pool.parquet")

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield the rows for the other engines, some at a time."""
        for path in sorted((self.folder / "rows").iterdir()):
            yield pl.read_parquet(path)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows for the other engines, one by one."""
        for part in self.parts():
            yield from part.iter_rows(named=True)


def write_corpus(name: str, frames: Frames, day: dt.date, folder: Path, source: str = "") -> Corpus:
    """Write the records of a kind for all engines; what an interrupted run has left behind is removed."""
    plan = load_plan(name)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "rows").mkdir(parents=True)
    for part, frame in frames._asdict().items():
        if frame is not None:
            frame.write_ipc(folder / f"{part}.arrow")
    begin = time.perf_counter()
    alive, texts = with_day(frames.records, day, plan.key), texts_of(plan, frames)
    for number, first in enumerate(range(0, max(1, alive.height), PART_ROWS)):
        rows = plain_rows(plan, texts, alive.slice(first, PART_ROWS), first)
        rows.write_parquet(folder / "rows" / f"{number:04}.parquet")
    seconds = round(time.perf_counter() - begin, 2)
    _pool(texts, alive).write_parquet(folder / "pool.parquet")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    content = file_print(files, day.isoformat(), repr(plan))
    corpus = Corpus(folder, name, day, frames.records.height, seconds, source, content)
    facts = {**asdict(corpus), "day": day.isoformat()}
    del facts["folder"]
    (folder / "corpus.json").write_text(json.dumps(facts), encoding="utf-8")
    return corpus


def open_corpus(folder: Path) -> Corpus:
    """Open a corpus that was written."""
    facts = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    return Corpus(folder, **{**facts, "day": dt.date.fromisoformat(facts["day"])})


def _pool(texts: Texts, alive: pl.DataFrame) -> pl.DataFrame:
    live = alive.filter(pl.col("live") == LIVE)
    return texts.readable(live.sample(min(POOL_ROWS, live.height), seed=1))
