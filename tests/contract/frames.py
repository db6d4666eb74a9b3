"""Synthetic records for the contract suite, and the frame that a writer gets."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from hypothesis import strategies as st

from searchcore.engine import BASE_COLUMNS
from searchcore.schema import load_kind

KIND = "code"
EPOCH = dt.date(2020, 1, 1)
# Words whose stems are themselves and differ, one plural that shares a stem, one with an accent.
WORDS = ("knee", "hip", "bone", "with", "without", "no", "rash", "burn", "burns", "café", "2", "3b")
CODES = ("A00", "A001", "A0012", "J0120", "J01201", "G0439", "90862")
SYSTEMS = ("CPT", "HCPCS", "ICD10CM")
BOUNDS = ("known", "on_or_before", "unknown")

day = st.integers(0, 60).map(lambda number: EPOCH + dt.timedelta(days=10 * number))
words = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


@dataclass(frozen=True)
class Version:
    """One row of the frame."""

    system: str
    code: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    start: str = "known"
    undecided: bool = False
    header: bool = False
    title: str | None = None
    synonyms: tuple[str, ...] = ()
    billable: str | None = None
    laterality: str | None = None
    start_year: str | None = None
    chapter: tuple[str, ...] = ()
    pricing: tuple[str, ...] = ()
    family_key: str | None = None
    number: int = field(default=0, compare=False)


@st.composite
def versions_of(draw: st.DrawFn, system: str, code: str) -> list[Version]:
    """Draw the versions of one key, oldest first; the first one perhaps without a start."""
    days = sorted(draw(st.lists(day, min_size=2, max_size=6, unique=True)))
    pairs = list(zip(days[::2], days[1::2], strict=False))
    undecided = draw(st.integers(0, 9)) == 0
    found = []
    for number, (begin, end) in enumerate(pairs):
        undated = number == 0 and draw(st.booleans())
        last = number == len(pairs) - 1
        found.append(
            Version(
                system,
                code,
                valid_from=None if undated else begin,
                valid_to=None if last and draw(st.booleans()) else end,
                since=begin if undated and draw(st.booleans()) else None,
                until=None,
                start=draw(st.sampled_from(BOUNDS)) if number == 0 else "known",
                undecided=undecided,
                header=draw(st.integers(0, 4)) == 0,
                title=draw(st.none() | words),
                synonyms=tuple(draw(st.lists(words, max_size=2))),
                billable=draw(st.sampled_from((None, "", "yes", "no"))),
                laterality=draw(st.sampled_from((None, "left", "right"))),
                start_year=draw(st.sampled_from((None, "2019", "2020"))),
                chapter=draw(st.sampled_from(((), ("1",), ("1", "1.1"), ("1", "1.2", "1.2.1"), ("2", "2")))),
                pricing=tuple(draw(st.lists(st.sampled_from("xyz"), max_size=3))),
                # An engine takes any text; a source that gives empty ones means none.
                family_key=draw(st.sampled_from((None, None, "", "burns", "Burns", "-", "é"))),
            )
        )
    return found


@st.composite
def corpora(draw: st.DrawFn, max_keys: int = 12) -> list[Version]:
    """Draw all versions of some keys, in the order that a writer wants."""
    keys = draw(
        st.lists(st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(CODES)), max_size=max_keys, unique=True)
    )
    return numbered([version for key in sorted(keys) for version in draw(versions_of(*key))])


def numbered(versions: list[Version]) -> list[Version]:
    """Return versions with their row numbers."""
    return [Version(**{**vars(version), "number": row}) for row, version in enumerate(versions)]


def frame(versions: list[Version]) -> pl.DataFrame:
    """Return the frame of records of kind `code`; what a version does not have is missing."""
    schema = load_kind(KIND)
    types: dict[str, Any] = dict.fromkeys(BASE_COLUMNS, pl.String)
    types |= {name: pl.List(pl.String) if text.list else pl.String for name, text in schema.text.items()}
    types |= {
        name: pl.List(pl.String) if facet.several else pl.String
        for name, facet in schema.facets.items()
        if not facet.as_of
    }
    types |= dict.fromkeys((group.column for group in schema.groups.values()), pl.String)
    types |= dict.fromkeys(("valid_from", "valid_to", "since", "until"), pl.Date)
    types |= dict.fromkeys(("undecided", "header"), pl.Boolean)
    types["releases"] = pl.List(pl.String)
    rows = [
        {
            **{name: [] if type_ == pl.List(pl.String) else None for name, type_ in types.items()},
            **{
                name: list(value) if isinstance(value, tuple) else value
                for name, value in vars(version).items()
            },
            "end": "open" if version.valid_to is None else "known",
            "releases": ["synthetic@1"],
            "origins": json.dumps({"title": f"synthetic@1#{version.number}"}),
            "extra": json.dumps({"number": version.number, "nothing": None}),
        }
        for version in versions
    ]
    return pl.DataFrame([{name: row[name] for name in types} for row in rows], schema=types)
