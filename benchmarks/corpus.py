"""The records as every engine gets them: the same analysed words, facet values and as-of flag.

<folder>/records.parquet        the frame that `codefacet build` indexes, for our own engine
<folder>/parts/0000.parquet     for the others: number, code, title, live, words, keys, a column a facet
<folder>/pool.parquet           some live records, from whose words and codes queries are made
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.plans import Plan, load_plan
from searchcore.request import NOT_SPECIFIED
from searchcore.validity import END_OPEN, EPOCH, START_OPEN, Bound, as_of_array, status_of
from searchcore.whoosh_engine.analysis import stems

# Between two texts of a record, so that no phrase reaches from one into the next. No query holds it.
SEPARATOR = "§"
PART_ROWS = 250_000
POOL_ROWS = 5_000
LIVE, NOT_LIVE = "y", "n"
# Code systems in which a code stands below every code that it starts with.
TREES = ("ICD10CM", "ICD10PCS")


@dataclass(frozen=True)
class Corpus:
    """A written corpus of one kind. `day`: as of which `live` and the status facet hold."""

    folder: Path
    name: str
    day: dt.date
    count: int
    analysis_s: float

    @property
    def plan(self) -> Plan:
        """What is asked of this kind."""
        return load_plan(self.name)

    @cached_property
    def records(self) -> pl.DataFrame:
        """The frame for our own engine."""
        return pl.read_parquet(self.folder / "records.parquet")

    @property
    def pool(self) -> pl.DataFrame:
        """Some live records, with the columns that queries are made from."""
        return pl.read_parquet(self.folder / "pool.parquet")

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield the records for the other engines, part by part."""
        for path in sorted((self.folder / "parts").iterdir()):
            yield pl.read_parquet(path)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the records for the other engines, one by one."""
        for part in self.parts():
            yield from part.iter_rows(named=True)


def write_corpus(name: str, records: pl.DataFrame, day: dt.date, folder: Path) -> Corpus:
    """Write the records of a kind for all engines; the folder must not exist."""
    plan = load_plan(name)
    (folder / "parts").mkdir(parents=True)
    records.write_parquet(folder / "records.parquet")
    alive = with_day(records, day)
    begin = time.perf_counter()
    known: dict[str, str] = {}
    for number, first in enumerate(range(0, max(1, records.height), PART_ROWS)):
        part = _part(plan, alive.slice(first, PART_ROWS), first, known)
        part.write_parquet(folder / "parts" / f"{number:04}.parquet")
    columns = list(dict.fromkeys((*plan.words_from, *plan.codes_from, "system")))
    live = alive.filter(pl.col("live") == LIVE).select(columns)
    live.sample(min(POOL_ROWS, live.height), seed=1).write_parquet(folder / "pool.parquet")
    facts = {"name": name, "day": day.isoformat(), "count": records.height}
    facts["analysis_s"] = round(time.perf_counter() - begin, 2)
    (folder / "corpus.json").write_text(json.dumps(facts), encoding="utf-8")
    return open_corpus(folder)


def open_corpus(folder: Path) -> Corpus:
    """Open a corpus that was written."""
    facts = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    day = dt.date.fromisoformat(facts["day"])
    return Corpus(folder, facts["name"], day, facts["count"], facts["analysis_s"])


def with_day(records: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Add `live` (whether a version stands for its key on the day) and `status`."""

    def days(shown: str, sure: str, missing: int) -> Any:
        column = pl.coalesce(sure, shown).cast(pl.Date)
        return records.select(column.to_physical().fill_null(missing).cast(pl.Int32)).to_series().to_numpy()

    state = as_of_array(
        records.select(pl.struct("system", "code").rle_id().cast(pl.Int32)).to_series().to_numpy(),
        days("valid_from", "since", START_OPEN),
        days("valid_to", "until", END_OPEN),
        (records["start"] == str(Bound.KNOWN)).to_numpy(),
        records["undecided"].to_numpy(),
        (day - EPOCH).days,
    )
    headers = records["header"].to_list()
    statuses = [str(status_of(value, header)) for value, header in zip(state.tolist(), headers, strict=True)]
    live = [LIVE if value else NOT_LIVE for value in state.tolist()]
    return records.with_columns(pl.Series("live", live), pl.Series("status", statuses))


def _part(plan: Plan, records: pl.DataFrame, first: int, known: dict[str, str]) -> pl.DataFrame:
    facets = [_facet(name, name in plan.several) for name in plan.facets]
    title = pl.col("title") if "title" in records.columns else pl.lit(None, pl.String).alias("title")
    rows = records.with_row_index("number", offset=first)
    chosen = rows.select(
        pl.col("number").cast(pl.Int64),
        "code",
        title,
        "live",
        pl.struct("system", "code").map_elements(_keys, pl.String).alias("keys"),
        *facets,
    )
    words = _words(plan, rows, known)
    return chosen.join(words, on="number", how="left", maintain_order="left").with_columns(
        pl.col("words").fill_null("")
    )


def _facet(name: str, several: bool) -> pl.Expr:
    """Return a facet's values with `-` where there is none, each once."""
    if not several:
        value = pl.col(name).cast(pl.String).fill_null("")
        return pl.when(value == "").then(pl.lit(NOT_SPECIFIED)).otherwise(value).alias(name)
    values = pl.col(name).fill_null([]).list.eval(pl.element().filter(pl.element() != "")).list.drop_nulls()
    none = pl.lit([NOT_SPECIFIED], pl.List(pl.String))
    filled = pl.when(values.list.len() == 0).then(none).otherwise(values)
    return filled.list.unique(maintain_order=True).alias(name)


def _words(plan: Plan, rows: pl.DataFrame, known: dict[str, str]) -> pl.DataFrame:
    """Return (number, words): the stems of all texts of a record; each distinct text is analysed once."""
    columns = []
    for field in plan.schema.text.values():
        texts = rows.select(pl.col("number").cast(pl.Int64), pl.col(field.name).alias("text"))
        columns.append(texts.explode("text") if field.list else texts)
    long = pl.concat(columns).filter(pl.col("text").is_not_null() & (pl.col("text") != ""))
    for text in long["text"].unique().to_list():
        if text not in known:
            known[text] = " ".join(stems(text))
    distinct = long["text"].unique().to_list()
    analysed = pl.DataFrame(
        {"text": distinct, "words": [known[text] for text in distinct]},
        schema={"text": pl.String, "words": pl.String},
    )
    return (
        long.join(analysed, on="text", maintain_order="left")
        .group_by("number", maintain_order=True)
        .agg(pl.col("words").str.join(f" {SEPARATOR} "))
    )


def exact_key(code: str) -> str:
    """Return the key of records that have this stored code; no character of it splits a word anywhere."""
    return f"is{_plain(code)}"


def below_key(system: str, prefix: str) -> str:
    """Return the key of records of a system whose code starts so."""
    return f"below{_plain(system)}x{_plain(prefix)}"


def _plain(text: str) -> str:
    return "".join(char if char.isalnum() else SEPARATOR for char in text).lower()


def _keys(key: dict[str, str]) -> str:
    system, code = key["system"], key["code"]
    prefixes = range(1, len(code) + 1) if system in TREES else ()
    return " ".join([exact_key(code), *(below_key(system, code[:length]) for length in prefixes)])
