"""What depends on the day asked for: which version stands for each key, and with which status."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.codes import Status
from searchcore.validity import DELETED, FUTURE, IN_FORCE, to_day
from searchcore.whoosh_engine import cell_kernels

STATUSES = tuple(str(status) for status in Status)
_KEPT = 8


@dataclass(frozen=True)
class Validity:
    """The validity arrays of an index; see `searchcore.validity.as_of_array`."""

    group: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    certain: npt.NDArray[np.bool_]
    undecided: npt.NDArray[np.bool_]
    header: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Day:
    """One day.

    Attributes:
        state: the as-of array of `searchcore.validity`.
        status: for each version the ordinal in `STATUSES` of the status of its *key* on the day.
    """

    state: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint8]


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
        count = len(validity.group)
        state, status = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
        cell_kernels.as_of_states(
            validity.group, validity.start, validity.end, validity.certain, validity.undecided,
            validity.header, np.int32(day), _MEANING, state, status,
        )  # fmt: skip
        return Day(state, status)


def _meanings() -> npt.NDArray[np.uint8]:
    """Return the status ordinal of each as-of value, for records that are billable and for headers."""
    number = {status: STATUSES.index(status) for status in Status}
    meaning = np.full((5, 2), number[Status.UNKNOWN], np.uint8)
    meaning[IN_FORCE] = number[Status.ACTIVE], number[Status.HEADER]
    meaning[DELETED] = number[Status.DELETED]
    meaning[FUTURE] = number[Status.FUTURE]
    return meaning


_MEANING = _meanings()
