"""Makes the facet cells of an index: combinations of facet values, in as few groups as stay small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.segment_file import SegmentFileWriter

MOST_CELLS = 1 << 16


@dataclass(frozen=True)
class FacetSets:
    """The distinct value sets of one facet.

    Attributes:
        of: number of the set of each record.
        offsets, ordinals: the ordinals of each set; "not specified" is the set of ordinal 0 alone.
    """

    of: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    ordinals: npt.NDArray[np.int32]


def single_sets(ordinals: npt.NDArray[np.int32], values: int) -> FacetSets:
    """Return the sets of a facet with at most one value a record (-1 for none)."""
    return FacetSets(
        ordinals.astype(np.int64) + 1, np.arange(values + 2), np.arange(values + 1, dtype=np.int32)
    )


def several_sets(offsets: npt.NDArray[np.int64], items: npt.NDArray[np.int32]) -> FacetSets:
    """Return the sets of a facet with any number of values a record."""
    numbers: dict[bytes, int] = {}
    bounds = offsets.tolist()
    of = np.empty(len(bounds) - 1, np.int64)
    for record, (begin, end) in enumerate(pairwise(bounds)):
        of[record] = numbers.setdefault(items[begin:end].tobytes(), len(numbers))
    sets = [np.frombuffer(key, np.int32) + 1 if key else np.zeros(1, np.int32) for key in numbers]
    lengths = [len(each) for each in sets]
    return FacetSets(
        of,
        np.cumsum([0, *lengths]).astype(np.int64),
        np.concatenate(sets).astype(np.int32) if sets else np.zeros(0, np.int32),
    )


def write_cells(file: SegmentFileWriter, facets: Mapping[str, FacetSets], records: int) -> None:
    """Write the cells of all facets.

    Facets are taken from the fewest sets to the most; one goes into the first group whose combinations stay
    below `MOST_CELLS` with it, else into a group of its own.
    """
    groups: list[tuple[list[str], npt.NDArray[np.int64], int]] = []
    for name, sets in sorted(facets.items(), key=lambda item: (len(item[1].offsets), item[0])):
        for number, (names, cells, _) in enumerate(groups):
            distinct, combined = np.unique(cells * len(sets.offsets) + sets.of, return_inverse=True)
            if len(distinct) <= MOST_CELLS:
                groups[number] = ([*names, name], combined.astype(np.int64), len(distinct))
                break
        else:
            distinct, own = np.unique(sets.of, return_inverse=True)
            groups.append(([name], own.astype(np.int64), len(distinct)))
    cells = np.zeros((len(groups), records), np.uint32)
    for number, (names, of, size) in enumerate(groups):
        cells[number] = of
        first = np.zeros(size, np.int64)
        first[of[::-1]] = np.arange(records - 1, -1, -1)
        for name in names:
            _write_facet(file, name, facets[name], first)
    file.add_array("cells", cells)
    file.values["cells"] = [{"facets": names, "size": size} for names, _, size in groups]


def _write_facet(file: SegmentFileWriter, name: str, sets: FacetSets, first: npt.NDArray[np.int64]) -> None:
    """Write the ordinals of each cell of a facet, read off the first record of the cell."""
    of = sets.of[first]
    begins = sets.offsets[of]
    lengths = sets.offsets[of + 1] - begins
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    index = np.arange(int(offsets[-1])) + np.repeat(begins - offsets[:-1], lengths)
    file.add_array(f"cell.{name}.offsets", offsets)
    file.add_array(f"cell.{name}.ordinals", sets.ordinals[index].astype(np.int32))
