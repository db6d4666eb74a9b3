"""Archives that are damaged or hostile, made by hand where no library will make them."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

from tests.importing.files import zip_bytes

_CENTRAL = b"PK\x01\x02"
# Where the fields stand in an entry of the central directory (APPNOTE.TXT, section 4.3.12).
_METHOD, _CRC, _PACKED, _SIZE, _FLAGS = 10, 16, 20, 24, 8


def with_field(data: bytes, offset: int, form: str, value: int) -> bytes:
    """Return a zip with one field of its first central directory entry changed."""
    at = data.index(_CENTRAL) + offset
    packed = struct.pack(form, value)
    return data[:at] + packed + data[at + len(packed) :]


def encrypted(name: str, content: str) -> bytes:
    """Return a zip whose member says that it is encrypted."""
    return with_field(zip_bytes({name: content}), _FLAGS, "<H", 1)


def claims(name: str, content: bytes, size: int) -> bytes:
    """Return a zip whose directory claims another unpacked size than the member has."""
    return with_field(zip_bytes({name: content}), _SIZE, "<I", size)


def claims_less_with_checksum(name: str, content: bytes, size: int) -> bytes:
    """Return a zip that claims less, with the checksum of the beginning: it does not look damaged."""
    return with_field(claims(name, content, size), _CRC, "<I", zlib.crc32(content[:size]))


def other_method(name: str, content: bytes, method: int) -> bytes:
    """Return a zip that is packed by another method (bzip2, LZMA), and claims a small size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr(name, content)
    return with_field(stream.getvalue(), _SIZE, "<I", 100)


def nested(name: str, content: str, times: int) -> bytes:
    """Return a zip in a zip in a zip..."""
    data = zip_bytes({name: content})
    for level in range(times - 1):
        data = zip_bytes({f"level{level}.zip": data})
    return data


def without_name(content: str) -> bytes:
    """Return a zip whose only member has an empty name."""
    data = zip_bytes({"x": content})
    central = data.index(_CENTRAL)
    local = data[:26] + b"\0\0" + data[28:30] + data[31:central]
    entry = data[central : central + 28] + b"\0\0" + data[central + 30 : central + 46] + data[central + 47 :]
    end = entry.index(b"PK\x05\x06")
    sizes = struct.pack("<II", end, len(local))
    return local + entry[: end + 12] + sizes + entry[end + 20 :]


def gzip_bomb(size: int) -> bytes:
    """Return zeroes, packed."""
    return gzip.compress(b"\0" * size)
