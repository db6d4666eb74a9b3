"""Facet counts by cells: each match increments one counter a group, and facet counts are sums over cells.

A cell is one combination of the values of several facets that occurs in the index (of ICD-10-CM, PCS, HCPCS
and CPT together 15,535 combinations of nineteen facets). Facets that would make too many combinations
together stand in groups of their own. The status on the day is a group that is made for each day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.request import NOT_SPECIFIED
from searchcore.whoosh_engine import kernels
from searchcore.whoosh_engine.days import STATUSES, Day

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CellFacet:
    """One facet over the cells of its group.

    Attributes:
        values: by ordinal, from 1; ordinal 0 is "not specified".
        group: number of the group.
        offsets, ordinals: the ordinals of each cell.
    """

    values: Sequence[str]
    group: int
    offsets: npt.NDArray[np.int64]
    ordinals: npt.NDArray[np.int32]

    def wanted(self, chosen: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return a flag per ordinal."""
        names = set(chosen)
        return np.array([NOT_SPECIFIED in names, *(value in names for value in self.values)], np.bool_)


class FacetCounts(Mapping[str, int]):
    """Counts by value, made readable only for the values that are looked at."""

    def __init__(
        self, values: Sequence[str], numbers: npt.NDArray[np.int64], selected: Sequence[str]
    ) -> None:
        self._values = values
        self._numbers = numbers
        self._selected = selected

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def __getitem__(self, value: str) -> int:
        return self._found()[value]

    def _found(self) -> dict[str, int]:
        """Return the values that occur, and those that are selected with 0 if they do not."""
        if not hasattr(self, "_dict"):
            found = dict.fromkeys(self._selected, 0)
            for ordinal in np.flatnonzero(self._numbers).tolist():
                name = self._values[ordinal - 1] if ordinal else NOT_SPECIFIED
                found[name] = int(self._numbers[ordinal])
            self._dict = found
        return self._dict


@dataclass(frozen=True)
class Kept:
    """The records that pass every selection with their final scores, and the counts of every facet."""

    docs: Docs
    scores: Scores
    counts: Mapping[str, Mapping[str, int]]


class Cells:
    """The cells of an index.

    Args:
        cells: per group the cell of each record.
        sizes: number of cells of each group.
        facets: by name, in the order of the schema; the as-of facet is None.
    """

    def __init__(
        self, cells: npt.NDArray[np.uint32], sizes: Sequence[int], facets: Mapping[str, CellFacet | None]
    ) -> None:
        self._cells = cells
        self._bases = np.cumsum([0, *sizes]).astype(np.int64)
        self._total = int(self._bases[-1]) + len(STATUSES)
        statuses = len(STATUSES)
        status = CellFacet(
            STATUSES, len(sizes), np.arange(statuses + 1), np.arange(1, statuses + 1, dtype=np.int32)
        )
        self._facets = {name: facet or status for name, facet in facets.items()}

    def count(
        self,
        docs: Docs,
        scores: Scores,
        day: Day,
        *,
        selected: Mapping[str, Sequence[str]],
        factors: Scores,
        titles: npt.NDArray[np.uint64],
        title: int,
        whole: float,
    ) -> Kept:
        """Count matches in all facets, each without its own selection; keep what passes. See the kernel."""
        fails = np.zeros(self._total, np.uint32)
        near_bases, near_groups, size = [], [], 0
        for bit, (name, chosen) in enumerate(selected.items()):
            facet = self._facets[name]
            begin, end = self._span(facet.group)
            kernels.mark_failing(
                facet.offsets, facet.ordinals, facet.wanted(chosen), fails[begin:end], np.uint32(1 << bit)
            )
            near_bases.append(size)
            near_groups.append(facet.group)
            size += end - begin
        counts = np.zeros(self._total, np.int32)
        near = np.zeros(size, np.int32)
        out_docs, out_scores = np.empty(len(docs), np.uint32), np.empty(len(docs))
        kept = kernels.count_and_keep(
            docs, scores, day.status, self._cells, self._bases, fails, counts,
            np.array(near_bases, np.int64), np.array(near_groups, np.int64), near,
            factors, titles, np.uint64(title), whole, out_docs, out_scores,
        )  # fmt: skip
        bases = dict(zip(selected, near_bases, strict=True))
        found = {
            name: self._sum(facet, counts, near, bases.get(name), selected.get(name, ()))
            for name, facet in self._facets.items()
        }
        return Kept(out_docs[:kept], out_scores[:kept], found)

    def _span(self, group: int) -> tuple[int, int]:
        begin = int(self._bases[group])
        end = int(self._bases[group + 1]) if group + 1 < len(self._bases) else self._total
        return begin, end

    def _sum(
        self,
        facet: CellFacet,
        counts: npt.NDArray[np.int32],
        near: npt.NDArray[np.int32],
        near_base: int | None,
        chosen: Sequence[str],
    ) -> FacetCounts:
        begin, end = self._span(facet.group)
        numbers = np.zeros(len(facet.values) + 1, np.int64)
        kernels.add_up(counts[begin:end], facet.offsets, facet.ordinals, numbers)
        if near_base is not None:
            kernels.add_up(near[near_base : near_base + end - begin], facet.offsets, facet.ordinals, numbers)
        return FacetCounts(facet.values, numbers, chosen)
