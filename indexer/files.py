"""Atomic writes: a file is either the old one or the new one, on disk, whatever happens in between."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def atomic_open(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the name `path` only once it is complete and on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, data: Any) -> None:
    """Write data as indented JSON, atomically."""
    with atomic_open(path) as stream:
        stream.write(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n")


def sync_folder(path: Path) -> None:
    """Make a rename in a folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
