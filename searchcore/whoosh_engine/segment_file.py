"""The file of one index: named arrays and JSON values, mapped into memory, every byte under a checksum.

    header      64 bytes, always the same: magic, format number, zeros
    arrays      one after the other, each filled up with zeros to a multiple of 64 bytes
    directory   JSON: type, shape, offset, size and CRC-32 of every array (the filling included), and values
    footer      offset, size and CRC-32 of the directory, magic

The footer is written last: a file without it is no index. Numbers are little-endian.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searchcore.errors import GenerationError

FORMAT = 5
ALIGN = 64
_MAGIC = b"CFsegmnt"
_FOOTER = struct.Struct("<QQI8s")
_CHUNK = 1 << 20
# Below this size the threads cost more than they bring.
_WORTH_THREADS = 1 << 24
_MEND = "roll back to an earlier generation, or build again"


def damaged(what: str, path: Path) -> GenerationError:
    """Return the error for a file of an index that cannot be trusted."""
    return GenerationError(what, where=str(path), mend=_MEND)


def _header(number: int) -> bytes:
    return (_MAGIC + struct.pack("<I", number)).ljust(ALIGN, b"\0")


class Entry(NamedTuple):
    """What the directory says of one array. `size`: bytes of the array without the filling behind it."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    size: int
    crc: int

    @property
    def end(self) -> int:
        """Where the next array begins."""
        return self.offset + -(-self.size // ALIGN) * ALIGN


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
        self._stream.write(_header(FORMAT))
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
        body = {"arrays": self._entries, "values": self.values}
        directory = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self._stream.write(directory)
        self._stream.write(_FOOTER.pack(self._offset, len(directory), zlib.crc32(directory), _MAGIC))
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
        self._map = _mapped(path)
        self._entries, self.values = _read_directory(self._map, path)
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


def _mapped(path: Path) -> mmap.mmap:
    """Map a file that begins and ends as a segment file does."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size < ALIGN + _FOOTER.size:
                raise damaged(f"the file is cut short: it has {size} bytes", path)
            found = mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_COPY)
    except OSError as error:
        raise damaged(f"cannot read the index: {error.strerror}", path) from error
    header = found[:ALIGN]
    if header != _header(FORMAT):
        number = int.from_bytes(header[8:12], "little")
        if header == _header(number):
            raise damaged(f"the index has format {number}, this program reads {FORMAT}", path)
        raise damaged("the file is no index: it does not begin as one", path)
    return found


def _read_directory(found: mmap.mmap, path: Path) -> tuple[dict[str, Entry], dict[str, Any]]:
    end = len(found) - _FOOTER.size
    offset, size, crc, magic = _FOOTER.unpack(found[end:])
    if magic != _MAGIC or offset + size != end or offset < ALIGN:
        raise damaged("the file is cut short: its footer is missing or damaged", path)
    directory = found[offset:end]
    if zlib.crc32(directory) != crc:
        raise damaged("the directory of the index is damaged: its checksum differs", path)
    try:
        body = json.loads(directory)
        entries = {
            name: Entry(dtype, tuple(shape), *numbers)
            for name, (dtype, shape, *numbers) in body["arrays"].items()
        }
        values: dict[str, Any] = dict(body["values"])
        _check_places(entries, offset)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(f"the directory of the index contradicts itself: {error}", path) from error
    return entries, values


def _check_places(entries: dict[str, Entry], end: int) -> None:
    """Check that the arrays fill the file without a gap, so that their checksums cover all of it."""
    place = ALIGN
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].offset, item[1].size)):
        dtype = np.dtype(entry.dtype)
        items = int(np.prod(entry.shape, dtype=object))
        if dtype.hasobject or min(entry.shape, default=0) < 0 or items * dtype.itemsize != entry.size:
            raise ValueError(f"{name} has {entry.size} bytes for {entry.shape} of {entry.dtype}")
        if entry.offset != place:
            raise ValueError(f"{name} is not where the array before it ends")
        place = entry.end
    if place != end:
        raise ValueError("the arrays do not end where the directory begins")
