"""The posting list of a term as a Whoosh matcher."""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.matching import LeafMatcher, ReadTooFar

from searchcore.whoosh_engine.layout import WEIGHT_UNITS
from searchcore.whoosh_engine.open_segment import OpenSegment

# Postings that Whoosh judges together when it looks for lists that cannot reach the first page.
BLOCK = 128
# Scores this close are the same. Whoosh's UnionMatcher splits a limit among its parts and asks again until
# one of them moves. Where rounding lets none of them move, it asks for ever; over Whoosh's own codec it does.
_SAME = 1e-9


class PostingsMatcher(LeafMatcher):  # type: ignore[misc]  # whoosh has no types
    """Walks through the postings of a term. The slices are views of the file; nothing is copied.

    A posting of the merged field weighs what its words weigh. One of a field with positions weighs 1; how
    often the word occurs is what `value_as("frequency")` says.
    """

    def __init__(
        self, segment: OpenSegment, term: tuple[str, bytes], number: int, format_: Any, scorer: Any
    ) -> None:
        self._segment = segment
        self._term = term
        self.format = format_
        self.scorer = scorer
        postings = segment.postings(term[0])
        begin, end = postings.span(number)
        # A memoryview gives plain numbers, and one at a time several times faster than an array does.
        self._docs = postings.docs[begin:end].data
        self._units = None if postings.weights is None else postings.weights[begin:end].data
        self._starts = None if postings.starts is None else postings.starts[begin : end + 1].data
        self._positions = postings.positions
        self._count = end - begin
        self._at = 0
        self._limits: list[tuple[float, int, int]] | None = None

    def is_active(self) -> bool:
        """Tell whether there is a posting here."""
        return self._at < self._count

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def copy(self) -> PostingsMatcher:
        """Return a matcher at the same posting."""
        return copy.copy(self)

    def id(self) -> int:
        """Return the record; behind the end the last one, where Whoosh's AndNotMatcher asks once more."""
        try:
            return self._docs[self._at]
        except IndexError:
            return self._docs[-1]

    def all_ids(self) -> Iterator[int]:
        """Return the records from here on."""
        return iter(self._docs[self._at :].tolist())

    def weight(self) -> float:
        """Return the weight of the posting."""
        return 1.0 if self._units is None else self._units[self._at] / WEIGHT_UNITS

    def value(self) -> bytes:
        """Return what the field's format keeps of a posting: packed positions, or nothing."""
        if self._starts is None or self._positions is None:
            return b""
        return self._positions[self._starts[self._at] : self._starts[self._at + 1]].tobytes()

    def next(self) -> bool:
        """Go to the next posting; tell whether it is in another block."""
        if self._at >= self._count:
            raise ReadTooFar
        self._at += 1
        return self._at % BLOCK == 0 or self._at == self._count

    def skip_to(self, id: int) -> None:
        """Go to the first posting from here on whose record is not below `id`."""
        if self._at >= self._count:
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)

    def skip_to_quality(self, minquality: float) -> int:
        """Go to the next block that could score above a limit; return how many blocks were passed over."""
        passed = 0
        while self.is_active() and self.block_quality() <= minquality + _SAME:
            self._at = min(self._count, (self._at // BLOCK + 1) * BLOCK)
            passed += 1
        return passed

    def block_min_id(self) -> int:
        """Return the first record of this block."""
        return self._docs[self._at // BLOCK * BLOCK]

    def block_max_id(self) -> int:
        """Return the last record of this block."""
        return self._docs[min(self._count, (self._at // BLOCK + 1) * BLOCK) - 1]

    def block_max_weight(self) -> float:
        """Return the greatest weight in this block."""
        return self._block()[0]

    def block_min_length(self) -> int:
        """Return the length of the shortest record of this block."""
        return self._block()[1]

    def block_max_length(self) -> int:
        """Return the length of the longest record of this block."""
        return self._block()[2]

    def _block(self) -> tuple[float, int, int]:
        if self._limits is None:
            self._limits = self._all_limits()
        return self._limits[self._at // BLOCK]

    def _all_limits(self) -> list[tuple[float, int, int]]:
        """Return greatest weight, shortest and longest length of every block."""
        begins = np.arange(0, self._count, BLOCK)
        lengths = self._segment.lengths_of(self._term[0])[np.asarray(self._docs)]
        weights = np.ones(self._count) if self._units is None else np.asarray(self._units) / WEIGHT_UNITS
        return list(
            zip(
                np.maximum.reduceat(weights, begins).tolist(),
                np.minimum.reduceat(lengths, begins).tolist(),
                np.maximum.reduceat(lengths, begins).tolist(),
                strict=True,
            )
        )
