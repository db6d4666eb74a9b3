"""Sort keys of matches, the lower ones first: known ones, and scores that are worked out when needed."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import cell_kernels, order_kernels
from searchcore.whoosh_engine.found import Docs, LateScores, Places, Scores

# So often a record may displace another in a heap of one place, before a partition is quicker.
_HEAP_TURNS = 16
Ranks = npt.NDArray[np.int64] | npt.NDArray[np.int32]


class Keys(Protocol):
    """One key for each match."""

    @property
    def all(self) -> Scores:
        """Every key."""

    def at(self, places: Places) -> Scores:
        """Return the keys at some places."""

    def first(self, docs: Docs, ranks: Ranks, begin: int, end: int, count: int) -> Places | None:
        """Return the places of the first matches among some, in order.

        Args:
            docs: the matches.
            ranks: of each record, to decide between equal keys; where there are none, the match before goes
                first.
            begin, end: among which.
            count: how many; there may be fewer.

        Returns:
            None where a partition is quicker.
        """


class KnownKeys:
    """Keys that are known."""

    def __init__(self, keys: Scores) -> None:
        self.all = keys

    def at(self, places: Places) -> Scores:
        """See `Keys`."""
        return self.all[places]

    def first(self, docs: Docs, ranks: Ranks, begin: int, end: int, count: int) -> Places | None:
        """See `Keys`."""
        return first_by_heap(self.all, docs, ranks, begin, end, count)


class LateKeys:
    """Scores, the higher ones first, that are worked out when they are needed.

    Args:
        docs: the matches.
        scores: what gives their scores.
        status: on the day, of each record of the index.
        factors: per status, multiplied into the scores.
    """

    def __init__(
        self, docs: Docs, scores: LateScores, status: npt.NDArray[np.uint8], factors: Scores
    ) -> None:
        self._docs = docs
        self._scores = scores
        self._status = status
        self._factors = factors

    @cached_property
    def all(self) -> Scores:
        """See `Keys`."""
        return -self._weighed(self._docs)

    def at(self, places: Places) -> Scores:
        """See `Keys`."""
        return -self._weighed(self._docs[places])

    def first(self, docs: Docs, ranks: Ranks, begin: int, end: int, count: int) -> Places | None:
        """See `Keys`; without ranks, because records with such scores stand in their order."""
        first = np.empty(min(count, end - begin), np.int64)
        turns = heap_turns(len(first), end - begin)
        found = self._scores.lowest(docs[begin:end], self._status, self._factors, turns, first)
        return np.searchsorted(docs, first.astype(docs.dtype)) if found == len(first) else None

    def _weighed(self, docs: Docs) -> Scores:
        scores = self._scores(docs)
        cell_kernels.weigh(docs, self._status, self._factors, scores)
        return scores


def first_by_heap(keys: Scores, docs: Docs, ranks: Ranks, begin: int, end: int, count: int) -> Places | None:
    """Return the places of the first of keys[begin:end], by key and rank; None where a partition is quicker.

    Args:
        keys: of each match; lower ones go first.
        docs: the record of each match.
        ranks: of each record, to decide between equal keys; empty: the match before goes first.
        begin, end: which matches.
        count: how many; there may be fewer.
    """
    places = np.empty(min(count, end - begin), np.int64)
    turns = heap_turns(len(places), end - begin)
    found = order_kernels.lowest(keys, docs, ranks, begin, end, turns, places)
    return places if found == len(places) else None


def heap_turns(count: int, records: int) -> int:
    """Return how often a record may displace another in a heap, before a partition is quicker."""
    return _HEAP_TURNS * count + records // 64
