"""The posting lists of one field, as arrays of a segment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.sections import Arrays
from searchcore.whoosh_engine.sorted_texts import SortedTexts

MOST_KNOWN = 50_000

Ints = npt.NDArray[np.int64]


class FieldPostings(SortedTexts):
    """Terms and posting lists of one field; its texts are the terms.

    Attributes:
        docs: records of all lists, one list after the other, ascending within a list.
        weights: weighted frequency of each posting in units of 1 / 20; None for any other field.
        starts, positions: of each posting its positions; None for a field without.
    """

    def __init__(self, segment: Arrays, name: str) -> None:
        super().__init__(segment.array(f"{name}.terms"), segment.array(f"{name}.term_ends"))
        self._lists: npt.NDArray[np.integer] = segment.array(f"{name}.ends")
        self._ends = self._lists.data
        self.docs: npt.NDArray[np.uint32] = segment.array(f"{name}.docs")
        merged, placed = name == MERGED, f"{name}.starts" in segment
        self.weights: npt.NDArray[np.uint16] | None = segment.array(f"{MERGED}.weights") if merged else None
        self.starts: npt.NDArray[np.integer] | None = segment.array(f"{name}.starts") if placed else None
        self.positions: npt.NDArray[np.uint32] | None = segment.array(f"{name}.positions") if placed else None
        self._known: dict[bytes, int] = {}

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
