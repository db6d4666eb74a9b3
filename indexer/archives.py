"""Opens what is inside archives, without trusting any of it.

Nothing is ever written under a name that an archive gives: members are read into memory and no more.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from indexer.sources.base import Member
from searchcore.errors import SourceFileError

_CHUNK = 1 << 20
_ARCHIVES = (".zip", ".gz")
# Other methods unpack a whole piece at once, so that a bomb goes off before it can be measured.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<!--")


@dataclass(frozen=True)
class Limits:
    """How much one published file may unpack to, whatever is nested in it.

    Attributes:
        member_bytes: of one member.
        total_bytes: of all members together, those of inner archives included; also of an archive itself.
        ratio: of the unpacked to the packed size of a member.
        depth: of archives in archives.
        members: number of all members together.
    """

    member_bytes: int = 2 << 30
    total_bytes: int = 8 << 30
    ratio: int = 200
    depth: int = 3
    members: int = 5_000


@dataclass(frozen=True)
class Damaged:
    """A file or member that cannot be opened, and why."""

    path: str
    error: SourceFileError


def open_file(
    path: Path, shown: str, limits: Limits | None = None, *, wanted: str = ""
) -> Iterator[Member | Damaged]:
    """Yield the leaves of one file on disk.

    Args:
        path: where the file is.
        shown: its name as published, for messages; whether it is an archive is seen from this name.
        limits: what it may unpack to.
        wanted: path of the only leaf asked for; the others are not unpacked.
    """
    limits = limits or Limits()
    file = PurePosixPath(shown).name
    packed = file.lower().endswith(_ARCHIVES)
    most = limits.total_bytes if packed else limits.member_bytes
    try:
        size = path.stat().st_size
        if size == 0:
            yield damaged(shown, "the file is empty", "download it again")
        elif size > most:
            yield damaged(shown, f"the file is larger than {most:,} bytes")
        elif packed:
            with path.open("rb") as stream:
                yield from _Unpacking(file, limits, wanted).leaves(stream, size, shown, file, 0)
        else:
            yield Member(file, shown, file, size, lambda: _read(path, shown))
    except OSError as error:
        yield damaged(shown, f"cannot read the file: {error.strerror}")


def _read(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceFileError(f"cannot read the file: {error.strerror}", where=shown) from error


class _TooLarge(Exception):
    """What an archive holds is over a limit."""


class _Unpacking:
    """One published file being unpacked; counts what all archives in it give together."""

    def __init__(self, file: str, limits: Limits, wanted: str) -> None:
        self._file = file
        self._limits = limits
        self._wanted = wanted
        self._bytes_left = limits.total_bytes
        self._members_left = limits.members

    def leaves(
        self, stream: IO[bytes], size: int, shown: str, name: str, depth: int
    ) -> Iterator[Member | Damaged]:
        """Yield the leaves of a file or member of `size` bytes."""
        lower = name.lower()
        if lower.endswith(_ARCHIVES) and depth >= self._limits.depth:
            yield damaged(shown, f"archives are nested deeper than {self._limits.depth}")
        elif lower.endswith(".zip"):
            yield from self._unzip(stream, shown, depth)
        elif lower.endswith(".gz"):
            yield from self._gunzip(stream, size, shown, name, depth)
        else:
            data = stream.read()
            yield Member(self._file, shown, name, len(data), lambda: data)

    def _gunzip(
        self, stream: IO[bytes], size: int, shown: str, name: str, depth: int
    ) -> Iterator[Member | Damaged]:
        try:
            data = self._unpacked_gzip(stream, size)
        except _TooLarge as error:
            yield damaged(shown, str(error))
        except (OSError, EOFError, zlib.error, struct.error):
            yield damaged(shown, "the gzip file is damaged or cut short", "download it again")
        else:
            yield from self.leaves(io.BytesIO(data), len(data), shown, name[:-3], depth + 1)

    def _unpacked_gzip(self, stream: IO[bytes], size: int) -> bytes:
        most = min(self._limits.member_bytes, self._limits.ratio * max(size, 1024), self._bytes_left)
        parts, total = [], 0
        with gzip.GzipFile(fileobj=stream) as unpacked:
            while chunk := unpacked.read(min(_CHUNK, most + 1 - total)):
                total += len(chunk)
                if total > most:
                    raise _TooLarge(f"the file unpacks to over {most:,} bytes; refused as a bomb")
                parts.append(chunk)
        self._bytes_left -= total
        return b"".join(parts)

    def _unzip(self, stream: IO[bytes], shown: str, depth: int) -> Iterator[Member | Damaged]:
        try:
            archive = zipfile.ZipFile(stream)
            if not all(info.filename for info in archive.infolist()):
                raise zipfile.BadZipFile("a member has no name")  # Python 3.12 and later take it for a file
            infos = [info for info in archive.infolist() if not info.is_dir()]
        except _DAMAGE:
            yield _not_a_zip(stream, shown)
            return
        if not infos:
            yield damaged(shown, "the zip is empty", "download it again")
        try:
            self._reserve(infos)
        except _TooLarge as error:
            yield damaged(shown, str(error))
            return
        for info in infos:
            yield from self._member(archive, info, shown, depth)

    def _reserve(self, infos: list[zipfile.ZipInfo]) -> None:
        """Take what a zip's directory promises off what is left; no member ever gives more than that."""
        promised = sum(info.file_size for info in infos)
        if len(infos) > self._members_left:
            raise _TooLarge(f"the archives hold more than {self._limits.members:,} members")
        if promised > self._bytes_left:
            raise _TooLarge(f"the archives unpack to more than {self._limits.total_bytes:,} bytes")
        self._members_left -= len(infos)
        self._bytes_left -= promised

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, depth: int
    ) -> Iterator[Member | Damaged]:
        inner = f"{shown}!{info.filename}"
        if self._wanted and not f"{self._wanted}!".startswith(f"{inner}!"):
            return
        if reason := _refuse(info, self._limits):
            yield damaged(inner, reason)
            return
        try:
            # Ends at the size that the directory promises, even if there is more; then the checksum tells.
            with archive.open(info) as unpacked:
                data = unpacked.read(info.file_size + 1)
        except _DAMAGE:
            yield damaged(
                inner, "this member is damaged (its checksum does not fit)", "download the zip again"
            )
            return
        name = PurePosixPath(info.filename.replace("\\", "/")).name
        yield from self.leaves(io.BytesIO(data), len(data), inner, name, depth + 1)


# What zipfile raises for archives that are damaged, by accident or on purpose.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def _not_a_zip(stream: IO[bytes], shown: str) -> Damaged:
    stream.seek(0)
    begin = stream.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    page = begin.startswith(_PAGES)
    what = "this is a web page, not a zip" if page else "the zip file is damaged or cut short"
    return damaged(shown, what, "download it again")


def _refuse(info: zipfile.ZipInfo, limits: Limits) -> str:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename[:3]:
        return "the member's name leads out of the archive; refused"
    if info.flag_bits & 1:
        return "the member is encrypted"
    if info.compress_type not in _METHODS:
        return "the member is compressed by another method than deflate; unpack the zip and import the folder"
    if info.file_size > limits.member_bytes:
        return f"the member unpacks to {info.file_size:,} bytes, over the limit of {limits.member_bytes:,}"
    if info.file_size > limits.ratio * max(info.compress_size, 1024):
        return f"the member unpacks to over {limits.ratio} times its size; refused as a zip bomb"
    return ""


def damaged(path: str, what: str, mend: str = "") -> Damaged:
    """Return what is given in place of a file or member that cannot be opened."""
    return Damaged(path, SourceFileError(what, where=path, mend=mend))
