"""A joined kind: words find parts, parts find records. Against plain Python that looks at every record."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir

from searchcore.errors import BuildError
from searchcore.request import NOT_SPECIFIED, Request
from searchcore.schema import load_kind
from searchcore.validity import END_OPEN, EPOCH, START_OPEN, as_of_array, status_of
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.layout import INDEX_NAME
from searchcore.whoosh_engine.queries import OfParts
from searchcore.whoosh_engine.writer import WhooshWriter

SCHEMA = load_kind("ptp_edit")
WORDS = ("knee", "hip", "laser", "misuse", "scope")
CODES = tuple(f"1000{number}" for number in range(6))
RATIONALES = ("Laser rule", "Misuse of a code", "Other")
COLUMNS = tuple(SCHEMA.text)
DAY = dt.date(2020, 6, 1)
Found = Callable[["Edit"], bool]


@dataclass(frozen=True)
class Part:
    """One part: a code or a rationale, and the texts by which it is found."""

    name: str
    words: tuple[str, ...]
    family: str | None

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
        data[name] = pl.Series([None] * count, dtype=pl.String)
    about = {
        "name": [part.name for part in parts],
        "words": [list(part.words) for part in parts],
        "system": ["CPT" if part.name.isdigit() else None for part in parts],
        "family": [part.family for part in parts],
    }
    types = {"name": pl.String, "words": pl.List(pl.String), "system": pl.String, "family": pl.String}
    return pl.DataFrame(data), pl.DataFrame(about, schema=types)


def written(rows: list[Edit], folder: Path) -> WhooshKindIndex:
    records, parts = frames(rows)
    WhooshWriter(rules=()).write(SCHEMA, records, folder, lambda _done, _total: None, parts)
    return WhooshKindIndex(SCHEMA, folder)


def having(words: list[str], columns: tuple[str, ...] = COLUMNS) -> Found:
    """Return whether a record names a part with these words one behind the other in one text."""

    def holds(edit: Edit) -> bool:
        for place, column in enumerate(COLUMNS):
            for text in edit.parts[place].texts() if column in columns else ():
                size = len(words)
                if any(text[at : at + size] == words for at in range(len(text) - size + 1)):
                    return True
        return False

    return holds


@st.composite
def leaves(draw: st.DrawFn) -> tuple[str, Found]:
    word, other = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
    kind = draw(st.sampled_from(("word", "phrase", "code", "pair", "prefix", "field")))
    if kind == "phrase":
        return f'"{word} {other}"', having([word, other])
    if kind == "code":
        code = draw(st.sampled_from(CODES))
        return code, having([code])
    if kind == "pair":
        one, other = draw(st.sampled_from(CODES)), draw(st.sampled_from(CODES))
        return f"{one}/{other}", lambda edit: edit.code in (f"{one}/{other}", f"{other}/{one}")
    if kind == "prefix":
        holds = [having([each]) for each in (*WORDS, "rule", "other") if each.startswith(word[:2])]
        return f"{word[:2]}*", lambda edit: any(each(edit) for each in holds)
    if kind == "field":
        column = draw(st.sampled_from(COLUMNS))
        return f"{column}:{word}", having([word], (column,))
    return word, having([word])


def every(parts: list[tuple[str, Found]]) -> tuple[str, Found]:
    return " ".join(text for text, _ in parts), lambda edit: all(holds(edit) for _, holds in parts)


def either(parts: list[tuple[str, Found]]) -> tuple[str, Found]:
    text = " OR ".join(text for text, _ in parts)
    return f"({text})", lambda edit: any(holds(edit) for _, holds in parts)


def without(part: tuple[str, Found], unwanted: tuple[str, Found]) -> tuple[str, Found]:
    return f"{part[0]} -{unwanted[0]}", lambda edit: part[1](edit) and not unwanted[1](edit)


questions = st.one_of(
    st.just(("", lambda _edit: True)),
    leaves(),
    st.lists(leaves(), min_size=2, max_size=4).map(every),
    st.lists(leaves(), min_size=2, max_size=3).map(either),
    st.builds(without, leaves(), leaves()),
    st.builds(lambda a, b: every([a, either(b)]), leaves(), st.lists(leaves(), min_size=2, max_size=3)),
)


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
    known = {
        "system": row.system,
        "status": status,
        "indicator": row.indicator,
        "column_1_family": row.parts[0].family,
        "column_2_family": row.parts[1].family,
        "column_1_system": "CPT",
        "column_2_system": "CPT",
    }
    return known.get(facet) or NOT_SPECIFIED


@settings(max_examples=150)
@given(edits(), st.data())
def test_records_and_counts_are_those_of_plain_python(rows: list[Edit], data: st.DataObject) -> None:
    standing = statuses(rows)
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        assert index.check() == len(rows)
        for _ in range(8):
            text, holds = data.draw(questions)
            chosen = data.draw(
                st.dictionaries(
                    st.sampled_from(("system", "indicator", "column_1_family", "column_2_family", "status")),
                    st.sampled_from(("PTPPRA", "1", "limbs", "trunk", "active", "deleted", "-")).map(
                        lambda value: (value,)
                    ),
                    max_size=2,
                )
            )
            request = Request(
                text, "ptp_edit", tuple(chosen.items()), DAY, "code", per_page=100, all_words=True
            )
            found = index.search(request)
            matching = [
                (row, status)
                for row, status in zip(rows, standing, strict=True)
                if status is not None and holds(row)
            ]
            if not matching and found.notes:
                continue  # no record has all words: some of them were looked for
            kept = [
                (row, status)
                for row, status in matching
                if all(values_of(row, status, name) in values for name, values in chosen.items())
            ]
            assert found.total == len(kept), text
            shown = [(hit.record.code, hit.record.system, hit.record.valid_from) for hit in found.hits]
            wanted = sorted((row.code, row.system, row.valid_from) for row, _ in kept)
            assert shown == wanted
            for facet in SCHEMA.facets:
                others = {name: values for name, values in chosen.items() if name != facet}
                counted = Counter(
                    values_of(row, status, facet)
                    for row, status in matching
                    if all(values_of(row, status, name) in values for name, values in others.items())
                )
                assert {k: n for k, n in found.counts[facet].items() if n} == counted, (text, facet)
        index.close()


@settings(max_examples=60)
@given(edits(), leaves())
def test_stock_whoosh_runs_the_join(rows: list[Edit], leaf: tuple[str, Found]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        context = index._context
        from searchcore.query import parse

        node = parse(leaf[0], SCHEMA.text).node
        wanted = context.translator(context.switches(Request(kind="ptp_edit"))).query(node)
        fast = context.executor.run(wanted)
        searcher = open_dir(folder, indexname=INDEX_NAME).searcher()
        slow = sorted((hit.docnum, hit.score) for hit in searcher.search(wanted, limit=None))
        assert [doc for doc, _ in slow] == fast.docs.tolist()
        assert np.allclose([score for _, score in slow], fast.scores, atol=1e-9)
        if isinstance(wanted, OfParts):
            assert [doc for doc, _ in slow] == [place for place, row in enumerate(rows) if leaf[1](row)]
        index.close()


def test_a_record_says_what_it_names_and_where_it_stands(tmp_path: Path) -> None:
    part = Part("10001", ("knee scope",), "limbs")
    row = Edit("PTPPRA", (part, Part("10002", (), None), Part("Other", (), None)), None, DAY, "1")
    index = written([row], tmp_path)
    (hit,) = index.search(Request("knee", "ptp_edit", as_of=DAY)).hits
    assert (hit.record.code, hit.record.title) == ("10001/10002", "10001 / 10002")
    assert hit.record.origins == {"title": "made/1#7"}
    assert hit.record.releases == ("made/1",)
    fields = hit.record.fields
    assert [fields[column] for column in COLUMNS] == ["10001", "10002", "Other"]
    assert (fields["column_1_family"], fields["column_2_family"]) == ("limbs", None)
    assert [record.code for record in index.versions("10001/10002", None, DAY)] == ["10001/10002"]
    assert not index.versions("10001", None, DAY)


def test_a_value_that_a_facet_has_not_is_searched_in_the_texts_of_parts(tmp_path: Path) -> None:
    knee, hip, other = (
        Part("10001", ("knee scope",), None),
        Part("10002", ("hip",), None),
        Part("O", (), None),
    )
    rows = [Edit("PTPPRA", (one, one, other), None, None, "1") for one in (knee, hip)]
    found = written(rows, tmp_path).search(Request("indicator:knee", "ptp_edit", as_of=DAY))
    assert [hit.record.code for hit in found.hits] == ["10001/10001"]
    assert any("was searched as words" in note for note in found.notes)


def test_parts_out_of_order_are_refused(tmp_path: Path) -> None:
    row = Edit(
        "PTPPRA", (Part("10001", (), None), Part("10002", (), None), Part("Other", (), None)), None, None, "1"
    )
    records, parts = frames([row])
    with pytest.raises(BuildError, match="order of their names"):
        WhooshWriter(rules=()).write(SCHEMA, records, tmp_path, lambda _done, _total: None, parts.reverse())
