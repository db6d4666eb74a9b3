"""Facets over cells: the values of a cell, which cells fail a selection, and counts of values."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.ranges import in_range, parse_range
from searchcore.request import NOT_SPECIFIED
from searchcore.whoosh_engine import cell_kernels

# So many selections are kept for each facet.
_KEPT = 32


class CellFacet:
    """One facet over the cells of its group.

    Args:
        values: by ordinal, from 1; ordinal 0 is "not specified".
        group: number of the group.
        offsets, ordinals: the ordinals of each cell.
        numeric: a cell has at most one value, which is a number: ranges can be asked for.
    """

    def __init__(
        self,
        values: Sequence[str],
        group: int,
        offsets: npt.NDArray[np.int64],
        ordinals: npt.NDArray[np.int32],
        *,
        numeric: bool = False,
    ) -> None:
        self.names = (NOT_SPECIFIED, *values)
        self.group = group
        self.offsets = offsets
        self.ordinals = ordinals
        self._numeric = numeric
        self._failing: dict[tuple[str, ...], npt.NDArray[np.uint32]] = {}

    def of(self, cell: int) -> tuple[str, ...]:
        """Return the values of a cell."""
        found = self.ordinals[self.offsets[cell] : self.offsets[cell + 1]].tolist()
        return tuple(self.names[ordinal] for ordinal in found if ordinal)

    @cached_property
    def ordinal_of(self) -> dict[str, int]:
        """The ordinal of each value."""
        return {name: ordinal for ordinal, name in enumerate(self.names)}

    def ordinals_for(self, chosen: str) -> list[int]:
        """Return the ordinal of a value, or those of all values in a range; none where it is unknown."""
        bounds = parse_range(chosen) if self._numeric else None
        if bounds is not None:
            return [ordinal for name, ordinal in self.ordinal_of.items() if in_range(name, bounds)]
        ordinal = self.ordinal_of.get(chosen)
        return [] if ordinal is None else [ordinal]

    def failing(self, chosen: Sequence[str]) -> npt.NDArray[np.uint32]:
        """Return 1 for each cell that has none of some values, else 0; what was asked for lately is kept."""
        known = self._failing.get(tuple(chosen))
        if known is None:
            known = np.ones(len(self.offsets) - 1, np.uint32)
            for ordinal in {ordinal for name in chosen for ordinal in self.ordinals_for(name)}:
                known[self._cells_with(ordinal)] = 0
            if len(self._failing) >= _KEPT:
                self._failing.clear()
            self._failing[tuple(chosen)] = known
        return known

    def _cells_with(self, ordinal: int) -> npt.NDArray[np.int64]:
        """Return the cells that have a value."""
        begins, cells = self._by_ordinal
        return cells[begins[ordinal] : begins[ordinal + 1]]

    @cached_property
    def _by_ordinal(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where the cells of each value begin in a list, and the list."""
        owners = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        counts = np.bincount(self.ordinals, minlength=len(self.names))
        return np.concatenate(([0], np.cumsum(counts))), owners[np.argsort(self.ordinals, kind="stable")]


class FacetCounts(Mapping[str, int]):
    """Counts by value: of the values that occur, and of those selected. Read without making a dict of all."""

    def __init__(self, facet: CellFacet, numbers: npt.NDArray[np.int64], selected: Sequence[str]) -> None:
        self._facet = facet
        self._numbers = numbers
        self._selected = dict.fromkeys(selected)  # in order, and quick to ask

    @cached_property
    def _found(self) -> dict[str, int]:
        found = {name: int(self._numbers[self._facet.ordinals_for(name)].sum()) for name in self._selected}
        names = self._facet.names
        ordinals = self._numbers.nonzero()[0]
        for ordinal, number in zip(ordinals.tolist(), self._numbers[ordinals].tolist(), strict=True):
            found[names[ordinal]] = number
        return found

    def get(self, value: str, default: Any = None) -> Any:
        """Return the count of a value, `default` where it does not occur."""
        if value in self._selected:
            return self._found[value]
        ordinal = self._facet.ordinal_of.get(value)
        number = 0 if ordinal is None else int(self._numbers[ordinal])
        return number or default

    def items(self) -> ItemsView[str, int]:
        """Return the counts as pairs."""
        return self._found.items()

    def __getitem__(self, value: str) -> int:
        return self._found[value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class FacetGroup:
    """The facets of one group, with their values one facet after the other."""

    def __init__(self, number: int, facets: Mapping[str, CellFacet]) -> None:
        self.number = number
        bases = np.cumsum([0, *(len(facet.names) for facet in facets.values())]).tolist()
        self.parts = [(name, low, high) for name, (low, high) in zip(facets, pairwise(bases), strict=True)]
        self._total = bases[-1]
        lengths = [np.diff(facet.offsets) for facet in facets.values()]
        self._offsets = np.concatenate(([0], np.cumsum(sum(lengths)))).astype(np.int64)
        self._values = np.empty(int(self._offsets[-1]), np.int32)
        begins = self._offsets[:-1].copy()
        for facet, base, length in zip(facets.values(), bases, lengths, strict=False):
            places = np.arange(len(facet.ordinals)) + np.repeat(begins - facet.offsets[:-1], length)
            self._values[places] = facet.ordinals + base
            begins += length

    def add_up(self, counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Return the counts of all values of all facets."""
        numbers = np.zeros(self._total, np.int64)
        cell_kernels.add_up(counts, self._offsets, self._values, numbers)
        return numbers
