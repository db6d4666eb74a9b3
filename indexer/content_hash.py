"""The content hash: the same records and facts give the same hash, whichever day they are built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# Rows of a slice; the hash rests on it.
ROWS = 50_000


class _Sink:
    """A file that only hashes what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Hash some bytes; return how many."""
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing; a stream must have it."""


def hash_frames(frames: Iterable[pl.DataFrame]) -> str:
    """Return the SHA-256 of frames one after the other."""
    import polars as pl

    sink, oldest = _Sink(), pl.CompatLevel.oldest()
    for frame in frames:
        # In slices, to save memory. One of an empty frame, for its columns.
        for start in range(0, max(1, frame.height), ROWS):
            # Texts one after the other: polars' own form keeps them in the order in which they were met.
            frame.slice(start, ROWS).rechunk().write_ipc_stream(sink, compat_level=oldest)  # type: ignore[call-overload]
    return sink.digest.hexdigest()


def combined(hashes: Iterable[str]) -> str:
    """Return one hash of several, which stand in a fixed order."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
