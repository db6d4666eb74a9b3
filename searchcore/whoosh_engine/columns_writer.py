"""Writes the columns of an index: codes, validity, facet values and cells, sort ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.errors import BuildError
from searchcore.request import NOT_SPECIFIED
from searchcore.schema import KindSchema
from searchcore.validity import END_OPEN, START_OPEN, Bound
from searchcore.whoosh_engine.cells_writer import FacetSets, several_sets, single_sets, write_cells
from searchcore.whoosh_engine.segment_file import SegmentFileWriter

Ints = npt.NDArray[np.int32]


def write_columns(file: SegmentFileWriter, schema: KindSchema, records: pl.DataFrame) -> None:
    """Write every column of a records frame but its text.

    Raises:
        BuildError: versions of a key do not stand together, oldest first.
    """
    _write_validity(file, records, _groups(records))
    _write_codes(file, records)
    sets: dict[str, FacetSets] = {}
    for facet in schema.facets.values():
        if facet.as_of:
            continue
        name = f"facet.{facet.name}"
        write = _write_several if facet.several else _write_single
        values, sets[facet.name] = write(file, name, records[facet.name])
        file.values.setdefault("facets", {})[facet.name] = values
    write_cells(file, sets, records.height)
    file.values["system"], _ = _write_single(file, "system", records["system"])
    for name in sorted({sort.column for sort in schema.sorts.values()} - {"score", "code"}):
        file.add_array(f"sort.{name}", _ranks(records[name]))


def _groups(records: pl.DataFrame) -> Ints:
    """Return the number of each version's key: the versions of a key have the same one."""
    keys = records.select("system", "code")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in keys.columns)
    group = keys.select(changed.fill_null(True).cum_sum() - 1).to_series().to_numpy().astype(np.int32)
    if records.height and keys.n_unique() != int(group[-1]) + 1:
        starts = keys.filter(pl.Series(np.r_[True, group[1:] != group[:-1]]))
        apart = starts.filter(starts.is_duplicated()).row(0)
        raise BuildError(f"the versions of {' '.join(apart)} do not stand together", where=" ".join(apart))
    return group


def _write_validity(file: SegmentFileWriter, records: pl.DataFrame, group: Ints) -> None:
    valid_from = _days(records["valid_from"], START_OPEN)
    valid_to = _days(records["valid_to"], END_OPEN)
    late = np.flatnonzero((group[1:] == group[:-1]) & (valid_from[1:] < valid_from[:-1]))
    if len(late):
        row = int(late[0]) + 1
        key = f"{records['system'][row]} {records['code'][row]}"
        raise BuildError(f"the versions of {key} do not stand oldest first", where=f"row {row}")
    # The as-of array needs days on which a version surely holds, where the dates shown do not say.
    since = _days(records["since"], START_OPEN)
    until = _days(records["until"], END_OPEN)
    file.add_array("group", group)
    file.add_array("valid_from", valid_from)
    file.add_array("valid_to", valid_to)
    file.add_array("start", np.where(since == START_OPEN, valid_from, since))
    file.add_array("end", np.where(until == END_OPEN, valid_to, until))
    file.add_array("start_certain", (records["start"] == str(Bound.KNOWN)).fill_null(False).to_numpy())
    file.add_array("undecided", records["undecided"].to_numpy())
    file.add_array("header", records["header"].to_numpy())


def _days(dates: pl.Series, missing: int) -> Ints:
    """Return days since 1970-01-01."""
    return dates.to_physical().cast(pl.Int32).fill_null(missing).to_numpy()


def _write_codes(file: SegmentFileWriter, records: pl.DataFrame) -> None:
    """Write the records in code order: by code, then system, then version."""
    rows = records.select("code", "system").with_row_index("row").sort("code", "system", "row")
    order = rows["row"].to_numpy().astype(np.int32)
    rank = np.empty(records.height, np.int32)
    rank[order] = np.arange(records.height, dtype=np.int32)
    file.add_array("code_order", order)
    file.add_array("code_rank", rank)
    encoded = rows["code"].cast(pl.Binary).to_list()
    file.add_array("codes", np.array(encoded, dtype=np.bytes_) if encoded else np.zeros(0, "S1"))


def _write_single(file: SegmentFileWriter, name: str, column: pl.Series) -> tuple[list[str], FacetSets]:
    cleaned = _clean(column.cast(pl.String))
    values = cleaned.drop_nulls().unique().sort().to_list()
    ordinals = _ordinals(cleaned, values)
    file.add_array(name, ordinals)
    return values, single_sets(ordinals, len(values))


def _write_several(file: SegmentFileWriter, name: str, column: pl.Series) -> tuple[list[str], FacetSets]:
    frame = pl.DataFrame({"value": column}).with_row_index("row")
    items = (
        frame.explode("value").with_columns(value=_clean(pl.col("value").cast(pl.String))).drop_nulls("value")
    )
    # Distinct within a record, so that a record counts once for each value.
    items = items.unique(maintain_order=True)
    values = items["value"].unique().sort().to_list()
    lengths = np.bincount(items["row"].to_numpy(), minlength=len(column)) if len(column) else np.zeros(0)
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    ordinals = _ordinals(items["value"], values)
    file.add_array(f"{name}.offsets", offsets)
    file.add_array(f"{name}.items", ordinals)
    return values, several_sets(offsets, ordinals)


def _clean(column: Any) -> Any:
    """Return texts with null where nothing is specified."""
    return column.replace(["", NOT_SPECIFIED], [None, None])


def _ordinals(column: pl.Series, values: list[str]) -> Ints:
    """Return the place of each text in sorted distinct `values`, -1 for null."""
    if not values:
        return np.full(len(column), -1, np.int32)
    return column.cast(pl.Enum(values)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()


def _ranks(column: pl.Series) -> Ints:
    """Return dense ranks, -1 for null; text ranks without regard to case."""
    keys = column.str.to_lowercase() if column.dtype == pl.String else column
    return (keys.rank("dense").cast(pl.Int32) - 1).fill_null(-1).to_numpy()
