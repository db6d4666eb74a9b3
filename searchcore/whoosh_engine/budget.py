"""The time that one search may take: checked between the parts of a query, so that none runs on for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Deadline(threading.local):
    """When the search of this thread must end; whether a part was left out because of that."""

    at = float("inf")
    cut = False


_deadline = _Deadline()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Give the searches of a block so much time."""
    _deadline.at, _deadline.cut = time.monotonic() + seconds, False
    try:
        yield
    finally:
        _deadline.at = float("inf")


def spent() -> bool:
    """Tell whether the time is over, so that another part of a query must be left out."""
    if time.monotonic() < _deadline.at:
        return False
    _deadline.cut = True
    return True


def was_cut() -> bool:
    """Tell whether the last search of this thread left something out."""
    return _deadline.cut
