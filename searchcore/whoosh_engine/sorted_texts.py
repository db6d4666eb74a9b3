"""Sorted texts as arrays: their bytes one behind the other, and where each ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.sections import Arrays, ArraysWriter


class SortedTexts:
    """Texts in the order of their bytes in UTF-8, by number.

    Attributes:
        terms, term_ends: the bytes of all texts one behind the other, and where each ends.
    """

    def __init__(self, terms: npt.NDArray[np.uint8], ends: npt.NDArray[np.integer]) -> None:
        self.terms = terms
        self.term_ends = ends
        # A memoryview gives plain numbers, and one at a time several times faster than an array does.
        self._terms = terms.data
        self._term_ends = ends.data

    def __len__(self) -> int:
        return len(self._term_ends)

    def term(self, number: int) -> bytes:
        """Return a text by its number."""
        begin = self._term_ends[number - 1] if number else 0
        return self._terms[begin : self._term_ends[number]].tobytes()

    @cached_property
    def longest(self) -> int:
        """The length of the longest text in bytes."""
        return int(np.diff(self.term_ends, prepend=self.term_ends.dtype.type(0)).max()) if len(self) else 0

    def first_at_least(self, wanted: bytes) -> int:
        """Return the number of the first text that is not below `wanted`."""
        low, high = 0, len(self._term_ends)
        while low < high:
            middle = (low + high) >> 1
            if self.term(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the number of the first text that begins so, and that of the first text behind these."""
        # No byte of UTF-8 is 0xff, so that every text with the prefix sorts before the upper bound.
        return self.first_at_least(prefix), self.first_at_least(prefix + b"\xff")


def read_texts(file: Arrays, name: str) -> SortedTexts:
    """Return what `write_texts` has written; the texts need not be in order to be read by number."""
    return SortedTexts(file.array(name), file.array(f"{name}.ends"))


def write_texts(file: ArraysWriter, name: str, texts: Sequence[str]) -> None:
    """Write texts; to be searched they must be in order."""
    encoded = [text.encode() for text in texts]
    file.add_array(name, np.frombuffer(b"".join(encoded), np.uint8))
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    file.add_array(f"{name}.ends", np.cumsum(lengths).astype(np.uint32))
