"""Facet columns: which records have a value, and which values a record has. Counting is done in cells.

Records are given as ascending numbers, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchcore.request import NOT_SPECIFIED

Docs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class FacetColumn(Protocol):
    """The values of one facet for all records."""

    values: Sequence[str]

    def has_any(self, docs: Docs, wanted: Iterable[str]) -> Mask:
        """Tell for each record whether it has one of the values; `-` stands for records without a value."""

    def of(self, doc: int) -> str | tuple[str, ...] | None:
        """Return the value of a record, or its values."""


def _wanted(values: Sequence[str], wanted: Iterable[str]) -> Mask:
    """Return a flag for "not specified" and one for each value."""
    chosen = set(wanted)
    return np.array([NOT_SPECIFIED in chosen, *(value in chosen for value in values)], np.bool_)


class SingleFacet:
    """A facet with at most one value a record: an ordinal each, -1 for none."""

    def __init__(self, values: Sequence[str], ordinals: npt.NDArray[np.integer]) -> None:
        self.values = values
        self._ordinals = ordinals

    def has_any(self, docs: Docs, wanted: Iterable[str]) -> Mask:
        """See `FacetColumn`."""
        found: Mask = _wanted(self.values, wanted)[self._ordinals[docs] + 1]
        return found

    def of(self, doc: int) -> str | None:
        """See `FacetColumn`."""
        ordinal = int(self._ordinals[doc])
        return None if ordinal < 0 else self.values[ordinal]


class SeveralFacet:
    """A facet with any number of distinct values a record."""

    def __init__(
        self, values: Sequence[str], offsets: npt.NDArray[np.int64], items: npt.NDArray[np.int32]
    ) -> None:
        self.values = values
        self._offsets = offsets
        self._items = items

    def has_any(self, docs: Docs, wanted: Iterable[str]) -> Mask:
        """See `FacetColumn`."""
        flags = _wanted(self.values, wanted)
        items, lengths = self._items_of(docs)
        owners = np.repeat(np.arange(len(docs)), lengths)
        found = np.bincount(owners[flags[items + 1]], minlength=len(docs)) > 0
        if flags[0]:
            found |= lengths == 0
        return found

    def of(self, doc: int) -> tuple[str, ...]:
        """See `FacetColumn`."""
        items = self._items[self._offsets[doc] : self._offsets[doc + 1]]
        return tuple(self.values[item] for item in items)

    def _items_of(self, docs: Docs) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Return the items of records one after the other, and how many each has."""
        begins = self._offsets[docs]
        lengths = self._offsets[docs + 1] - begins
        total = int(lengths.sum())
        if total == len(self._items):  # every record that has items is asked for
            return self._items, lengths
        before = np.cumsum(lengths) - lengths
        return self._items[np.arange(total) + np.repeat(begins - before, lengths)], lengths
