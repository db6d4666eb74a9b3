"""Makes the facet cells of an index: combinations of facet values, in as few groups as stay small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.request import NOT_SPECIFIED
from searchcore.whoosh_engine.sections import ArraysWriter

MOST_CELLS = 1 << 16
# Below this many possible combinations those that occur are flagged, not sorted out.
_MOST_FLAGS = 1 << 26
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FacetSets:
    """The distinct value sets of one facet.

    Attributes:
        values: all values, sorted; their ordinals begin with 1.
        of: number of the set of each record.
        offsets, ordinals: the ordinals of each set; "not specified" is the set of ordinal 0 alone.
    """

    values: list[str]
    of: Ints
    offsets: Ints
    ordinals: npt.NDArray[np.int32]


@dataclass
class CellGroup:
    """One group of cells.

    Attributes:
        of: cell of each record.
        size: number of cells.
        facets: by name the sets of the values of each cell.
        part: the column whose parts are the cells; empty where cells are combinations of facet values.
    """

    of: Ints
    size: int
    facets: dict[str, FacetSets] = field(default_factory=dict)
    part: str = ""


def single_sets(column: pl.Series) -> FacetSets:
    """Return the sets of a facet with at most one value a record."""
    distinct = sorted(column.unique().cast(pl.String).drop_nulls().to_list())
    values = [value for value in distinct if value not in ("", NOT_SPECIFIED)]
    number = {value: ordinal for ordinal, value in enumerate(values, start=1)}
    # Ordinal by place among all texts; the last place is for null.
    ordinals = np.array([*(number.get(text, 0) for text in distinct), 0], np.int64)
    places = column.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).fill_null(-1)
    of = ordinals[places.to_numpy()]
    count = len(values)
    return FacetSets(values, of, np.arange(count + 2), np.arange(count + 1, dtype=np.int32))


def several_sets(column: pl.Series) -> FacetSets:
    """Return the sets of a facet with any number of values a record, each counted once."""
    distinct = pl.DataFrame({"value": column.unique(maintain_order=True)}).with_row_index("number")
    of = pl.DataFrame({"value": column}).join(
        distinct, on="value", how="left", nulls_equal=True, maintain_order="left"
    )["number"]
    unwanted = {None, "", NOT_SPECIFIED}
    sets = [
        list(dict.fromkeys(value for value in found or () if value not in unwanted))
        for found in distinct["value"].to_list()
    ]
    values = sorted({value for found in sets for value in found})
    number = {value: ordinal for ordinal, value in enumerate(values, start=1)}
    flat = [number[value] for found in sets for value in found or ()] if values else []
    lengths = [len(found) for found in sets]
    ordinals, offsets = _with_none(np.array(flat, np.int32), np.array(lengths, np.int64))
    return FacetSets(values, of.to_numpy().astype(np.int64), offsets, ordinals)


def facet_groups(facets: Mapping[str, FacetSets], records: int) -> list[CellGroup]:
    """Return the groups of facets of the records themselves.

    Facets are taken from the fewest sets to the most; one goes into the first group whose combinations stay
    below `MOST_CELLS` with it, else into a group of its own.
    """
    groups: list[CellGroup] = []
    for name, sets in sorted(facets.items(), key=lambda item: (len(item[1].offsets), item[0])):
        bound = len(sets.offsets)
        for group in groups:
            size, combined = _compact(group.of * bound + sets.of, group.size * bound)
            if size <= MOST_CELLS:
                group.of, group.size = combined, size
                group.facets[name] = sets
                break
        else:
            size, own = _compact(sets.of, bound)
            groups.append(CellGroup(own, size, {name: sets}))
    for group in groups:
        first = np.zeros(group.size, np.int64)
        first[group.of[::-1]] = np.arange(records - 1, -1, -1)
        group.facets = {name: _of_cells(sets, sets.of[first]) for name, sets in group.facets.items()}
    return groups


def part_group(column: str, numbers: Ints, parts: pl.DataFrame, attributes: Mapping[str, str]) -> CellGroup:
    """Return the group whose cells are the parts that a column names.

    Args:
        column: its name.
        numbers: number of the part of each record, from 1; 0 for none.
        parts: all parts.
        attributes: facet to the column of `parts` that it shows.
    """
    none = pl.Series([None], dtype=pl.String)
    facets = {
        name: single_sets(pl.concat([none, parts[source].cast(pl.String)]))
        for name, source in attributes.items()
    }
    cells = {name: _of_cells(sets, sets.of) for name, sets in facets.items()}
    return CellGroup(numbers, len(parts) + 1, cells, column)


def write_cells(file: ArraysWriter, groups: Sequence[CellGroup], records: int) -> None:
    """Write the cell of each record in each group, and the values of each cell."""
    small = all(group.size <= MOST_CELLS for group in groups)
    # Record by record, so that all cells of a record are on one cache line.
    cells = np.zeros((records, len(groups)), np.uint16 if small else np.uint32)
    for number, group in enumerate(groups):
        cells[:, number] = group.of
        for name, sets in group.facets.items():
            file.add_array(f"cell.{name}.offsets", sets.offsets)
            file.add_array(f"cell.{name}.ordinals", sets.ordinals)
            file.values.setdefault("facets", {})[name] = sets.values
    file.add_array("cells", cells)
    file.values["cells"] = [
        {"facets": list(group.facets), "size": group.size, "part": group.part} for group in groups
    ]


def _with_none(flat: npt.NDArray[np.int32], lengths: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return ordinals with a 0 for every empty set, and where each set begins."""
    full = np.maximum(lengths, 1)
    offsets = np.concatenate(([0], np.cumsum(full)))
    ordinals = np.zeros(int(offsets[-1]), np.int32)
    ordinals[np.repeat(lengths > 0, full)] = flat
    return ordinals, offsets


def _compact(keys: Ints, bound: int) -> tuple[int, Ints]:
    """Return how many distinct keys there are, and for each key its place among them."""
    if bound > _MOST_FLAGS:
        distinct, places = np.unique(keys, return_inverse=True)
        return len(distinct), places.astype(np.int64)
    flags = np.zeros(bound, np.bool_)
    flags[keys] = True
    places = np.cumsum(flags) - 1
    return int(flags.sum()), places[keys]


def _of_cells(sets: FacetSets, of: Ints) -> FacetSets:
    """Return the sets of cells, each of which has the set of that number."""
    begins = sets.offsets[of]
    lengths = sets.offsets[of + 1] - begins
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    index = np.arange(int(offsets[-1])) + np.repeat(begins - offsets[:-1], lengths)
    return FacetSets(sets.values, of, offsets, sets.ordinals[index].astype(np.int32))
