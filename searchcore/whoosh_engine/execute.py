"""Runs Whoosh query trees over the arrays of a segment: the same records and scores as Whoosh's own searcher.

Words, their combinations and our own nodes run in compiled kernels. Every other query class of Whoosh runs
through its own matcher over the same segment, so that any tree can be mixed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import query

from searchcore.whoosh_engine import kernels
from searchcore.whoosh_engine.layout import MERGED, WEIGHT_UNITS
from searchcore.whoosh_engine.queries import AnyWord, AsOfMask, DocsQuery, OfParts, Only, Without, drain
from searchcore.whoosh_engine.terms import FieldPostings

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]

# So many queries are joined at once: one bit each.
MOST_JOINED = 64


@dataclass(frozen=True)
class Found:
    """Records, ascending, with their scores."""

    docs: Docs
    scores: Scores

    def __len__(self) -> int:
        return len(self.docs)


@dataclass(frozen=True)
class Scoring:
    """BM25 over the merged field.

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


class Executor:
    """Runs queries over one segment. Safe to share between threads, but for `searcher`.

    Args:
        postings: returns the postings of a Whoosh field.
        scoring: of the merged field.
        searcher: returns a Whoosh searcher of the running thread, for query classes without a kernel.
        records: number of records.
    """

    def __init__(
        self,
        postings: Callable[[str], FieldPostings],
        scoring: Scoring,
        searcher: Callable[[], Any],
        records: int,
    ) -> None:
        self._postings = postings
        self._scoring = scoring
        self._searcher = searcher
        self._records = records

    def run(self, wanted: Any) -> Found:
        """Return all records of a query (None finds nothing) with their scores."""
        match wanted:
            case None | query.NullQuery:
                return _nothing()
            case query.Term(fieldname=str(field), text=text):
                if field == MERGED:
                    return self._all_words([(text, wanted.boost)])
                return self._constant(self._places_of(field, _encoded(text)), wanted.boost)
            case DocsQuery():
                return self._constant(wanted.doc_numbers.astype(np.uint32), wanted.score)
            case AnyWord():
                return self._constant(self._any_of(wanted.fieldname, wanted.words), wanted.score)
            case OfParts():
                return _joined([wanted], 1)
            case AsOfMask():
                return _filtered(self.run(wanted.child), wanted.state)
            case Only():
                return _both(self.run(wanted.a), _unscored(self.run(wanted.b)))
            case Without():
                return _without(self.run(wanted.a), self.run(wanted.b))
            case query.And():
                return self._and(wanted)
            case query.Or() if type(wanted) is query.Or and wanted.minmatch == 0 and not wanted.scale:
                return self._or(wanted)
            case query.AndMaybe():
                return _and_maybe(self.run(wanted.a), self.run(wanted.b))
            case query.Every(fieldname=None | ""):
                return self._constant(np.arange(self._records, dtype=np.uint32), wanted.boost)
            case query.Phrase(fieldname=str(field), words=words, slop=1) if (
                field != MERGED and len(words) > 1
            ):
                return self._constant(self._phrase(field, words), wanted.boost)
        return self._by_whoosh(wanted)

    def _by_whoosh(self, wanted: Any) -> Found:
        """Run a query through its own matcher."""
        searcher = self._searcher()
        docs, scores = drain(wanted.matcher(searcher, searcher.context()))
        return Found(np.array(docs, np.uint32), np.array(scores, np.float64))

    @staticmethod
    def _constant(docs: Docs, score: float) -> Found:
        return Found(docs, np.full(len(docs), score))

    def _and(self, wanted: Any) -> Found:
        if any(isinstance(part, query.Not) for part in wanted.subqueries):
            return self._by_whoosh(wanted)
        words, others = _merged_words(wanted.subqueries)
        joins, others = _joins(others)
        found = [self._all_words(words)] if words else []
        found += [_joined(some, len(some)) for some in _chunks(joins)]
        for part in others:
            if found and not len(found[0]):
                return found[0]
            found.append(self.run(part))
        return _boosted(_all_of(found), wanted.boost)

    def _or(self, wanted: Any) -> Found:
        words, others = _merged_words(wanted.subqueries)
        joins, others = _joins(others)
        found = [self._some_words(words)[0]] if words else []
        found += [_joined(some, 1) for some in _chunks(joins)]
        found += [self.run(part) for part in others]
        result = found[0] if found else _nothing()
        for each in found[1:]:
            result = _either(result, each)
        return _boosted(result, wanted.boost)

    def _lists(self, words: Sequence[tuple[Any, float]]) -> tuple[Any, list[tuple[int, int, float]]]:
        """Return the postings of the merged field, and (begin, end, factor) of each word that it has."""
        postings = self._postings(MERGED)
        lists = []
        for text, boost in words:
            number = postings.number(_encoded(text))
            if number >= 0:
                begin, end = postings.span(number)
                # Whoosh's idf: log(N / (df + 1)) + 1.
                lists.append((begin, end, boost * (math.log(self._records / (end - begin + 1)) + 1)))
        return postings, lists

    def _all_words(self, words: Sequence[tuple[Any, float]]) -> Found:
        postings, lists = self._lists(words)
        if len(lists) < len(words):
            return _nothing()
        lists.sort(key=lambda each: each[1] - each[0])
        size = lists[0][1] - lists[0][0]
        docs, scores = np.empty(size, np.uint32), np.empty(size)
        begins, ends, factors = _columns(lists)
        count = kernels.all_terms(
            postings.docs, postings.weights, begins, ends, factors, self._scoring.norms,
            WEIGHT_UNITS, self._scoring.gain, docs, scores,
        )  # fmt: skip
        return Found(docs[:count], scores[:count])

    def _some_words(self, words: Sequence[tuple[Any, float]]) -> tuple[Found, npt.NDArray[np.uint8]]:
        postings, lists = self._lists(words)
        size = min(sum(end - begin for begin, end, _ in lists), self._records)
        docs, scores, matched = np.empty(size, np.uint32), np.empty(size), np.empty(size, np.uint8)
        if not lists:
            return Found(docs, scores), matched
        begins, ends, factors = _columns(lists)
        count = kernels.any_term(
            postings.docs, postings.weights, begins, ends, factors, self._scoring.norms,
            WEIGHT_UNITS, self._scoring.gain, self._records, docs, scores, matched,
        )  # fmt: skip
        return Found(docs[:count], scores[:count]), matched[:count]

    def _places_of(self, field: str, text: bytes) -> Docs:
        postings = self._postings(field)
        number = postings.number(text)
        begin, end = postings.span(number) if number >= 0 else (0, 0)
        return postings.docs[begin:end]

    def _any_of(self, field: str, words: Sequence[str]) -> Docs:
        lists = [self._places_of(field, word.encode()) for word in words]
        if len(lists) == 1:
            return lists[0]
        flags = np.zeros(self._records, np.bool_)
        for docs in lists:
            flags[docs] = True
        return np.flatnonzero(flags).astype(np.uint32)

    def _phrase(self, field: str, words: Sequence[str]) -> Docs:
        postings = self._postings(field)
        lists = []
        for place, word in enumerate(words):
            number = postings.number(_encoded(word))
            if number < 0:
                return np.zeros(0, np.uint32)
            lists.append((*postings.span(number), place))
        lists.sort(key=lambda each: each[1] - each[0])
        docs = np.empty(lists[0][1] - lists[0][0], np.uint32)
        begins, ends, order = (np.array(column, np.int64) for column in zip(*lists, strict=True))
        count = kernels.phrase(postings.docs, postings.starts, postings.positions, begins, ends, order, docs)
        return docs[:count]


def _encoded(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()


def _columns(lists: Sequence[tuple[int, int, float]]) -> tuple[Any, Any, Any]:
    begins, ends, factors = zip(*lists, strict=True)
    return np.array(begins, np.int64), np.array(ends, np.int64), np.array(factors, np.float64)


def _merged_words(parts: Sequence[Any]) -> tuple[list[tuple[Any, float]], list[Any]]:
    """Split sub-queries into words of the merged field and all others."""
    words, others = [], []
    for part in parts:
        if type(part) is query.Term and part.fieldname == MERGED:
            words.append((part.text, part.boost))
        else:
            others.append(part)
    return words, others


def _joins(parts: Sequence[Any]) -> tuple[list[OfParts], list[Any]]:
    """Split sub-queries into those that lead from parts to records, and all others."""
    joins = [part for part in parts if isinstance(part, OfParts)]
    return joins, [part for part in parts if not isinstance(part, OfParts)]


def _chunks(joins: Sequence[OfParts]) -> Iterator[Sequence[OfParts]]:
    for begin in range(0, len(joins), MOST_JOINED):
        yield joins[begin : begin + MOST_JOINED]


def _joined(joins: Sequence[OfParts], least: int) -> Found:
    found: Found = joins[0].parts.join(joins, least)[0]
    return found


def _nothing() -> Found:
    return Found(np.zeros(0, np.uint32), np.zeros(0))


def _unscored(found: Found) -> Found:
    return Found(found.docs, np.zeros(len(found)))


def _boosted(found: Found, boost: float) -> Found:
    return found if boost == 1.0 else Found(found.docs, found.scores * boost)


def _filtered(found: Found, state: npt.NDArray[np.uint8]) -> Found:
    docs, scores = np.empty(len(found), np.uint32), np.empty(len(found))
    count = kernels.keep_standing(found.docs, found.scores, state, docs, scores)
    return Found(docs[:count], scores[:count])


def _all_of(found: Sequence[Found]) -> Found:
    if not found:
        return _nothing()
    result, *rest = sorted(found, key=len)
    for each in rest:
        result = _both(result, each)
    return result


def _both(a: Found, b: Found) -> Found:
    if len(b) < len(a):
        a, b = b, a
    docs, scores = np.empty(len(a), np.uint32), np.empty(len(a))
    count = kernels.intersect(a.docs, a.scores, b.docs, b.scores, docs, scores)
    return Found(docs[:count], scores[:count])


def _either(a: Found, b: Found) -> Found:
    docs, scores = np.empty(len(a) + len(b), np.uint32), np.empty(len(a) + len(b))
    count = kernels.unite(a.docs, a.scores, b.docs, b.scores, docs, scores)
    return Found(docs[:count], scores[:count])


def _without(a: Found, b: Found) -> Found:
    docs, scores = np.empty(len(a), np.uint32), np.empty(len(a))
    count = kernels.and_maybe(a.docs, a.scores, b.docs, b.scores, docs, scores, True)
    return Found(docs[:count], scores[:count])


def _and_maybe(a: Found, b: Found) -> Found:
    docs, scores = np.empty(len(a), np.uint32), np.empty(len(a))
    count = kernels.and_maybe(a.docs, a.scores, b.docs, b.scores, docs, scores, False)
    return Found(docs[:count], scores[:count])
