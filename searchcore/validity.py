"""Validity of record versions, and which version stands for a key on a day.

A version holds on the closed interval [valid_from, valid_to]. Days are `datetime.date` outside and days
since 1970-01-01 (int32) in arrays. `START_OPEN` and `END_OPEN` stand for a missing bound.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from searchcore.codes.status import Status

EPOCH = dt.date(1970, 1, 1)
START_OPEN = np.iinfo(np.int32).min
END_OPEN = np.iinfo(np.int32).max

# Values of the as-of array: one byte a version.
NOT_REPRESENTATIVE, IN_FORCE, DELETED, FUTURE, UNKNOWN = range(5)


class Bound(StrEnum):
    """How well a bound of an interval is known.

    `ON_OR_BEFORE` on a start: seen in the oldest loaded release; on an end: gone by the next one.
    `INFERRED`: derived from a neighbouring row. `OPEN`: not ended as far as the loaded releases say.
    """

    KNOWN = "known"
    ON_OR_BEFORE = "on_or_before"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    OPEN = "open"


def to_day(date: dt.date | None, missing: int) -> int:
    """Return days since 1970-01-01, or `missing` for None."""
    return missing if date is None else (date - EPOCH).days


def to_date(day: int) -> dt.date | None:
    """Return the date of a day number, or None for an open bound."""
    return None if day in (START_OPEN, END_OPEN) else EPOCH + dt.timedelta(days=int(day))


def as_of_array(
    group: npt.NDArray[np.int32],
    start: npt.NDArray[np.int32],
    end: npt.NDArray[np.int32],
    start_certain: npt.NDArray[np.bool_],
    undecided: npt.NDArray[np.bool_],
    day: int,
) -> npt.NDArray[np.uint8]:
    """Return one byte a version: whether it stands for its key on `day`, and how.

    The representative of a key is its version in force on the day, else the last one before it, else the
    first one after it (design, decision 2). A first version whose start is only known as "on or before", or
    not at all, is `UNKNOWN` on earlier days and never `FUTURE`; so is a version whose life no loaded release
    decides (`undecided`). A version whose end lies before its start was never in force: it is `DELETED` on
    every day, and stands for its key only where all versions are such.

    Args:
        group: key number of each version, ascending; versions of a key stand together, oldest first.
        start, end: first and last day of each version, inclusive.
        start_certain: whether the start is a date that a source gives.
        undecided: versions of keys that no loaded release decides on.
        day: the as-of day.
    """
    count = len(group)
    state = np.zeros(count, np.uint8)
    if not count:
        return state
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    begun = start <= day
    live = begun & (end >= day)
    # The chosen row of a key: its last live row, else its last begun row, else its first row to come, else
    # the first of rows that were never in force.
    rank = np.where(live, 3, np.where(end < start, 0, np.where(begun, 2, 1)))
    position = np.arange(count)
    order = rank.astype(np.int64) * count + np.where(rank <= 1, count - 1 - position, position)
    best = np.maximum.reduceat(order, first)
    best_rank = best // count
    best_position = np.where(best_rank <= 1, count - 1 - best % count, best % count)
    later = np.where(start_certain[best_position], FUTURE, UNKNOWN)
    value = np.select([best_rank == 3, best_rank == 1], [np.full(len(best), IN_FORCE), later], DELETED)
    value = np.where(undecided[best_position], UNKNOWN, value)
    state[best_position] = value
    return state


def status_of(value: int, header: bool) -> Status:
    """Return the status that an as-of byte means for a record that is, or is not, a header."""
    if value == IN_FORCE:
        return Status.HEADER if header else Status.ACTIVE
    return {DELETED: Status.DELETED, FUTURE: Status.FUTURE}.get(value, Status.UNKNOWN)
