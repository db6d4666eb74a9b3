"""Which versions stand for their keys on a day, and their status then, as columns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.validity import END_OPEN, EPOCH, START_OPEN, UNKNOWN, Bound, as_of_array, status_of

LIVE, NOT_LIVE = "y", "n"


def with_day(records: pl.DataFrame, day: dt.date, key: tuple[str, ...]) -> pl.DataFrame:
    """Add `live` (whether a version stands for its key on the day) and `status`.

    Args:
        records: in the order that the engine wants; a missing column stands for its neutral value.
        day: the day.
        key: the columns that tell keys apart.
    """
    state = as_of_array(
        records.select(pl.struct(key).rle_id().cast(pl.Int32)).to_series().to_numpy(),
        _days(records, "valid_from", "since", START_OPEN),
        _days(records, "valid_to", "until", END_OPEN),
        (records["start"].cast(pl.String) == str(Bound.KNOWN)).fill_null(False).to_numpy(),
        _flag(records, "undecided"),
        (day - EPOCH).days,
    )
    # A table in place of a call for each of some million records.
    meanings = [str(status_of(value, header)) for header in (False, True) for value in range(UNKNOWN + 1)]
    which = state + (UNKNOWN + 1) * _flag(records, "header").astype(np.uint8)
    return records.with_columns(
        pl.Series(meanings).gather(pl.Series(which.astype(np.uint32))).alias("status"),
        pl.Series([NOT_LIVE, LIVE]).gather(pl.Series((state > 0).astype(np.uint32))).alias("live"),
    )


def _days(records: pl.DataFrame, shown: str, sure: str, missing: int) -> npt.NDArray[np.int32]:
    """Return days since 1970-01-01: the sure one, else the one that is shown."""
    names = [name for name in (sure, shown) if name in records.columns]
    days = pl.coalesce(names).cast(pl.Date).to_physical().fill_null(missing).cast(pl.Int32)
    found: npt.NDArray[np.int32] = records.select(days).to_series().to_numpy()
    return found


def _flag(records: pl.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    if name not in records.columns:
        return np.zeros(records.height, np.bool_)
    return records[name].fill_null(False).to_numpy()
