"""Stock Whoosh finds the same with our codec as with its own: any query, any tree, order and scores."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from whoosh import query, scoring, sorting
from whoosh.index import open_dir

from searchcore.whoosh_engine.layout import CODE_SORT, FACET, MERGED, SORT, place_field

from ..generated import cases
from .both_codecs import COLOURS, PARTS, WORDS, opened_both, some_rows
from .stock import only_stock

# Many records, so that lists are several blocks long.
ROWS = some_rows(700, seed=8)

NOTE = place_field("note")

word = st.sampled_from((*WORDS, "absent"))
name = st.sampled_from((MERGED, place_field("title"), place_field("note")))
place = st.sampled_from((place_field("title"), place_field("note")))
# Powers of two, by which every score can be divided exactly.
boost = st.sampled_from((1.0, 1.0, 1.0, 0.5, 4.0))
beginning = word.map(lambda text: text[:2])
pattern = st.sampled_from(("*", "b*n", "b?rn", "kn*", "[hk]*", "*胃*", "?", "x*"))

# A tree of queries is a long text; only hypothesis looks at it.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

leaf = st.one_of(
    st.builds(query.Term, name, word, boost),
    st.builds(query.Phrase, place, st.lists(word, min_size=2, max_size=3), st.integers(1, 3)),
    st.builds(query.Prefix, name, beginning, boost, st.booleans()),
    st.builds(query.Wildcard, name, pattern, boost),
    st.builds(query.FuzzyTerm, name, word, boost, maxdist=st.integers(1, 2), prefixlength=st.integers(0, 1)),
    st.builds(query.TermRange, name, word, word, st.booleans(), st.booleans(), boost),
    st.builds(query.Every, st.none() | name, boost),
    st.just(query.NullQuery),
)


def nested(parts: Any) -> Any:
    """Return combinations of queries."""
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        st.builds(query.And, several, boost=boost),
        st.builds(query.Or, several, boost=boost),
        st.builds(lambda wanted, unwanted: query.And([wanted, query.Not(unwanted)]), parts, parts),
        st.builds(query.Not, parts),
        st.builds(query.AndNot, parts, parts),
        st.builds(query.AndMaybe, parts, parts),
        st.builds(query.Require, parts, parts),
        st.builds(query.ConstantScoreQuery, parts, st.sampled_from((0.5, 2.0))),
        st.builds(query.DisjunctionMax, several),
    )


queries = st.recursive(leaf, nested, max_leaves=8)
WEIGHTINGS = {
    "bm25": scoring.BM25F(),
    "bm25 of ours": scoring.BM25F(B=0.5, K1=4.0),
    "tf idf": scoring.TF_IDF(),
    "frequency": scoring.Frequency(),
}


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    return opened_both(ROWS, tmp_path_factory.mktemp("both"))


@pytest.fixture(scope="module", params=WEIGHTINGS.values(), ids=WEIGHTINGS)
def searchers(request: pytest.FixtureRequest, indexes: tuple[Any, Any]) -> tuple[Any, Any]:
    return indexes[0].searcher(weighting=request.param), indexes[1].searcher(weighting=request.param)


def outcome(searcher: Any, wanted: Any, **options: Any) -> tuple[list[int], list[float]] | type[Exception]:
    """Return records and scores in order, or the class of the error."""
    try:
        results = searcher.search(wanted, **options)
        return [hit.docnum for hit in results], [hit.score for hit in results]
    except Exception as error:
        return type(error)


def check(searchers: tuple[Any, Any], wanted: Any, **options: Any) -> None:
    """Check that both answer alike, wherever stock Whoosh answers: matchers of some trees read too far.

    Blocks that cannot reach the page are passed over only where scores are exact numbers: where rounding
    plays a part, Whoosh's UnionMatcher may look for such blocks for ever, over its own codec too.
    """
    optimize = isinstance(searchers[0].weighting, scoring.Frequency)
    ours, stock = (outcome(searcher, wanted, optimize=optimize, **options) for searcher in searchers)
    if isinstance(stock, type):
        event("too much for stock Whoosh")
        return
    assert not isinstance(ours, type)
    assert ours[0] == stock[0]
    assert ours[1] == pytest.approx(stock[1], rel=1e-9, abs=1e-9)


@cases(120)
@given(queries, st.sampled_from((None, 1, 7, 40)))
def test_any_tree(searchers: tuple[Any, Any], wanted: Any, limit: int | None) -> None:
    check(searchers, wanted, limit=limit)


@cases(25)
@given(queries, queries, st.booleans())
def test_with_a_filter_or_a_mask(searchers: tuple[Any, Any], wanted: Any, by: Any, filtered: bool) -> None:
    check(searchers, wanted, limit=20, **{"filter" if filtered else "mask": by})


@cases(25)
@given(leaf, st.sampled_from((SORT + "age", CODE_SORT, FACET + "colour")), st.booleans())
def test_sorted_by_a_column(searchers: tuple[Any, Any], wanted: Any, column: str, reverse: bool) -> None:
    facet = sorting.MultiFacet([sorting.FieldFacet(column, reverse=reverse), CODE_SORT])
    ours, stock = (outcome(searcher, wanted, limit=50, sortedby=facet) for searcher in searchers)
    assert ours == stock and not isinstance(ours, type)


@cases(15)
@given(leaf)
def test_grouped_by_columns(searchers: tuple[Any, Any], wanted: Any) -> None:
    facets = sorting.Facets()
    facets.add_facet("colour", sorting.FieldFacet(FACET + "colour", maptype=sorting.Count))
    facets.add_facet("part", sorting.FieldFacet(FACET + "part", allow_overlap=True, maptype=sorting.Count))
    found = []
    for searcher in searchers:
        results = searcher.search(wanted, limit=None, groupedby=facets)
        found.append((results.groups("colour"), results.groups("part"), {hit.docnum for hit in results}))
    assert found[0] == found[1]
    colours, parts, docs = found[0]
    labels = (*COLOURS, "")
    assert colours == {
        labels[colour]: sum(ROWS[doc].colour == colour for doc in docs)
        for colour in {ROWS[doc].colour for doc in docs}
    }
    assert {key.decode(): number for key, number in parts.items()} == {
        PARTS[part]: sum(part in ROWS[doc].parts for doc in docs)
        for part in {part for doc in docs for part in ROWS[doc].parts}
    }


def test_the_trees_find_something(indexes: tuple[Any, Any]) -> None:
    with indexes[0].searcher() as searcher:
        assert searcher.search(query.Phrase(place_field("note"), ["knee", "hip"]), limit=None)
        assert searcher.search(query.FuzzyTerm(MERGED, "bonne"), limit=None)
        assert searcher.search(query.TermRange(MERGED, "β", "胄"), limit=None)
        assert len(searcher.search(query.Every(), limit=None)) == len(ROWS)


@pytest.mark.parametrize(
    ("wanted", "limit"),
    [
        (query.AndMaybe(query.Prefix(NOTE, "kn"), query.Term(place_field("title"), "absent")), 2),
        (query.AndNot(query.Wildcard(NOTE, "kn*", boost=0.5), query.Prefix(MERGED, "ra")), 1),
        pytest.param(
            query.Require(query.Prefix(NOTE, "kn"), query.ConstantScoreQuery(query.Wildcard(NOTE, "b*n"))),
            7,
            marks=only_stock,  # whoosh3 stops at an assertion of its own, over its own codec too
        ),
    ],
    ids=["maybe", "not", "require"],
)
def test_a_limit_that_rounding_cannot_split_ends(indexes: tuple[Any, Any], wanted: Any, limit: int) -> None:
    def stop(*_arguments: Any) -> None:
        raise TimeoutError

    searcher = indexes[0].searcher(weighting=scoring.TF_IDF())
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    try:
        found = searcher.search(wanted, limit=limit)
        assert len(found.top_n) == limit
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_folder_of_ours_can_be_moved(tmp_path: Path) -> None:
    opened_both(ROWS[:50], tmp_path)
    moved = (tmp_path / "columnar").rename(tmp_path / "elsewhere")
    with open_dir(str(moved), indexname="records").searcher() as searcher:
        assert searcher.doc_count() == 50
