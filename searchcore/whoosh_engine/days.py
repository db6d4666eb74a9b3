"""Validity: the classes that an index keeps of it, and what depends on the day asked for.

Records share few combinations of first day, last day and flags: each combination is a class, and a record
keeps the number of its class.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchcore.codes import Status
from searchcore.validity import DELETED, FUTURE, IN_FORCE, UNKNOWN, Bound, to_date, to_day
from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.sections import Arrays

STATUSES = tuple(str(status) for status in Status)
BOUNDS = tuple(str(bound) for bound in Bound)
_KEPT = 8
# How far a version is from standing for its key on a day; see the kernel.
_NEVER, _FUTURE, _ENDED, _IN_FORCE = range(4)


class Life(NamedTuple):
    """First and last day of a version (None where open or not known), and how well each is known."""

    valid_from: dt.date | None
    valid_to: dt.date | None
    start: str
    end: str


class Validity:
    """The validity of the records of an index.

    Attributes:
        first: for each record whether it is the first version of its key.
        of: for each record its class; uint16, or uint32 where there are many.
        valid_from, valid_to: per class first and last day, as `searchcore.validity` has them.
    """

    def __init__(self, file: Arrays) -> None:
        self.first: npt.NDArray[np.bool_] = file.array("first")
        self.of: npt.NDArray[np.unsignedinteger] = file.array("validity")
        self.valid_from: npt.NDArray[np.int32] = file.array("class.valid_from")
        self.valid_to: npt.NDArray[np.int32] = file.array("class.valid_to")
        self._start: npt.NDArray[np.int32] = file.array("class.start")
        self._end: npt.NDArray[np.int32] = file.array("class.end")
        self._bounds: npt.NDArray[np.uint8] = file.array("class.bounds")
        self._undecided: npt.NDArray[np.bool_] = file.array("class.undecided")
        self._header: npt.NDArray[np.bool_] = file.array("class.header")
        self._lives: dict[int, Life] = {}

    def life(self, doc: int) -> Life:
        """Return the interval of a version."""
        number = self.of.item(doc)
        known = self._lives.get(number)
        if known is None:
            start, end = self._bounds[number].tolist()
            first, last = to_date(int(self.valid_from[number])), to_date(int(self.valid_to[number]))
            known = self._lives.setdefault(number, Life(first, last, BOUNDS[start], BOUNDS[end]))
        return known

    def ranks(self, day: int) -> npt.NDArray[np.uint8]:
        """Return how near each class is to being in force on a day; the higher stands for the key."""
        begun = np.where(self._end >= day, _IN_FORCE, _ENDED)
        ranks = np.where(self._start <= day, begun, _FUTURE)
        return np.where(self._end < self._start, _NEVER, ranks).astype(np.uint8)

    def values(self, ranks: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Return the as-of value of a key for which a version of each class stands, and its status."""
        certain = self._bounds[:, 0] == BOUNDS.index(Bound.KNOWN)
        values = np.full(len(ranks), DELETED, np.uint8)
        values[ranks == _IN_FORCE] = IN_FORCE
        values[ranks == _FUTURE] = np.where(certain, FUTURE, UNKNOWN)[ranks == _FUTURE]
        values[self._undecided] = UNKNOWN
        return values, _MEANING[values, self._header.astype(np.int64)]


@dataclass(frozen=True)
class Day:
    """One day.

    Attributes:
        state: the as-of array of `searchcore.validity`.
        status: for each version the ordinal in `STATUSES` of the status of its *key* on the day.
        shown: the same for versions that stand for their key, `cell_kernels.HIDDEN` for all others.
    """

    state: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint8]
    shown: npt.NDArray[np.uint8]


class Days:
    """The days that were asked for lately; safe to share between threads."""

    def __init__(self, validity: Validity) -> None:
        self._validity = validity
        self._known: OrderedDict[int, Day] = OrderedDict()
        self._lock = threading.Lock()

    def on(self, as_of: dt.date | None) -> Day:
        """Return state and status on a day; today's where no day is given."""
        day = to_day(as_of or dt.date.today(), 0)
        with self._lock:
            known = self._known.get(day)
            if known is not None:
                self._known.move_to_end(day)
                return known
        made = self._make(day)
        with self._lock:
            self._known[day] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made

    def _make(self, day: int) -> Day:
        validity = self._validity
        count = len(validity.of)
        state, status = np.zeros(count, np.uint8), np.empty(count, np.uint8)
        ranks = validity.ranks(day)
        values, meanings = validity.values(ranks)
        cell_kernels.as_of_states(validity.first, validity.of, ranks, values, meanings, state, status)
        shown = np.where(state > 0, status, np.uint8(cell_kernels.HIDDEN))
        return Day(state, status, shown)


def _meanings() -> npt.NDArray[np.uint8]:
    """Return the status ordinal of each as-of value, for records that are billable and for headers."""
    number = {status: STATUSES.index(status) for status in Status}
    meaning = np.full((5, 2), number[Status.UNKNOWN], np.uint8)
    meaning[IN_FORCE] = number[Status.ACTIVE], number[Status.HEADER]
    meaning[DELETED] = number[Status.DELETED]
    meaning[FUTURE] = number[Status.FUTURE]
    return meaning


_MEANING = _meanings()
