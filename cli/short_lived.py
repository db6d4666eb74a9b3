"""A process that ends in a second does not collect garbage."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def short_lived() -> Iterator[None]:
    """Run the work of a command without the garbage collector.

    It would look through all that the engine and its compiler load, several times while they are loaded and
    once more before the process ends: a fifth of a short search.
    """
    # What is frozen is left to the system, which takes back all memory of a process anyway.
    atexit.register(gc.freeze)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
