"""Facet counts by cells: each match increments one counter a group, and facet counts are sums over cells.

A cell is one combination of the values of several facets that occurs in the index (of ICD-10-CM, PCS, HCPCS
and CPT together 15,535 combinations of nineteen facets). Facets that would make too many combinations
together stand in groups of their own. The status on the day is a group that is made for each day. In a joined
kind the parts that a column names are the cells of a group too: a facet of the part is a facet of its cell.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.ranges import in_range, parse_range
from searchcore.request import NOT_SPECIFIED
from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.counting import Counts, Docs, Scores, Tally, tally
from searchcore.whoosh_engine.days import STATUSES, Day

# In so many groups each record is counted at once.
_LEADING = 3
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
            wanted = np.zeros(len(self.names), np.bool_)
            for name in chosen:
                wanted[self.ordinals_for(name)] = True
            known = np.empty(len(self.offsets) - 1, np.uint32)
            cell_kernels.mark_failing(self.offsets, self.ordinals, wanted, known)
            if len(self._failing) >= _KEPT:
                self._failing.clear()
            self._failing[tuple(chosen)] = known
        return known


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


@dataclass(frozen=True)
class Kept:
    """The records that pass every selection with their final scores, and the counts of every facet.

    Attributes:
        scores: empty where the matches had none.
        standing: how many records stand for their key on the day, whether they pass or not.
        counts: adds the counts of every facet up; not every attempt of a search needs them.
    """

    docs: Docs
    scores: Scores
    standing: int
    counts: Callable[[], Mapping[str, Mapping[str, int]]]


class Cells:
    """The cells of an index.

    Args:
        cells: of each record its cell in each group.
        sizes: number of cells of each group.
        facets: by name, in the order of the schema; the as-of facet is None.
    """

    def __init__(
        self,
        cells: npt.NDArray[np.unsignedinteger],
        sizes: Sequence[int],
        facets: Mapping[str, CellFacet | None],
    ) -> None:
        self.cells = cells
        self._bases = np.cumsum([0, *sizes]).astype(np.uint64)
        self._total = int(self._bases[-1]) + len(STATUSES)
        statuses = len(STATUSES)
        status = CellFacet(
            STATUSES, len(sizes), np.arange(statuses + 1), np.arange(1, statuses + 1, dtype=np.int32)
        )
        self.facets = {name: facet or status for name, facet in facets.items()}
        self._groups = [
            _Group(number, {name: facet for name, facet in self.facets.items() if facet.group == number})
            for number in sorted({facet.group for facet in self.facets.values()})
        ]
        counted = [group.number for group in self._groups if group.number < len(sizes)]
        # The kernel always counts in three groups, which is much quicker than as many as there are.
        spare = counted[0] if counted else 0
        missing = [spare] * (_LEADING - len(counted))
        self._leading = np.array([*counted[:_LEADING], *missing], np.uint64)
        bases = [*self._bases[counted[:_LEADING]].tolist(), *[self._total] * len(missing)]
        self._leading_bases = np.array(bases, np.uint64)
        self._further = np.array(counted[_LEADING:], np.uint64)
        self._counts = self._total + (sizes[spare] if sizes and missing else 1)
        self._rows = cells if len(sizes) else np.zeros((len(cells), 1), np.uint16)

    def values(self, name: str, doc: int) -> tuple[str, ...]:
        """Return the values of a record in a facet that does not depend on the day."""
        facet = self.facets[name]
        return facet.of(int(self.cells[doc, facet.group]))

    def count(
        self,
        docs: Docs,
        scores: Scores,
        day: Day,
        *,
        every_version: bool,
        selected: Mapping[str, Sequence[str]],
        factors: Scores,
    ) -> Kept:
        """Count matches in all facets, each without its own selection; keep what passes.

        See `tally` for matches and scores, and the kernel for all others.
        """
        shown = day.status if every_version else day.shown
        fails = np.zeros(self._total if selected else 0, np.uint32)
        bases: dict[str, int] = {}
        near = 0
        for bit, (name, chosen) in enumerate(selected.items()):
            facet = self.facets[name]
            begin, end = self._span(facet.group)
            fails[begin:end] |= facet.failing(chosen) << np.uint32(bit)
            bases[name] = near
            near += end - begin
        near_bases = np.array(list(bases.values()), np.uint64)
        near_groups = np.array([self.facets[name].group for name in selected], np.uint64)

        def kernel(
            docs: Docs, scores: Scores, counts: Counts, close: Counts, kept: Docs, kept_scores: Scores
        ) -> tuple[int, int]:
            numbers: tuple[int, int] = cell_kernels.count_and_keep(
                docs, scores, shown, self._rows, self._bases,
                self._leading, self._leading_bases, self._further, fails, counts,
                near_bases, near_groups, close, factors, kept, kept_scores,
            )  # fmt: skip
            return numbers

        found = tally(kernel, docs, scores, self._counts, near)
        counts = partial(self._facet_counts, found, selected, bases)
        return Kept(found.docs, found.scores, found.standing, counts)

    def _facet_counts(
        self, found: Tally, selected: Mapping[str, Sequence[str]], bases: Mapping[str, int]
    ) -> dict[str, Mapping[str, int]]:
        """Return the counts of every facet, in the order of the schema.

        Args:
            found: counts by cell.
            selected: facet to selected values.
            bases: where the cells of each selected facet begin in the counts near by.
        """
        counts: dict[str, Mapping[str, int]] = {}
        for group in self._groups:
            begin, end = self._span(group.number)
            numbers = group.add_up(found.counts[begin:end])
            for name, low, high in group.parts:
                facet = self.facets[name]
                if name in bases:
                    own = found.near[bases[name] : bases[name] + end - begin]
                    cells = own.nonzero()[0]
                    cell_kernels.add_up(own, cells, facet.offsets, facet.ordinals, numbers[low:high])
                counts[name] = FacetCounts(facet, numbers[low:high], selected.get(name, ()))
        return {name: counts[name] for name in self.facets}

    def _span(self, group: int) -> tuple[int, int]:
        begin = int(self._bases[group])
        end = int(self._bases[group + 1]) if group + 1 < len(self._bases) else self._total
        return begin, end


class _Group:
    """The facets of one group, with their values one facet after the other."""

    def __init__(self, number: int, facets: Mapping[str, CellFacet]) -> None:
        self.number = number
        sizes = [len(facet.names) for facet in facets.values()]
        bases = np.cumsum([0, *sizes]).tolist()
        self.parts = [(name, low, high) for name, (low, high) in zip(facets, pairwise(bases), strict=True)]
        self._total = bases[-1]
        one, several = [], []
        for facet, base in zip(facets.values(), bases, strict=False):
            cells = len(facet.offsets) - 1
            if len(facet.ordinals) == cells:
                one.append(facet.ordinals + base)
            else:
                several.append((facet.offsets, (facet.ordinals + base).astype(np.int32)))
        # Cell by cell: the one value of each facet that has one in every cell.
        self._one = np.ascontiguousarray(np.stack(one, axis=1).astype(np.int32)) if one else None
        self._several = several

    def add_up(self, counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Return the counts of all values of all facets."""
        numbers = np.zeros(self._total, np.int64)
        cells = counts.nonzero()[0]
        if self._one is not None:
            cell_kernels.add_up_one(counts, cells, self._one, numbers)
        for offsets, ordinals in self._several:
            cell_kernels.add_up(counts, cells, offsets, ordinals, numbers)
        return numbers
