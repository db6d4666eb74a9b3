"""Writes the columns of an index: codes, validity, facet values, sort ranks, title hashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from searchcore.errors import BuildError
from searchcore.request import NOT_SPECIFIED
from searchcore.validity import END_OPEN, START_OPEN, Bound, to_day
from searchcore.whoosh_engine.columns import title_hash

if TYPE_CHECKING:
    import polars as pl

    from searchcore.schema import KindSchema
    from searchcore.whoosh_engine.store import StoreWriter


def write_columns(store: StoreWriter, schema: KindSchema, records: pl.DataFrame) -> None:
    """Write every column of a records frame but its text.

    Raises:
        BuildError: versions of a key do not stand together, oldest first.
    """
    systems: list[str] = records["system"].to_list()
    codes: list[str] = records["code"].to_list()
    _write_validity(store, records, _groups(systems, codes))
    _write_codes(store, systems, codes)
    for facet in schema.facets.values():
        if facet.as_of:
            continue
        column = records[facet.name].to_list()
        write = _write_several if facet.several else _write_single
        store.values.setdefault("facets", {})[facet.name] = write(store, f"facet.{facet.name}", column)
    store.values["system"] = _write_single(store, "system", systems)
    for name in sorted({sort.column for sort in schema.sorts.values()} - {"score", "code"}):
        store.add_array(f"sort.{name}", _ranks(records[name].to_list()))
    titles: list[str | None] = records["title"].to_list() if "title" in schema.text else [None] * len(codes)
    store.add_array("title_hash", np.array([title_hash(title) for title in titles], np.uint64))


def _groups(systems: Sequence[str], codes: Sequence[str]) -> npt.NDArray[np.int32]:
    group = np.zeros(len(codes), np.int32)
    seen: set[tuple[str, str]] = set()
    last: tuple[str, str] | None = None
    number = -1
    for row, key in enumerate(zip(systems, codes, strict=True)):
        if key != last:
            if key in seen:
                raise BuildError(f"the versions of {' '.join(key)} do not stand together", where=f"row {row}")
            seen.add(key)
            last = key
            number += 1
        group[row] = number
    return group


def _write_validity(store: StoreWriter, records: pl.DataFrame, group: npt.NDArray[np.int32]) -> None:
    valid_from = _days(records["valid_from"].to_list(), START_OPEN)
    valid_to = _days(records["valid_to"].to_list(), END_OPEN)
    late = np.flatnonzero((group[1:] == group[:-1]) & (valid_from[1:] < valid_from[:-1]))
    if len(late):
        row = int(late[0]) + 1
        key = f"{records['system'][row]} {records['code'][row]}"
        raise BuildError(f"the versions of {key} do not stand oldest first", where=f"row {row}")
    # The as-of array needs days on which a version surely holds, where the dates shown do not say.
    since = _days(records["since"].to_list(), START_OPEN)
    until = _days(records["until"].to_list(), END_OPEN)
    certain = [bound == Bound.KNOWN for bound in records["start"].to_list()]
    store.add_array("group", group)
    store.add_array("valid_from", valid_from)
    store.add_array("valid_to", valid_to)
    store.add_array("start", np.where(since == START_OPEN, valid_from, since))
    store.add_array("end", np.where(until == END_OPEN, valid_to, until))
    store.add_array("start_certain", np.array(certain, np.bool_))
    store.add_array("undecided", np.array(records["undecided"].to_list(), np.bool_))
    store.add_array("header", np.array(records["header"].to_list(), np.bool_))


def _days(dates: Iterable[dt.date | None], missing: int) -> npt.NDArray[np.int32]:
    return np.array([to_day(date, missing) for date in dates], np.int32)


def _write_codes(store: StoreWriter, systems: Sequence[str], codes: Sequence[str]) -> None:
    """Write the records in code order: by code, then system, then version."""
    order = sorted(range(len(codes)), key=lambda row: (codes[row], systems[row], row))
    rank = np.empty(len(codes), np.int32)
    rank[order] = np.arange(len(codes), dtype=np.int32)
    store.add_array("code_order", np.array(order, np.int32))
    store.add_array("code_rank", rank)
    encoded = [codes[row].encode() for row in order]
    store.add_array("codes", np.array(encoded, dtype=np.bytes_) if encoded else np.zeros(0, "S1"))


def _clean(value: Any) -> str | None:
    """Return a facet value as text, None where nothing is specified."""
    text = "" if value is None else str(value)
    return None if text in ("", NOT_SPECIFIED) else text


def _write_single(store: StoreWriter, name: str, column: Iterable[Any]) -> list[str]:
    cleaned = [_clean(value) for value in column]
    values = sorted({value for value in cleaned if value is not None})
    number: dict[str | None, int] = {value: at for at, value in enumerate(values)}
    number[None] = -1
    store.add_array(name, np.array([number[value] for value in cleaned], np.int32))
    return values


def _write_several(store: StoreWriter, name: str, column: Iterable[Any]) -> list[str]:
    # Distinct within a record, so that a record counts once for each value.
    cleaned = [
        list(dict.fromkeys(text for value in row or () if (text := _clean(value)) is not None))
        for row in column
    ]
    values = sorted({value for row in cleaned for value in row})
    number = {value: at for at, value in enumerate(values)}
    offsets = np.zeros(len(cleaned) + 1, np.int64)
    np.cumsum([len(row) for row in cleaned], out=offsets[1:])
    items = [number[value] for row in cleaned for value in row]
    store.add_array(f"{name}.offsets", offsets)
    store.add_array(f"{name}.items", np.array(items, np.int32))
    return values


def _ranks(column: Sequence[Any]) -> npt.NDArray[np.int32]:
    """Return dense ranks, -1 for None; text ranks without regard to case."""
    keys = [value.casefold() if isinstance(value, str) else value for value in column]
    distinct = sorted({key for key in keys if key is not None})
    rank: dict[Any, int] = {key: at for at, key in enumerate(distinct)}
    return np.array([-1 if key is None else rank[key] for key in keys], np.int32)
