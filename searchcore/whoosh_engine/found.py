"""Records with scores, and what combinations of queries make of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import list_kernels
from searchcore.whoosh_engine.counting import Counting, Kept

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]
# Works out the scores of some records when somebody asks.
Late = Callable[[Docs], Scores]


class OnePass(Protocol):
    """Counts and ranks records while it finds them, without a list of all."""

    def kept(self, counting: Counting, best: int, /) -> Kept:
        """Return what is kept of the records found, the first `best` known; see `counting`."""


class Found:
    """Records, ascending, with their scores.

    Args:
        docs: the records, or what lists them when somebody asks.
        scores: their scores, or what works out the scores of some of these records when somebody asks.
        matched: how many of the parts of an `AtLeast` each record matches; None for any other query.
        one_pass: what counts them without a list; None where there is nothing of the sort.
    """

    def __init__(
        self,
        docs: Docs | Callable[[], Docs],
        scores: Scores | Late,
        matched: Counts | None = None,
        one_pass: OnePass | None = None,
    ) -> None:
        self.matched = matched
        self.one_pass = one_pass
        self._docs = docs
        self._scores = scores

    @property
    def docs(self) -> Docs:
        """The records, ascending."""
        if callable(self._docs):
            self._docs = self._docs()
        return self._docs

    @property
    def scored(self) -> bool:
        """Whether the scores are worked out."""
        return not callable(self._scores)

    @property
    def late(self) -> Late | None:
        """What works the scores out; None where they are worked out."""
        return self._scores if callable(self._scores) else None

    @property
    def scores(self) -> Scores:
        """The score of each record."""
        if callable(self._scores):
            self._scores = self._scores(self.docs)
        return self._scores

    def scores_of(self, docs: Docs) -> Scores:
        """Return the scores of some of the records."""
        return (
            self._scores(docs) if callable(self._scores) else self._scores[np.searchsorted(self.docs, docs)]
        )

    def __len__(self) -> int:
        return len(self.docs)

    def boosted(self, boost: float) -> Found:
        """Return the same with all scores multiplied."""
        return self if boost == 1.0 else Found(self.docs, self.scores * boost, self.matched)

    def multiplied(self, docs: Docs, factors: Scores) -> Found:
        """Return the same with the scores of some records multiplied.

        Args:
            docs: records, ascending; not all of them must be among these.
            factors: by what, of each.
        """
        if not len(docs) or not len(self):
            return self
        places = np.searchsorted(self.docs, docs)
        inside = places < len(self)
        inside[inside] = self.docs[places[inside]] == docs[inside]
        if not inside.any():
            return self
        scores = self.scores.copy()
        scores[places[inside]] *= factors[inside]
        return Found(self.docs, scores, self.matched)

    def plus(self, score: float) -> Found:
        """Return the same with something added to all scores."""
        return Found(self.docs, self.scores + score, self.matched)

    def where(self, mask: npt.NDArray[np.bool_]) -> Found:
        """Return the records that a mask keeps."""
        matched = None if self.matched is None else self.matched[mask]
        scores = self._scores if callable(self._scores) else self._scores[mask]
        return Found(self.docs[mask], scores, matched)

    def standing(self, state: npt.NDArray[np.uint8]) -> Found:
        """Return the records that stand for their keys on a day; see `searchcore.validity.as_of_array`."""
        docs, scores = self._room()
        count = list_kernels.keep_standing(self.docs, self.scores, state, docs, scores)
        return self._some(docs[:count], scores[:count])

    def within(self, other: Found) -> Found:
        """Return the records that others have too, with the scores that they have here."""
        found = both(self, Found(other.docs, np.zeros(len(other))))
        return self._some(found.docs, found.scores)

    def without(self, other: Found) -> Found:
        """Return the records that others have not."""
        docs, scores = self._room()
        count = list_kernels.and_maybe(self.docs, self.scores, other.docs, other.scores, docs, scores, True)
        return self._some(docs[:count], scores[:count])

    def maybe(self, other: Found) -> Found:
        """Return all records, with the scores of others added where these have a record too."""
        docs, scores = self._room()
        count = list_kernels.and_maybe(self.docs, self.scores, other.docs, other.scores, docs, scores, False)
        return self._some(docs[:count], scores[:count])

    def _room(self) -> tuple[Docs, Scores]:
        return np.empty(len(self), np.uint32), np.empty(len(self))

    def _some(self, docs: Docs, scores: Scores) -> Found:
        """Return some of the records with new scores; how many parts they match stays."""
        matched = self.matched
        if matched is not None and len(docs) < len(self.docs):
            matched = matched[np.searchsorted(self.docs, docs)]
        return Found(docs, scores, matched)


def nothing() -> Found:
    """Return no records."""
    return Found(np.zeros(0, np.uint32), np.zeros(0))


def no_parts() -> Found:
    """Return no records, for an `AtLeast`."""
    return Found(np.zeros(0, np.uint32), np.zeros(0), np.zeros(0, np.uint16))


def constant(docs: Docs, score: float) -> Found:
    """Return records that all have one score."""
    return Found(docs, np.full(len(docs), score))


def both(a: Found, b: Found) -> Found:
    """Return the records of two lists with the sums of their scores."""
    if len(b) < len(a):
        a, b = b, a
    docs, scores = np.empty(len(a), np.uint32), np.empty(len(a))
    count = list_kernels.intersect(a.docs, a.scores, b.docs, b.scores, docs, scores)
    return Found(docs[:count], scores[:count])


def all_of(parts: Sequence[Found]) -> Found:
    """Return the records of all lists with the sums of their scores."""
    if len(parts) < 2:
        return parts[0] if parts else nothing()
    result, *rest = sorted(parts, key=len)
    for each in rest:
        result = both(result, each)
    return result


def any_of(parts: Sequence[Found]) -> Found:
    """Return the records of any list with the sums of their scores; the shortest lists are merged first."""
    if not parts:
        return nothing()
    if len(parts) == 1 and parts[0].matched is None:
        return parts[0]
    heap = [(len(each), number, each) for number, each in enumerate(parts)]
    heapq.heapify(heap)
    while len(heap) > 1:
        _, number, a = heapq.heappop(heap)
        _, _, b = heap[0]
        docs, scores = np.empty(len(a) + len(b), np.uint32), np.empty(len(a) + len(b))
        count = list_kernels.unite(a.docs, a.scores, b.docs, b.scores, docs, scores)
        heapq.heapreplace(heap, (count, number, Found(docs[:count], scores[:count])))
    return Found(heap[0][2].docs, heap[0][2].scores)


def counted(parts: Sequence[Found], records: int, least: int = 1, *, best: bool = False) -> Found:
    """Return the records that stand in at least so many lists, and in how many.

    Args:
        parts: the lists.
        records: number of records of the index.
        least: at least 1.
        best: give the highest of a record's scores, not their sum.
    """
    ends = np.cumsum([len(each) for each in parts], dtype=np.int64)
    if not len(ends) or not ends[-1]:
        return no_parts()
    begins = np.concatenate(([0], ends[:-1]))
    docs = np.concatenate([each.docs for each in parts])
    scores = np.concatenate([each.scores for each in parts])
    size = min(len(docs), records)
    out_docs, out_scores, matched = np.empty(size, np.uint32), np.empty(size), np.empty(size, np.uint16)
    count = list_kernels.unite_all(
        docs, scores, begins, ends, records, least, best, out_docs, out_scores, matched
    )
    return Found(out_docs[:count], out_scores[:count], matched[:count])


def complement(docs: Docs, records: int) -> Docs:
    """Return all records but these."""
    others = np.ones(records, np.bool_)
    others[docs] = False
    return np.flatnonzero(others).astype(np.uint32)
