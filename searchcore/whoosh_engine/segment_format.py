"""What the bytes of the file of one index mean; `segment_file.py` reads and writes it.

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
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from searchcore.errors import GenerationError

FORMAT = 6
ALIGN = 64
_MAGIC = b"CFsegmnt"
FOOTER = struct.Struct("<QQI8s")
_MEND = "roll back to an earlier generation, or build again"


def damaged(what: str, path: Path) -> GenerationError:
    """Return the error for a file of an index that cannot be trusted."""
    return GenerationError(what, where=str(path), mend=_MEND)


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


def header(number: int) -> bytes:
    """Return the header of a file of a format."""
    return (_MAGIC + struct.pack("<I", number)).ljust(ALIGN, b"\0")


def ending(entries: dict[str, Entry], values: dict[str, Any], offset: int) -> bytes:
    """Return directory and footer of a file whose arrays end at an offset."""
    body = {"arrays": entries, "values": values}
    directory = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return directory + FOOTER.pack(offset, len(directory), zlib.crc32(directory), _MAGIC)


def mapped(path: Path) -> mmap.mmap:
    """Map a file into memory; raise GenerationError if it does not begin as a segment file."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size < ALIGN + FOOTER.size:
                raise damaged(f"the file is cut short: it has {size} bytes", path)
            found = mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_COPY)
    except OSError as error:
        raise damaged(f"cannot read the index: {error.strerror}", path) from error
    begin = found[:ALIGN]
    if begin != header(FORMAT):
        number = int.from_bytes(begin[8:12], "little")
        if begin == header(number):
            raise damaged(f"the index has format {number}, this program reads {FORMAT}", path)
        raise damaged("the file is no index: it does not begin as one", path)
    return found


def read_directory(found: mmap.mmap, path: Path) -> tuple[dict[str, Entry], dict[str, Any]]:
    """Return the arrays and values of a mapped file; raise GenerationError if it is not whole."""
    end = len(found) - FOOTER.size
    offset, size, crc, magic = FOOTER.unpack(found[end:])
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
