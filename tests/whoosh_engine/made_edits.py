"""Made-up records of a joined kind, as the writer takes them, and what facets know of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

from searchcore.request import NOT_SPECIFIED
from searchcore.schema import load_kind
from searchcore.validity import END_OPEN, EPOCH, START_OPEN, as_of_array, status_of
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter

SCHEMA = load_kind("ptp_edit")
WORDS = ("knee", "hip", "laser", "misuse", "scope")
CODES = (*(f"1000{number}" for number in range(6)), "0010T", "G0101", "J1000", "J1002")
RATIONALES = {"Laser rule": "first", "Misuse of a code": "second", "Other": None}
COLUMNS = tuple(SCHEMA.text)
DAY = dt.date(2020, 6, 1)


@dataclass(frozen=True)
class Part:
    """One part: a code or a rationale, and the texts by which it is found."""

    name: str
    words: tuple[str, ...]
    family: str | None

    @property
    def system(self) -> str | None:
        if not any(map(str.isdigit, self.name)):
            return None
        return "HCPCS" if self.name[0].isalpha() else "CPT"

    def texts(self) -> list[list[str]]:
        return [text.lower().split() for text in (self.name, *self.words)]


@dataclass(frozen=True)
class Edit:
    """One record. `parts`: what it names in each column."""

    system: str
    parts: tuple[Part, ...]
    valid_from: dt.date | None
    valid_to: dt.date | None
    indicator: str | None

    @property
    def code(self) -> str:
        return f"{self.parts[0].name}/{self.parts[1].name}"


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    text = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
    words = st.lists(text, max_size=2).map(tuple)
    family = st.sampled_from((None, "limbs", "trunk"))
    codes = [Part(name, draw(words), draw(family)) for name in CODES]
    rationales = [Part(name, (), None) for name in RATIONALES]
    day = st.none() | st.integers(0, 400).map(lambda number: dt.date(2020, 1, 1) + dt.timedelta(days=number))
    edit = st.builds(
        Edit,
        st.sampled_from(("PTPOPH", "PTPPRA")),
        st.tuples(st.sampled_from(codes), st.sampled_from(codes), st.sampled_from(rationales)),
        day,
        day,
        st.sampled_from((None, "0", "1")),
    )
    drawn = draw(st.lists(edit, max_size=40))
    first = dt.date.min
    return sorted(drawn, key=lambda e: (e.system, e.parts[0].name, e.parts[1].name, e.valid_from or first))


def frames(rows: list[Edit]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records and the parts as the writer takes them."""
    parts = sorted({part for row in rows for part in row.parts}, key=lambda part: part.name)
    number = {part: place for place, part in enumerate(parts)}
    data: dict[str, Any] = {
        column: pl.Series([number[row.parts[place]] for row in rows], dtype=pl.UInt32)
        for place, column in enumerate(COLUMNS)
    }
    for name in ("valid_from", "valid_to"):
        data[name] = pl.Series([getattr(row, name) for row in rows], dtype=pl.Date)
    for name in ("system", "indicator"):
        data[name] = pl.Series([getattr(row, name) for row in rows], dtype=pl.String)
    count = len(rows)
    data["start"] = pl.Series(["known" if row.valid_from else "unknown" for row in rows], dtype=pl.String)
    data["end"] = pl.Series(["known" if row.valid_to else "open" for row in rows], dtype=pl.String)
    data["row"] = pl.Series(range(7, 7 + count), dtype=pl.UInt32)
    data["releases"] = pl.Series(["made/1"] * count, dtype=pl.String)
    data["origins"] = pl.Series(['{"title":"made/1#?"}'] * count, dtype=pl.String)
    data["extra"] = pl.Series(["{}"] * count, dtype=pl.String)
    for name in ("rationale", "effective_year", "deletion_year"):
        data[name] = pl.Series([facet_of(row, name) for row in rows], dtype=pl.String)
    about = {
        "name": [part.name for part in parts],
        "words": [list(part.words) for part in parts],
        "system": [part.system for part in parts],
        "family": [part.family for part in parts],
    }
    types = {"name": pl.String, "words": pl.List(pl.String), "system": pl.String, "family": pl.String}
    return pl.DataFrame(data), pl.DataFrame(about, schema=types)


def written(rows: list[Edit], folder: Path) -> WhooshKindIndex:
    """Write edits and open them; no search is cut for want of time, so that none depends on the clock."""
    records, parts = frames(rows)
    WhooshWriter(rules=()).write(SCHEMA, records, folder, lambda _done, _total: None, parts)
    index = WhooshKindIndex(SCHEMA, folder)
    context = index._context
    index._context = replace(context, ranking=replace(context.ranking, seconds=3600.0))
    return index


def facet_of(row: Edit, facet: str) -> str | None:
    """Return the value of a facet that does not depend on the day."""
    known = {
        "system": row.system,
        "indicator": row.indicator,
        "rationale": RATIONALES.get(row.parts[2].name),
        "effective_year": row.valid_from and str(row.valid_from.year),
        "deletion_year": row.valid_to and str(row.valid_to.year),
        "column_1_system": row.parts[0].system,
        "column_2_system": row.parts[1].system,
        "column_1_family": row.parts[0].family,
        "column_2_family": row.parts[1].family,
    }
    return known[facet]


def statuses(rows: list[Edit]) -> list[str | None]:
    """Return the status of each record that stands for its key on the day, None for all others."""
    if not rows:
        return []
    keys = [(row.system, row.code) for row in rows]
    group = np.cumsum([0, *(a != b for a, b in pairwise(keys))]).astype(np.int32)

    def days(name: str, missing: int) -> Any:
        found = [getattr(row, name) for row in rows]
        return np.array([missing if day is None else (day - EPOCH).days for day in found], np.int32)

    start, end = days("valid_from", START_OPEN), days("valid_to", END_OPEN)
    certain = np.array([row.valid_from is not None for row in rows])
    state = as_of_array(group, start, end, certain, np.zeros(len(rows), bool), (DAY - EPOCH).days)
    return [str(status_of(value, False)) if value else None for value in state.tolist()]


def values_of(row: Edit, status: str, facet: str) -> str:
    return (status if facet == "status" else facet_of(row, facet)) or NOT_SPECIFIED


def passes(row: Edit, status: str, facet: str, chosen: tuple[str, ...]) -> bool:
    value = values_of(row, status, facet)
    ranges = [each.split("..") for each in chosen if ".." in each] if value.isdigit() else []
    return value in chosen or any(int(low or 0) <= int(value) <= int(high or 9999) for low, high in ranges)
