"""Work over very many records, shared by two threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")

# From so many records on a second thread saves more than it costs.
WORTH_TWO = 1 << 16


def in_halves(run: Callable[[int, int], T], count: int) -> list[T]:
    """Return what a function makes of some records: of all at once, or of both halves where there are many.

    Args:
        run: is given where its records begin and end. What takes its time must let other threads run.
        count: how many records there are.
    """
    if count < WORTH_TWO:
        return [run(0, count)]
    middle = count // 2
    second = _helper(os.getpid()).submit(run, middle, count)
    first = run(0, middle)
    return [first, second.result()]


@cache
def _helper(_process: int) -> ThreadPoolExecutor:
    """Return the second thread of a process; one that was forked needs its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="halves")
