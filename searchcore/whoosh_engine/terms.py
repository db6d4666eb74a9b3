"""The posting lists of one field, as arrays of a segment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.sections import Arrays

MOST_KNOWN = 50_000


class FieldPostings:
    """Terms and posting lists of one field.

    Attributes:
        docs: records of all lists, one list after the other, ascending within a list.
        weights: weighted frequency of each posting in units of 1 / 20; None for a field with positions only.
        starts, positions: of each posting its positions; None for the merged field.
    """

    def __init__(self, segment: Arrays, name: str) -> None:
        self._terms = segment.array(f"{name}.terms").data
        self._term_ends = segment.array(f"{name}.term_ends").data
        self._ends = segment.array(f"{name}.ends").data
        self.docs: npt.NDArray[np.uint32] = segment.array(f"{name}.docs")
        merged = name == MERGED
        self.weights: npt.NDArray[np.uint16] | None = segment.array(f"{MERGED}.weights") if merged else None
        self.starts: npt.NDArray[np.unsignedinteger] | None = (
            None if merged else segment.array(f"{name}.starts")
        )
        self.positions: npt.NDArray[np.uint32] | None = None if merged else segment.array(f"{name}.positions")
        self._known: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._term_ends)

    def term(self, number: int) -> bytes:
        """Return a term by its number; terms are in the order of their bytes."""
        begin = self._term_ends[number - 1] if number else 0
        return self._terms[begin : self._term_ends[number]].tobytes()

    def first_at_least(self, wanted: bytes) -> int:
        """Return the number of the first term that is not below `wanted`."""
        low, high = 0, len(self._term_ends)
        while low < high:
            middle = (low + high) >> 1
            if self.term(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def number(self, term: bytes) -> int:
        """Return the number of a term, -1 if no record has it."""
        known = self._known.get(term)
        if known is None:
            found = self.first_at_least(term)
            known = found if found < len(self) and self.term(found) == term else -1
            if len(self._known) < MOST_KNOWN:
                self._known[term] = known
        return known

    def span(self, number: int) -> tuple[int, int]:
        """Return where the posting list of a term begins and ends."""
        return (self._ends[number - 1] if number else 0), self._ends[number]
