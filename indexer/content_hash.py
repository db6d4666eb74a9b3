"""The content hash: the same records and facts give the same hash, whichever day they are built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


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

    sink = _Sink()
    for frame in frames:
        # Texts one after the other: polars' own form keeps them in the order in which they were met.
        plain = frame.rechunk()
        plain.write_ipc_stream(sink, compat_level=pl.CompatLevel.oldest())  # type: ignore[call-overload]
    return sink.digest.hexdigest()


def combined(hashes: Iterable[str]) -> str:
    """Return one hash of several, which stand in a fixed order."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
