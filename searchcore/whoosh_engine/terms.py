"""The posting lists of one field, as arrays of a segment."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.sections import Arrays

MOST_KNOWN = 50_000

Ints = npt.NDArray[np.int64]


class FieldPostings:
    """Terms and posting lists of one field.

    Attributes:
        terms, term_ends: the bytes of all terms one behind the other, and where each ends.
        docs: records of all lists, one list after the other, ascending within a list.
        weights: weighted frequency of each posting in units of 1 / 20; None for any other field.
        starts, positions: of each posting its positions; None for a field without.
    """

    def __init__(self, segment: Arrays, name: str) -> None:
        self.terms: npt.NDArray[np.uint8] = segment.array(f"{name}.terms")
        self.term_ends: npt.NDArray[np.integer] = segment.array(f"{name}.term_ends")
        # A memoryview gives plain numbers, and one at a time several times faster than an array does.
        self._terms = self.terms.data
        self._term_ends = self.term_ends.data
        self._lists: npt.NDArray[np.integer] = segment.array(f"{name}.ends")
        self._ends = self._lists.data
        self.docs: npt.NDArray[np.uint32] = segment.array(f"{name}.docs")
        merged, placed = name == MERGED, f"{name}.starts" in segment
        self.weights: npt.NDArray[np.uint16] | None = segment.array(f"{MERGED}.weights") if merged else None
        self.starts: npt.NDArray[np.integer] | None = segment.array(f"{name}.starts") if placed else None
        self.positions: npt.NDArray[np.uint32] | None = segment.array(f"{name}.positions") if placed else None
        self._known: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._term_ends)

    def term(self, number: int) -> bytes:
        """Return a term by its number; terms are in the order of their bytes."""
        begin = self._term_ends[number - 1] if number else 0
        return self._terms[begin : self._term_ends[number]].tobytes()

    @cached_property
    def longest(self) -> int:
        """The length of the longest term in bytes."""
        return int(np.diff(self.term_ends, prepend=self.term_ends.dtype.type(0)).max()) if len(self) else 0

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

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the number of the first term that begins so, and that of the first term behind these."""
        # No byte of UTF-8 is 0xff, so that every term with the prefix sorts before the upper bound.
        return self.first_at_least(prefix), self.first_at_least(prefix + b"\xff")

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

    def spans(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return where the posting lists of terms begin, and where they end."""
        begins = np.where(numbers > 0, self._lists[numbers - 1], 0)
        return begins.astype(np.int64), self._lists[numbers].astype(np.int64)

    def docs_of(self, numbers: Ints) -> npt.NDArray[np.uint32]:
        """Return the records of posting lists, one list after the other.

        Args:
            numbers: of the terms, ascending, each once.
        """
        if not len(numbers):
            return self.docs[:0]
        begins, ends = self.spans(numbers)
        if numbers[-1] - numbers[0] == len(numbers) - 1:  # the lists stand together
            return self.docs[begins[0] : ends[-1]]
        lengths = ends - begins
        before = np.cumsum(lengths) - lengths
        index = np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)
        return np.asarray(self.docs[index], np.uint32)
