"""Runs the queries that look into posting lists: words, phrases, and those that stand for several words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import query

from searchcore.whoosh_engine import kernels, phrase_kernels
from searchcore.whoosh_engine.expand import encoded, every_term, expanded
from searchcore.whoosh_engine.found import Docs, Found, Scores, constant, no_parts, nothing
from searchcore.whoosh_engine.layout import MERGED, WEIGHT_UNITS
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.terms import FieldPostings, Ints

# What each weight of a posting stands for.
WEIGHT_AMOUNTS = np.arange(1 << 16) / WEIGHT_UNITS
# Up to this number of records Whoosh's Or reads all its parts ahead, unless there are two (Or._matcher).
_SMALL_INDEX = 5000


@dataclass(frozen=True)
class Scoring:
    """BM25 over the merged field. A word of any other field scores 1.

    Attributes:
        norms: k1 * ((1 - b) + b * length / average length) of each record.
        gain: k1 + 1.
    """

    norms: Scores
    gain: float


def make_scoring(lengths: npt.NDArray[np.uint32], k1: float, b: float) -> Scoring:
    """Return the scoring of an index; the formula is Whoosh's BM25F."""
    average = (float(lengths.sum(dtype=np.int64)) / len(lengths) if len(lengths) else 0.0) or 1.0
    return Scoring((k1 * ((1 - b) + b * lengths / average)).astype(np.float64), k1 + 1)


class Leaves:
    """Runs queries without sub-queries over the posting lists of one segment.

    Args:
        segment: the segment.
        scoring: of the merged field.
        searcher: returns a Whoosh searcher of the running thread.
    """

    def __init__(self, segment: OpenSegment, scoring: Scoring, searcher: Callable[[], Any]) -> None:
        self._segment = segment
        self._records = segment.count
        self._scoring = scoring
        self._searcher = searcher

    def term(self, field: str, text: str | bytes) -> Found:
        """Return the records of a word."""
        if field == MERGED:
            return self.all_words([(text, 1.0)])
        postings = self._field(field)
        number = -1 if postings is None else postings.number(encoded(text))
        return nothing() if postings is None or number < 0 else self._list(postings, number)

    def all_words(self, words: Sequence[tuple[str | bytes, float]]) -> Found:
        """Return the records with all of some words of the merged field, given with their boosts."""
        postings, lists = self._scored(words)
        if postings is None or not lists or len(lists) < len(words):
            return nothing()
        return self._all_lists(postings, lists)

    def some_words(self, words: Sequence[tuple[str | bytes, float]], least: int = 1) -> Found:
        """Return the records with at least so many of some words of the merged field, and with how many."""
        postings, lists = self._scored(words)
        if postings is None or not lists:
            return no_parts()
        return self._some_lists(postings, lists, least)

    def known(self, words: Sequence[tuple[str, str | bytes]]) -> int:
        """Return how many of some words, given with their fields, the index has."""
        found = [(self._field(field), text) for field, text in words]
        return sum(postings is not None and postings.number(encoded(text)) >= 0 for postings, text in found)

    def phrase(self, wanted: Any) -> Found | None:
        """Return the records of a phrase, None where only Whoosh can say what is wrong with it."""
        postings = self._field(wanted.fieldname)
        if postings is None:
            return nothing()
        if postings.starts is None or not wanted.words:
            return None
        numbers = [postings.number(encoded(word)) for word in wanted.words]
        if min(numbers) < 0:
            return nothing()
        docs = self._in_order(postings, numbers, wanted.slop)
        # Whoosh adds up the scores of the words, and each of them scores 1.
        return constant(docs, len(numbers) * wanted.boost)

    def any_word(self, field: str, words: Sequence[str]) -> Docs:
        """Return the records with one of some words of a field."""
        postings = self._field(field)
        if postings is None:
            return np.zeros(0, np.uint32)
        numbers = {postings.number(encoded(word)) for word in words}
        return self._united(postings, np.array(sorted(numbers - {-1}), np.int64))

    def every(self, field: str) -> Docs:
        """Return the records with any word in a field."""
        postings = self._field(field)
        return np.zeros(0, np.uint32) if postings is None else self._united(postings, every_term(postings))

    def several(self, wanted: Any) -> Found:
        """Return the records of a query that stands for several words (`MultiTerm`).

        The scores are Whoosh's, which do not keep what its documentation says. A single word that is meant
        scores as a `Term`, the boost left out. A constant score is 1, the boost left out; it is given only
        where Or reads its parts ahead. Everywhere else the words score as in an Or.
        """
        postings = self._field(wanted.field())
        if postings is None:
            return nothing()
        numbers = expanded(wanted, postings, self._searcher)
        if len(numbers) < 2:
            return self._list(postings, int(numbers[0])) if len(numbers) else nothing()
        if wanted.constantscore and self._read_ahead(len(numbers)):
            return constant(self._united(postings, numbers), 1.0)
        if postings.weights is None:
            return self._counted(postings, numbers).boosted(wanted.boost)
        begins, ends = postings.spans(numbers)
        lists = [(*span, self._factor(*span)) for span in zip(begins.tolist(), ends.tolist(), strict=True)]
        found = self._some_lists(postings, lists, 1)
        return Found(found.docs, found.scores).boosted(wanted.boost)

    def _read_ahead(self, parts: int) -> bool:
        few = self._records <= _SMALL_INDEX and parts != 2
        return few or parts >= query.Or.TOO_MANY_CLAUSES

    def _field(self, name: str) -> FieldPostings | None:
        """Return the postings of a field, None if there is no such field."""
        return self._segment.postings(name) if name in self._segment.names else None

    def _list(self, postings: FieldPostings, number: int) -> Found:
        begin, end = postings.span(number)
        if postings.weights is None:
            return constant(postings.docs[begin:end], 1.0)
        return self._all_lists(postings, [(begin, end, self._factor(begin, end))])

    def _factor(self, begin: int, end: int) -> float:
        """Return Whoosh's idf of a word: log(N / (df + 1)) + 1."""
        return math.log(self._records / (end - begin + 1)) + 1

    def _scored(
        self, words: Sequence[tuple[str | bytes, float]]
    ) -> tuple[FieldPostings | None, list[tuple[int, int, float]]]:
        """Return the postings of the merged field, and (begin, end, factor) of each word that it has."""
        postings = self._field(MERGED)
        lists: list[tuple[int, int, float]] = []
        if postings is None:
            return None, lists
        for text, boost in words:
            number = postings.number(encoded(text))
            if number >= 0:
                begin, end = postings.span(number)
                lists.append((begin, end, boost * self._factor(begin, end)))
        return postings, lists

    def _all_lists(self, postings: FieldPostings, lists: list[tuple[int, int, float]]) -> Found:
        lists.sort(key=lambda each: each[1] - each[0])
        size = lists[0][1] - lists[0][0]
        docs, scores = np.empty(size, np.uint32), np.empty(size)
        begins, ends, factors = _columns(lists)
        count = kernels.all_terms(
            postings.docs, postings.weights, begins, ends, factors, self._scoring.norms,
            WEIGHT_AMOUNTS, self._scoring.gain, docs, scores,
        )  # fmt: skip
        return Found(docs[:count], scores[:count])

    def _some_lists(self, postings: FieldPostings, lists: list[tuple[int, int, float]], least: int) -> Found:
        size = min(sum(end - begin for begin, end, _ in lists), self._records)
        docs, scores, matched = np.empty(size, np.uint32), np.empty(size), np.empty(size, np.uint16)
        begins, ends, factors = _columns(lists)
        count = kernels.any_term(
            postings.docs, postings.weights, begins, ends, factors, self._scoring.norms,
            WEIGHT_AMOUNTS, self._scoring.gain, self._records, least, docs, scores, matched,
        )  # fmt: skip
        return Found(docs[:count], scores[:count], matched[:count])

    def _in_order(self, postings: FieldPostings, numbers: Sequence[int], slop: int) -> Docs:
        spans = [postings.span(number) for number in numbers]
        shortest = sorted(range(len(spans)), key=lambda place: spans[place][1] - spans[place][0])
        begins, ends = np.array([spans[place] for place in shortest], np.int64).T.copy()
        places = np.array(shortest, np.int64)
        docs = np.empty(ends[0] - begins[0], np.uint32)
        count = phrase_kernels.phrase(
            postings.docs, postings.starts, postings.positions, begins, ends, places, slop, docs
        )
        return docs[:count]

    def _united(self, postings: FieldPostings, numbers: Ints) -> Docs:
        docs = postings.docs_of(numbers)
        if len(numbers) < 2:
            return docs
        if len(docs) * 16 < self._records:
            return np.unique(docs)
        flags = np.zeros(self._records, np.bool_)
        flags[docs] = True
        return np.flatnonzero(flags).astype(np.uint32)

    def _counted(self, postings: FieldPostings, numbers: Ints) -> Found:
        """Return the records of several words and with how many of them as scores."""
        docs, counts = np.unique(postings.docs_of(numbers), return_counts=True)
        return Found(docs, counts.astype(np.float64))


def _columns(lists: Sequence[tuple[int, int, float]]) -> tuple[Any, Any, Any]:
    begins, ends, factors = zip(*lists, strict=True)
    return np.array(begins, np.int64), np.array(ends, np.int64), np.array(factors, np.float64)
