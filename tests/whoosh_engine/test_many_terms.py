"""A large vocabulary: prefixes, patterns, ranges and similar words over very many distinct terms."""

from __future__ import annotations

import fnmatch
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query

from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.layout import MERGED, place_field

from ..generated import cases
from .corpora import Corpus, Opened, opened
from .plain import Plain, distance

TITLE = place_field("title")
# Few letters, so that words are near each other; of one to four bytes in UTF-8.
LETTERS = "abn3ж胃𐐨"
COUNT = 12_000


def vocabulary() -> list[str]:
    """Return distinct words that are their own stems."""
    rng = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < COUNT:
        word = "".join(rng.choices(LETTERS, k=rng.randint(1, 9)))
        if stems(word) == [word]:
            found[word] = None
    return list(found)


WORDS = vocabulary()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    empty = {"note": ("",), "terms": (), "code": ("",), "rare": ("",)}
    texts = tuple({"title": (word,), **empty} for word in WORDS)
    corpus = Corpus(texts, (None,) * COUNT, (None,) * COUNT, (0,) * COUNT, (None,))
    with opened(corpus, tmp_path_factory.mktemp("many")) as found:
        yield found


@pytest.fixture(scope="module")
def plain(index: Opened) -> Plain:
    return Plain(index.corpus)


def words_of(index: Opened, wanted: Any) -> set[str]:
    return {WORDS[doc] for doc in index.executor.run(wanted).docs.tolist()}


word = st.one_of(st.sampled_from(WORDS), st.text(LETTERS + "z?", max_size=10))
part = st.text(LETTERS, max_size=2) | st.sampled_from(("*", "?", "*", "[ab]", "[!a3]", "[a-n]"))


@cases(15)
@given(word, st.integers(0, 3), st.integers(0, 3), st.sampled_from((MERGED, TITLE)))
def test_similar_words(index: Opened, text: str, most: int, prefix: int, field: str) -> None:
    begin = text[:prefix]
    near = (each for each in WORDS if abs(len(each) - len(text)) <= most and each.startswith(begin))
    expected = {each for each in near if distance(each[len(begin) :], text[len(begin) :]) <= most}
    assert words_of(index, query.FuzzyTerm(field, text, maxdist=most, prefixlength=prefix)) == expected


@cases(40)
@given(st.lists(part, min_size=1, max_size=5).map("".join))
def test_patterns(index: Opened, pattern: str) -> None:
    assert words_of(index, query.Wildcard(TITLE, pattern)) == set(fnmatch.filter(WORDS, pattern))


@cases(40)
@given(word, word, st.booleans(), st.booleans())
def test_ranges(index: Opened, low: str, high: str, above: bool, below: bool) -> None:
    expected = {each for each in WORDS if low <= each <= high} - ({low} if above else set())
    assert words_of(index, query.TermRange(MERGED, low, high, above, below)) == expected - (
        {high} if below else set()
    )


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("field", [MERGED, TITLE])
@pytest.mark.parametrize("text", ["", "𐐨", "ж胃", "ab", "胃胃胃", "absent"])
def test_a_prefix_of_many_words_scores_as_in_whoosh(
    index: Opened, plain: Plain, text: str, field: str, constant: bool
) -> None:
    wanted = query.Prefix(field, text, boost=2.0, constantscore=constant)
    found = index.executor.run(wanted)
    ours = dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))
    assert ours == pytest.approx(
        {doc: score for score, doc in index.searcher.search(wanted, limit=None).top_n}
    )
    assert ours == pytest.approx(plain.run(wanted))


@pytest.mark.parametrize("text", ["b", "ж", "胃", "3"])
def test_what_whoosh_finds_near_a_word_is_found(index: Opened, text: str) -> None:
    for most in (1, 2):
        wanted = query.FuzzyTerm(TITLE, f"a{text}n", maxdist=most, prefixlength=1)
        stock = {WORDS[doc] for _, doc in index.searcher.search(wanted, limit=None).top_n}
        assert words_of(index, wanted) == stock and len(stock) > most
