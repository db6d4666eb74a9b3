"""Writes the columns of an index: codes, validity, facet cells, sort ranks.

first                       whether a record is the first version of its key
validity, class.*           the class of its validity, and what each class is (see `days`)
codes, code_rank            stored code of each record, and its place by code, system, version
cells, cell.*               see `cells`
sort.NAME                   dense ranks of a sort column, -1 for none; of dates the classes know better
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.errors import BuildError
from searchcore.schema import KindSchema
from searchcore.validity import END_OPEN, START_OPEN, Bound
from searchcore.whoosh_engine.cells_writer import (
    CellGroup,
    facet_groups,
    part_group,
    several_sets,
    single_sets,
    write_cells,
)
from searchcore.whoosh_engine.days import BOUNDS
from searchcore.whoosh_engine.groups_writer import write_groups
from searchcore.whoosh_engine.layout import rank_columns
from searchcore.whoosh_engine.sections import ArraysWriter

Ints = npt.NDArray[np.int32]
_BOUND = pl.Enum(BOUNDS)


def write_columns(
    file: ArraysWriter, schema: KindSchema, records: pl.DataFrame, parts: pl.DataFrame | None
) -> None:
    """Write every column of a records frame but its text and what is stored.

    Args:
        file: where to.
        schema: the kind.
        records: one row a version.
        parts: the parts of a joined kind, else None.

    Raises:
        BuildError: records do not stand by system, code, and versions of a key oldest first.
    """
    key = ["system", *(schema.code or ["code"])]
    _write_validity(file, records, _first_versions(records, key), key)
    if not schema.joined:
        _write_codes(file, records)
    _write_systems(file, records)
    groups = _part_groups(schema, records, parts) if parts is not None else []
    sets = {
        facet.name: (several_sets if facet.several else single_sets)(records[facet.name])
        for facet in schema.facets.values()
        if not facet.as_of and not facet.part
    }
    write_cells(file, groups + facet_groups(sets, records.height), records.height)
    write_groups(file, schema, records)
    for name in rank_columns(schema):
        file.add_array(f"sort.{name}", _ranks(records[name]))


def _first_versions(records: pl.DataFrame, key: list[str]) -> npt.NDArray[np.bool_]:
    """Tell for each version whether it is the first of its key.

    Raises:
        BuildError: the records of a system do not stand in the order of their codes.
    """
    same, less = pl.lit(True), pl.lit(False)
    for name in key:
        before = pl.col(name).shift()
        if name != "system":
            less = less | (same & (pl.col(name) < before))
        same = same & pl.col(name).eq_missing(before)
    found = records.select(first=~same, less=less.fill_null(False))
    if found["less"].any():
        row = int(found["less"].arg_true()[0])
        raise BuildError(
            f"{_named(records, row, key)} stands behind {_named(records, row - 1, key)}",
            where=f"row {row}",
            mend="sort the records by system and code",
        )
    first = found["first"].fill_null(True).to_numpy().astype(np.bool_)
    first[:1] = True
    return first


def _named(records: pl.DataFrame, row: int, key: list[str]) -> str:
    return " ".join(str(records[name][row]) for name in key)


def _write_validity(
    file: ArraysWriter, records: pl.DataFrame, first: npt.NDArray[np.bool_], key: list[str]
) -> None:
    """Write the validity of each record as the number of a class."""
    known = records.select(
        _days(records, "valid_from", START_OPEN),
        _days(records, "valid_to", END_OPEN),
        _days(records, "since", START_OPEN),
        _days(records, "until", END_OPEN),
        _bound(records, "start", Bound.UNKNOWN),
        _bound(records, "end", Bound.OPEN),
        _flag(records, "undecided"),
        _flag(records, "header"),
    )
    begins = known["valid_from"].to_numpy()
    late = np.flatnonzero(~first[1:] & (begins[1:] < begins[:-1]))
    if len(late):
        row = int(late[0]) + 1
        raise BuildError(
            f"the versions of {_named(records, row, key)} do not stand oldest first", where=f"row {row}"
        )
    classes = known.unique(maintain_order=True).with_row_index("class")
    of = known.join(classes, on=known.columns, how="left", maintain_order="left")["class"].to_numpy()
    file.add_array("first", first)
    file.add_array("validity", of.astype(np.uint16 if classes.height <= 1 << 16 else np.uint32))
    _write_classes(file, classes)


def _write_classes(file: ArraysWriter, classes: pl.DataFrame) -> None:
    # The as-of array needs days on which a version surely holds, where the dates shown do not say.
    surely = classes.select(
        start=pl.when(pl.col("since") == START_OPEN).then("valid_from").otherwise("since"),
        end=pl.when(pl.col("until") == END_OPEN).then("valid_to").otherwise("until"),
    )
    for name in ("valid_from", "valid_to"):
        file.add_array(f"class.{name}", classes[name].to_numpy())
    for name in ("start", "end"):
        file.add_array(f"class.{name}", surely[name].to_numpy())
    for name in ("undecided", "header"):
        file.add_array(f"class.{name}", classes[name].to_numpy())
    file.add_array("class.bounds", classes.select("start", "end").to_numpy().astype(np.uint8))


def _days(records: pl.DataFrame, name: str, missing: int) -> pl.Expr:
    """Return days since 1970-01-01 as a column."""
    if name not in records.columns:
        return pl.lit(missing, pl.Int32).alias(name)
    return pl.col(name).to_physical().cast(pl.Int32).fill_null(missing)


def _bound(records: pl.DataFrame, name: str, missing: Bound) -> pl.Expr:
    if name not in records.columns:
        return pl.lit(BOUNDS.index(missing), pl.UInt8).alias(name)
    return pl.col(name).cast(_BOUND).fill_null(str(missing)).to_physical().cast(pl.UInt8)


def _flag(records: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).fill_null(False) if name in records.columns else pl.lit(False).alias(name)


def _write_systems(file: ArraysWriter, records: pl.DataFrame) -> None:
    """Write the first record of each system; the records of a system stand together."""
    runs = records.select(pl.col("system").cast(pl.String).rle().alias("run")).unnest("run")
    if runs["value"].is_duplicated().any():
        raise BuildError("the records of a system do not stand together", mend="sort the records")
    begins = runs["len"].cum_sum() - runs["len"]
    file.values["systems"] = list(zip(runs["value"].to_list(), begins.to_list(), strict=True))


def _write_codes(file: ArraysWriter, records: pl.DataFrame) -> None:
    rows = records.select("code", "system").with_row_index("row").sort("code", "system", "row")
    rank = np.empty(records.height, np.int32)
    rank[rows["row"].to_numpy()] = np.arange(records.height, dtype=np.int32)
    file.add_array("code_rank", rank)
    encoded = records["code"].cast(pl.Binary).to_list()
    file.add_array("codes", np.array(encoded, dtype=np.bytes_) if encoded else np.zeros(0, "S1"))


def _part_groups(schema: KindSchema, records: pl.DataFrame, parts: pl.DataFrame) -> list[CellGroup]:
    groups = []
    for column in schema.text:
        shown: Mapping[str, str] = {
            facet.name: facet.attribute for facet in schema.facets.values() if facet.part == column
        }
        numbers = records[column].cast(pl.Int64).fill_null(-1).to_numpy() + 1
        groups.append(part_group(column, numbers, parts, shown))
    return groups


def _ranks(column: pl.Series) -> Ints:
    """Return dense ranks, -1 for null; text ranks without regard to case."""
    keys: Any = column.str.to_lowercase() if column.dtype == pl.String else column
    found: Ints = (keys.rank("dense").cast(pl.Int32) - 1).fill_null(-1).to_numpy()
    return found
