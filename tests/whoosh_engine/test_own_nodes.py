"""Our own query nodes as Whoosh query objects, and what queries do at their edges."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import query

from searchcore.whoosh_engine.layout import MERGED, place_field
from searchcore.whoosh_engine.queries import (
    AnyWord,
    AsOfMask,
    AtLeast,
    BestOf,
    ColumnRange,
    ConstantScore,
    Only,
    Without,
)

from .corpora import COLUMNS, Corpus, Opened, opened, some_corpus
from .plain import Plain

TITLE, NOTE = place_field("title"), place_field("note")
KNEE, HIP, BONE, ABSENT = (query.Term(MERGED, word) for word in ("knee", "hip", "bone", "absent"))


def corpus_of(*titles: str) -> Corpus:
    """Return a corpus of titles."""
    empty = {"note": ("",), "terms": (), "code": ("",), "rare": ("",)}
    count = len(titles)
    texts = tuple({"title": (title,), **empty} for title in titles)
    return Corpus(texts, (None, *range(count - 1)), (None,) * count, (0,) * count, (2020,))


CORPUS = corpus_of("knee hip", "knee bone hip", "hip", "bone bone", "knee hip bone", "")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(CORPUS, tmp_path_factory.mktemp("own")) as found:
        yield found


@pytest.fixture(autouse=True)
def _columns_of_the_corpus() -> None:
    COLUMNS.corpus = CORPUS


def docs(index: Opened, wanted: Any) -> list[int]:
    found: list[int] = index.executor.run(wanted).docs.tolist()
    return found


def test_at_least_tells_how_many_parts_match(index: Opened) -> None:
    words = index.executor.run(AtLeast(1, [KNEE, HIP, BONE]))
    assert dict(zip(words.docs.tolist(), words.matched.tolist(), strict=True)) == {
        **{0: 2, 1: 3, 2: 1},
        **{3: 1, 4: 3},
    }
    phrase = query.Phrase(TITLE, ["knee", "hip"])
    mixed = index.executor.run(AtLeast(2, [KNEE, HIP, phrase, ABSENT]))
    assert list(zip(mixed.docs.tolist(), mixed.matched.tolist(), strict=True)) == [(0, 3), (1, 2), (4, 3)]
    assert docs(index, AtLeast(4, [KNEE, HIP, BONE])) == []
    assert docs(index, AtLeast(2, [BONE, BONE])) == [1, 3, 4]
    assert index.executor.run(KNEE).matched is None
    assert index.executor.run(query.Or([KNEE, HIP])).matched is None


@pytest.mark.parametrize(
    "narrow",
    [
        lambda wanted: AsOfMask(wanted, np.array([0, 1, 1, 0, 2, 1], np.uint8)),
        lambda wanted: Without(wanted, query.Or([query.Phrase(TITLE, ["knee", "hip"]), KNEE])),
        lambda wanted: Only(wanted, BONE),
        lambda wanted: Only(wanted, ColumnRange(COLUMNS, "day", 1, 3)),
        lambda wanted: query.AndMaybe(wanted, BONE),
    ],
    ids=["day", "without", "only", "range", "maybe"],
)
def test_how_many_parts_match_stays_with_its_record(index: Opened, narrow: Any) -> None:
    plain = index.executor.run(AtLeast(1, [KNEE, HIP, BONE]))
    matched = dict(zip(plain.docs.tolist(), plain.matched.tolist(), strict=True))
    found = index.executor.run(narrow(AtLeast(1, [KNEE, HIP, BONE])))
    assert 0 < len(found) <= len(plain)
    assert found.matched.tolist() == [matched[doc] for doc in found.docs.tolist()]


def test_at_least_none_is_no_question() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        AtLeast(0, [KNEE])


@pytest.mark.parametrize("count", [300, 1500])
def test_any_number_of_clauses(tmp_path: Path, count: int) -> None:
    corpus = corpus_of(*(f"w{number}x w{number // 2}x common" for number in range(count)))
    fields = (MERGED, TITLE)
    with opened(corpus, tmp_path) as index:
        plain = Plain(corpus)
        for field in fields:
            terms = [query.Term(field, f"w{number}x", 1 + number % 3) for number in range(count)]
            for wanted in (
                query.Or(terms),
                BestOf(terms),
                AtLeast(2, [*terms, query.Term(TITLE, "common")]),
                AnyWord(field, tuple(f"w{number}x" for number in range(count))),
                query.And([query.Term(field, "common")] * count),
                query.Phrase(TITLE, ["w8x", "w4x", "common"], boost=2.0),
            ):
                found = index.executor.run(wanted)
                expected = plain.run(wanted)
                assert found.docs.tolist() == sorted(expected)
                assert found.scores.tolist() == pytest.approx([expected[doc] for doc in sorted(expected)])


def test_a_word_that_stands_many_hundred_times(tmp_path: Path) -> None:
    long = " ".join(["knee"] * 700 + ["hip"] + ["knee"] * 300 + ["bone"])
    corpus = corpus_of("knee", long, "hip bone")
    with opened(corpus, tmp_path) as index:
        plain = Plain(corpus)
        for words, slop in (
            (["hip", "knee"], 1),
            (["hip", "bone"], 300),
            (["hip", "bone"], 301),
            (["knee"] * 9, 1),
        ):
            wanted = query.Phrase(TITLE, words, slop)
            assert docs(index, wanted) == sorted(plain.run(wanted))
        (weight,) = (index.executor.run(KNEE).scores[1],)
        assert weight == pytest.approx(plain.run(KNEE)[1], abs=1e-9)


@pytest.mark.parametrize(
    "wanted",
    [
        query.Term("in_nowhere", "knee"),
        query.Term("record", "knee"),
        query.Phrase("in_nowhere", ["knee", "hip"]),
        query.Prefix("in_nowhere", "k"),
        query.FuzzyTerm("in_nowhere", "knee"),
        query.Every("in_nowhere"),
        AnyWord("in_nowhere", ("knee",)),
        query.Term(MERGED, "knee\udc80"),
        query.Prefix(MERGED, "\udc80"),
        query.Wildcard(MERGED, "k*\udc80"),
        query.FuzzyTerm(MERGED, "\udc80" * 9, prefixlength=0),
        query.TermRange(MERGED, "\U0010ffff", None),
        query.FuzzyTerm(MERGED, "k" * 20_000, maxdist=2, prefixlength=0),
        query.And([]),
        query.Or([]),
        AtLeast(1, []),
        None,
    ],
    ids=repr,
)
def test_nothing_is_found(index: Opened, wanted: Any) -> None:
    assert docs(index, wanted) == []
    assert docs(index, query.Or([wanted or query.NullQuery, KNEE, HIP])) == [0, 1, 2, 4]


def test_a_prefix_length_beyond_the_word_means_the_whole_word(index: Opened) -> None:
    assert docs(index, query.FuzzyTerm(MERGED, "kne", maxdist=1, prefixlength=9)) == [0, 1, 4]
    assert docs(index, query.FuzzyTerm(MERGED, "kn", maxdist=1, prefixlength=9)) == []


def test_whoosh_says_what_is_wrong_with_a_phrase(index: Opened) -> None:
    with pytest.raises(query.QueryError, match="no positions"):
        index.executor.run(query.Phrase(MERGED, ["knee", "hip"]))


def test_classes_without_a_way_of_their_own_run_through_whoosh(index: Opened) -> None:
    near = query.SpanNear2([query.Term(TITLE, "hip"), query.Term(TITLE, "knee")], slop=2, ordered=False)
    assert docs(index, near) == [0, 1, 4]
    assert docs(index, query.And([near, BONE])) == [1, 4]

    class Knees(query.Term):  # type: ignore[misc]
        def matcher(self, searcher: Any, context: Any = None) -> Any:
            return query.Not(KNEE).matcher(searcher, context)

    assert docs(index, Knees(MERGED, "knee")) == [2, 3, 5]


def test_a_minimum_in_whooshs_own_or_is_left_aside_as_whoosh_does(index: Opened) -> None:
    wanted = query.Or([KNEE, HIP], minmatch=2)
    assert docs(index, wanted) == sorted(index.searcher.search(wanted, limit=None).docs()) == [0, 1, 2, 4]


OWN = [
    AnyWord(MERGED, ("knee", "bone"), score=2.0),
    AtLeast(2, [KNEE, HIP]),
    BestOf([KNEE, HIP]),
    ColumnRange(COLUMNS, "day", 1, 3, score=2.0),
    ConstantScore(KNEE, score=2.0),
]


@pytest.mark.parametrize("node", OWN, ids=lambda node: type(node).__name__)
def test_own_nodes_take_a_boost(index: Opened, node: Any) -> None:
    tripled = node.with_boost(3.0)
    assert tripled != node and tripled.with_boost(1.0) == node
    assert len({hash(node), hash(tripled), hash(node.with_boost(1.0))}) == 2
    plain, boosted = index.executor.run(node), index.executor.run(tripled)
    assert len(plain) > 1 and plain.docs.tolist() == boosted.docs.tolist()
    assert boosted.scores.tolist() == pytest.approx((plain.scores * 3).tolist())
    assert docs(index, tripled.normalize()) == plain.docs.tolist()


def test_a_copy_of_a_tree_has_the_same_columns(index: Opened) -> None:
    state = np.ones(len(CORPUS), np.uint8)
    tree = query.And([AsOfMask(KNEE, state), ColumnRange(COLUMNS, "day", 0)])
    copied = copy.deepcopy(tree)
    assert copied[0].state is state and copied[1] == tree[1]
    assert docs(index, tree.with_boost(2.0)) == docs(index, copied) == [1, 4]


def test_a_range_with_one_bound_or_none(index: Opened) -> None:
    assert docs(index, ColumnRange(COLUMNS, "day")) == [1, 2, 3, 4, 5]
    assert docs(index, ColumnRange(COLUMNS, "day", low=3)) == [4, 5]
    assert docs(index, ColumnRange(COLUMNS, "day", high=0)) == [1]
    assert docs(index, ColumnRange(COLUMNS, "share")) == []
    assert docs(index, ColumnRange(COLUMNS, "year", 2020, 2020)) == [0, 1, 2, 3, 4, 5]


def test_random_records_without_text(tmp_path: Path) -> None:
    corpus = corpus_of("", "", "")
    with opened(corpus, tmp_path) as index:
        for wanted in (
            KNEE,
            query.Every(MERGED),
            query.Prefix(NOTE, "k"),
            query.FuzzyTerm(MERGED, "k", maxdist=3),
        ):
            assert docs(index, wanted) == []
        assert docs(index, query.Not(KNEE)) == docs(index, query.Every()) == [0, 1, 2]
    with opened(some_corpus(1, 0), tmp_path) as index:
        assert docs(index, query.Not(KNEE)) == docs(index, query.Every()) == []
