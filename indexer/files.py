"""Atomic writes and locks: a file is the old one or the new one, whatever happens; one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from searchcore.errors import CodeFacetError


@contextmanager
def atomic_open(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the name `path` only once it is complete and on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            # A temporary file is for its owner only; a server may run under another user.
            os.fchmod(handle, 0o644)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_json(path: Path, data: Any) -> None:
    """Write data as indented JSON, atomically."""
    with atomic_open(path) as stream:
        stream.write(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n")


def sync(path: Path) -> None:
    """Make a file, or the renames in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, work: str, error: type[CodeFacetError]) -> Iterator[None]:
    """Hold a lock file; the system frees it even if the process is killed.

    Args:
        path: the lock file.
        work: what is done under it, for the message.
        error: what to raise if another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            owner = os.read(handle, 100).decode(errors="replace").strip()
            what = f"another {work} is at work ({owner or 'process unknown'})"
            raise error(what, where=str(path), mend="wait until it is done") from busy
        os.truncate(handle, 0)
        os.write(handle, f"process {os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
