"""Facet counts by cells: each match increments one counter a group, and facet counts are sums over cells.

A cell is one combination of the values of several facets that occurs in the index (of ICD-10-CM, PCS, HCPCS
and CPT together 15,535 combinations of nineteen facets). Facets that would make too many combinations
together stand in groups of their own. The status on the day is a group that is made for each day. In a joined
kind the parts that a column names are the cells of a group too: a facet of the part is a facet of its cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.cell_facets import CellFacet, FacetCounts, FacetGroup
from searchcore.whoosh_engine.counting import Counting, Scores, Tally
from searchcore.whoosh_engine.days import STATUSES, Day

# In so many groups each record is counted at once.
_LEADING = 3


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
        self._spans = list(pairwise([*self._bases.tolist(), self._total]))
        statuses = len(STATUSES)
        status = CellFacet(
            STATUSES, len(sizes), np.arange(statuses + 1), np.arange(1, statuses + 1, dtype=np.int32)
        )
        self.facets = {name: facet or status for name, facet in facets.items()}
        self._groups = [
            FacetGroup(number, {name: facet for name, facet in self.facets.items() if facet.group == number})
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

    def counting(
        self, day: Day, *, every_version: bool, selected: Mapping[str, Sequence[str]], factors: Scores
    ) -> Counting:
        """Return what counts the matches of a search, in each facet without its own selection.

        Args:
            day: on which records have a status and stand for their keys.
            every_version: count versions that do not stand for their key, too.
            selected: facet to selected values.
            factors: per status, multiplied into the scores.
        """
        # Only the cells of groups with a selection are looked at.
        fails = np.empty(self._total if selected else 0, np.uint32)
        bases: dict[str, int] = {}
        near = 0
        for bit, (name, chosen) in enumerate(selected.items()):
            facet = self.facets[name]
            begin, end = self._spans[facet.group]
            failing = facet.failing(chosen)
            if any(self.facets[other].group == facet.group for other in bases):
                fails[begin:end] |= failing << np.uint32(bit)
            else:
                fails[begin:end] = failing << np.uint32(bit) if bit else failing
            bases[name] = near
            near += end - begin
        return Counting(
            shown=day.status if every_version else day.shown,
            rows=self._rows,
            bases=self._bases,
            leading=self._leading,
            leading_bases=self._leading_bases,
            further=self._further,
            fails=fails,
            near_bases=np.array(list(bases.values()), np.uint64),
            near_groups=np.array([self.facets[name].group for name in selected], np.uint64),
            factors=factors,
            cells=self._counts,
            near=near,
            facet_counts=partial(self._facet_counts, selected, bases),
        )

    def _facet_counts(
        self, selected: Mapping[str, Sequence[str]], bases: Mapping[str, int], found: Tally
    ) -> dict[str, Mapping[str, int]]:
        """Return the counts of every facet, in the order of the schema.

        Args:
            selected: facet to selected values.
            bases: where the cells of each selected facet begin in the counts near by.
            found: counts by cell.
        """
        counts: dict[str, Mapping[str, int]] = {}
        for group in self._groups:
            begin, end = self._spans[group.number]
            numbers = group.add_up(found.counts[begin:end])
            for name, low, high in group.parts:
                facet = self.facets[name]
                if name in bases:
                    own = found.near[bases[name] : bases[name] + end - begin]
                    cell_kernels.add_up(own, facet.offsets, facet.ordinals, numbers[low:high])
                counts[name] = FacetCounts(facet, numbers[low:high], selected.get(name, ()))
        return {name: counts[name] for name in self.facets}
