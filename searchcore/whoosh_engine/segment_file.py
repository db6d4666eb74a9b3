"""The file of one index: named arrays and JSON values, mapped into memory, every byte under a checksum.

`segment_format.py` says what the bytes mean.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.segment_format import (
    ALIGN,
    FORMAT,
    Entry,
    damaged,
    ending,
    header,
    mapped,
    read_directory,
)

_CHUNK = 1 << 20
# Below this size the threads cost more than they bring.
_WORTH_THREADS = 1 << 24


class SegmentFileWriter:
    """Writes a segment file. Arrays go to the disk at once, so that only the one at hand is in memory.

    As a context manager it closes the file; what was not finished then is no index.

    Attributes:
        values: small JSON values by name; larger ones are for `add_json`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        self._entries: dict[str, Entry] = {}
        self._stream = path.open("xb")
        self._stream.write(header(FORMAT))
        self._offset = ALIGN

    def __enter__(self) -> SegmentFileWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add_array(self, name: str, array: npt.NDArray[Any]) -> None:
        """Write an array; it can be read back under its name."""
        array = np.asarray(array)
        self._add(name, array.dtype, array.shape, [array])

    def add_parts(self, name: str, dtype: npt.DTypeLike, parts: Iterable[npt.NDArray[Any]]) -> None:
        """Write an array of one dimension part by part."""
        self._add(name, np.dtype(dtype), None, parts)

    def add_json(self, name: str, value: Any) -> None:
        """Write a value that is read rarely. Small values go to `values`."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.add_array(name, np.frombuffer(text, np.uint8))

    def finish(self) -> None:
        """Write directory and footer, and wait until all of it is on the disk."""
        self._stream.write(ending(self._entries, self.values, self._offset))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def _add(
        self,
        name: str,
        dtype: np.dtype[Any],
        shape: tuple[int, ...] | None,
        parts: Iterable[npt.NDArray[Any]],
    ) -> None:
        if name in self._entries:
            raise ValueError(f"there is an array {name!r} already")
        if dtype.hasobject or dtype.itemsize == 0:
            raise TypeError(f"no array of {dtype} can be stored")
        dtype = dtype.newbyteorder("<")
        size = crc = 0
        for part in parts:
            data = np.ascontiguousarray(part, dtype).reshape(-1).view(np.uint8).data
            crc = zlib.crc32(data, crc)
            size += self._stream.write(data)
        entry = Entry(dtype.str, shape or (size // dtype.itemsize,), self._offset, size, 0)
        filling = bytes(entry.end - entry.offset - size)
        self._stream.write(filling)
        self._offset = entry.end
        self._entries[name] = entry._replace(crc=zlib.crc32(filling, crc))


class SegmentFile:
    """A segment file, mapped into memory. Safe to share between threads and with forked processes.

    Args:
        path: the file.
        verify: compare every checksum.

    Attributes:
        values: what the writer put into `values`.

    Raises:
        GenerationError: the file is missing, cut short, damaged, or of another format.
    """

    def __init__(self, path: Path, *, verify: bool = True) -> None:
        self.path = path
        self._map = mapped(path)
        self._entries, self.values = read_directory(self._map, path)
        if verify:
            self.verify()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return an array: a view of the file, no copy.

        It is for reading only. It is not marked so, because compiled kernels take read-only arrays for
        another type; a write would go to a private copy of the page, never to the file.
        """
        entry = self._entry(name)
        return np.ndarray(entry.shape, entry.dtype, self._map, entry.offset)

    def json(self, name: str) -> Any:
        """Return a value that was written with `add_json`."""
        try:
            return json.loads(self.array(name).tobytes())
        except ValueError as error:
            raise damaged(f"cannot read {name}: {error}", self.path) from error

    def verify(self) -> None:
        """Compare the checksum of every array; raise GenerationError at the first that differs."""
        # The longest first, so that both threads are done at about the same time.
        names = sorted(self._entries, key=lambda name: -self._entries[name].size)
        if len(self._map) < _WORTH_THREADS:
            found = [self._crc(name) for name in names]
        else:
            with ThreadPoolExecutor(2) as pool:
                found = list(pool.map(self._crc, names))
        for name, crc in zip(names, found, strict=True):
            if crc != self._entries[name].crc:
                raise damaged(f"the file is damaged: the checksum of {name} differs", self.path)

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError as error:
            raise damaged(f"the index has no {name}", self.path) from error

    def _crc(self, name: str) -> int:
        entry = self._entries[name]
        crc = 0
        with memoryview(self._map) as view:
            for begin in range(entry.offset, entry.end, _CHUNK):
                crc = zlib.crc32(view[begin : min(begin + _CHUNK, entry.end)], crc)
        return crc
