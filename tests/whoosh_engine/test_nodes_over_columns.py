"""Nodes over the columns of a written index: ranges of days and numbers, codes, parts that records name."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir

from searchcore.errors import QueryError
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.layout import INDEX_NAME, MERGED, place_field
from searchcore.whoosh_engine.queries import AtLeast, CodePrefix, ColumnRange, ExactCode, OfParts, Only
from searchcore.whoosh_engine.writer import WhooshWriter

from ..contract.frames import CODES, EPOCH, KIND, Version, corpora, frame
from ..generated import cases
from .edit_questions import having
from .made_edits import COLUMNS, Edit, edits, written
from .made_edits import WORDS as PART_WORDS

days = st.integers(-30, 640).map(lambda number: EPOCH + dt.timedelta(days=number))


def number_of(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def year_of(version: Version) -> int | None:
    return int(version.start_year) if version.start_year else None


def day_of(name: str) -> Callable[[Version], int | None]:
    return lambda version: None if getattr(version, name) is None else number_of(getattr(version, name))


RANGED: dict[str, Callable[[Version], float | None]] = {
    "valid_from": day_of("valid_from"),
    "valid_to": day_of("valid_to"),
    "start_year": year_of,
}


@cases(60)
@given(corpora(), st.data())
def test_ranges_over_the_columns_of_an_index(versions: list[Version], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        WhooshWriter(rules=()).write(
            load_kind(KIND), frame(versions), Path(folder), lambda _done, _total: None
        )
        index = WhooshKindIndex(load_kind(KIND), Path(folder))
        searcher = open_dir(folder, indexname=INDEX_NAME).searcher()
        columns, executor = index._context.columns, index._context.executor
        for _ in range(10):
            name = data.draw(st.sampled_from(sorted(RANGED)))
            bound = st.none() | (st.integers(2018, 2021) if name == "start_year" else days.map(number_of))
            low, high = data.draw(bound), data.draw(bound)
            wanted = ColumnRange(columns, name, low, high, boost=2.0)
            expected = [
                version.number
                for version in versions
                if (value := RANGED[name](version)) is not None
                and (low is None or value >= low)
                and (high is None or value <= high)
            ]
            assert executor.run(wanted).docs.tolist() == expected
            assert wanted.holds(np.arange(len(versions))).nonzero()[0].tolist() == expected
            knees = query.Term(place_field("title"), "knee")
            for each in (wanted, Only(knees, wanted), query.And([wanted, query.Not(knees), knees])):
                stock = {doc: score for score, doc in searcher.search(each, limit=None).top_n}
                found = executor.run(each)
                assert dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True)) == stock
        index.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Any:
    codes = [
        Version("HCPCS", code, title="knee", chapter=("1", "1.1"), pricing=("x", "y"))
        for code in sorted(CODES)
    ]
    folder = tmp_path_factory.mktemp("codes")
    WhooshWriter(rules=()).write(load_kind(KIND), frame(codes), folder, lambda _done, _total: None)
    return WhooshKindIndex(load_kind(KIND), folder)


@pytest.mark.parametrize("name", ["status", "chapter", "pricing", "nothing"])
def test_what_is_no_column_of_numbers(index: Any, name: str) -> None:
    with pytest.raises(QueryError, match="no column of numbers"):
        index._context.executor.run(ColumnRange(index._context.columns, name, 1))


def test_a_facet_that_is_no_number_is_missing(index: Any) -> None:
    assert not len(index._context.executor.run(ColumnRange(index._context.columns, "system")))


@pytest.mark.parametrize("node", [ExactCode, CodePrefix])
def test_codes_take_a_score_and_a_boost(index: Any, node: Any) -> None:
    wanted = node(index._context.columns, ("A001",) if node is ExactCode else "A001", score=2.0)
    searcher = index._searchers()
    for each in (
        wanted,
        wanted.with_boost(3.0),
        query.Or([wanted.with_boost(3.0), query.Term(MERGED, "absent")]),
    ):
        found = index._context.executor.run(each)
        stock = searcher.search(each, limit=None).top_n
        assert sorted((doc, score) for score, doc in stock) == list(
            zip(found.docs.tolist(), found.scores.tolist(), strict=True)
        )
        assert set(found.scores.tolist()) == {2.0 if each is wanted else 6.0}


@cases(40)
@given(edits(), st.data())
def test_at_least_so_many_joins(rows: list[Edit], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        parts, executor = index._context.parts, index._context.executor
        columns = st.just(COLUMNS) | st.sampled_from(COLUMNS).map(lambda column: (column,))
        asked = data.draw(st.lists(st.tuples(st.sampled_from(PART_WORDS), columns), min_size=1, max_size=6))
        asked *= data.draw(st.sampled_from((1, 1, 13)))  # more than are joined at once
        least = data.draw(st.integers(1, len(asked)))
        joins = [OfParts(parts, query.Term(MERGED, *stems(word)), names) for word, names in asked]
        joins[0] = joins[0].with_boost(3.0)
        having_each = [sum(having([word], names)(row) for word, names in asked) for row in rows]
        sums = np.zeros(len(rows))
        for join in joins:
            alone = executor.run(join)
            sums[alone.docs] += alone.scores
        expected = [place for place, count in enumerate(having_each) if count >= least]
        for extra in ([], [query.NullQuery]):
            found = executor.run(AtLeast(least, [*joins, *extra], boost=0.5))
            assert found.docs.tolist() == expected
            assert found.matched.tolist() == [having_each[place] for place in expected]
            assert np.allclose(found.scores, sums[expected] / 2, atol=1e-9)
        index.close()
