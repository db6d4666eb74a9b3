"""Walks a folder of downloaded files and opens what is inside archives, without trusting any of it.

Nothing is ever written under a name that an archive gives: members are read into memory and no more.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer.sources.base import Member
from searchcore.errors import SourceFileError

_CHUNK = 1 << 20
_ARCHIVES = (".zip", ".gz")


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to: bytes a member and in all, ratio, depth, number of members."""

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


def walk(root: Path, limits: Limits | None = None) -> Iterator[tuple[Path, Member | Damaged]]:
    """Yield every leaf file under a folder (or the one file given), archives opened, in name order.

    Links that lead out of the folder are reported as damaged; what is in a folder's name is never looked at.
    """
    limits = limits or Limits()
    base = root if root.is_dir() else root.parent
    real_base = base.resolve()
    paths = sorted(path for path in root.rglob("*") if not path.is_dir()) if root.is_dir() else [root]
    for path in paths:
        shown = path.relative_to(base).as_posix()
        if not path.resolve().is_relative_to(real_base):
            yield path, _damaged(shown, "this link leads out of the folder", "copy the file itself")
        elif not path.is_file():
            yield path, _damaged(shown, "this is not a regular file")
        else:
            for found in open_file(path, shown, limits):
                yield path, found


def open_file(path: Path, shown: str, limits: Limits | None = None) -> Iterator[Member | Damaged]:
    """Yield the leaves of one file on disk; `shown` is the name used in messages."""
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if size == 0:
            yield _damaged(shown, "the file is empty", "download it again")
            return
        if not path.name.lower().endswith(_ARCHIVES):
            if size > limits.member_bytes:
                yield _damaged(shown, f"the file is larger than {limits.member_bytes:,} bytes")
                return
            yield Member(path.name, shown, path.name, size, path.read_bytes)
            return
        yield from _unpack(path.name, shown, path.name, path.read_bytes(), limits, 0)
    except OSError as error:
        yield _damaged(shown, f"cannot read the file: {error.strerror}")


def _unpack(
    file: str, shown: str, name: str, data: bytes, limits: Limits, depth: int
) -> Iterator[Member | Damaged]:
    lower = name.lower()
    if lower.endswith(_ARCHIVES) and depth >= limits.depth:
        yield _damaged(shown, f"archives are nested deeper than {limits.depth}")
    elif lower.endswith(".zip"):
        yield from _unzip(file, shown, data, limits, depth)
    elif lower.endswith(".gz"):
        try:
            content = _gunzip(data, limits)
        except _TooLarge as error:
            yield _damaged(shown, str(error))
        except (OSError, EOFError, zlib.error):
            yield _damaged(shown, "the gzip file is damaged or cut short", "download it again")
        else:
            yield from _unpack(file, shown, name[:-3], content, limits, depth + 1)
    else:
        yield Member(file, shown, name, len(data), lambda: data)


def _unzip(file: str, shown: str, data: bytes, limits: Limits, depth: int) -> Iterator[Member | Damaged]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        begin = data[:64].lstrip().lower()
        html = begin.startswith((b"<!doctype", b"<html"))
        what = "this is a web page, not a zip" if html else "the zip file is damaged or cut short"
        yield _damaged(shown, what, "download it again")
        return
    if len(infos) > limits.members:
        yield _damaged(shown, f"the zip has more than {limits.members:,} members")
        return
    if sum(info.file_size for info in infos) > limits.total_bytes:
        yield _damaged(shown, f"the zip unpacks to more than {limits.total_bytes:,} bytes")
        return
    for info in infos:
        inner = f"{shown}!{info.filename}"
        reason = _refuse(info, limits)
        if reason:
            yield _damaged(inner, reason)
            continue
        name = PurePosixPath(info.filename.replace("\\", "/")).name
        try:
            content = _read_member(archive, info, limits)
        except _TooLarge as error:
            yield _damaged(inner, str(error))
        except (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError, RuntimeError):
            yield _damaged(
                inner, "this member is damaged (its checksum does not fit)", "download the zip again"
            )
        else:
            yield from _unpack(file, inner, name, content, limits, depth + 1)


class _TooLarge(Exception):
    """What an archive holds is over a limit."""


def _refuse(info: zipfile.ZipInfo, limits: Limits) -> str:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename[:3]:
        return "the member's name leads out of the archive; refused"
    if info.flag_bits & 1:
        return "the member is encrypted"
    if info.file_size > limits.member_bytes:
        return f"the member unpacks to {info.file_size:,} bytes, over the limit of {limits.member_bytes:,}"
    if info.file_size > limits.ratio * max(info.compress_size, 1024):
        return f"the member unpacks to over {limits.ratio} times its size; refused as a zip bomb"
    return ""


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    """Read a member, bounded by what its header promised: a header can lie."""
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) > info.file_size:
        raise _TooLarge("the member is larger than its header says; refused")
    return data


def _gunzip(data: bytes, limits: Limits) -> bytes:
    most = min(limits.member_bytes, limits.ratio * max(len(data), 1024))
    parts, size = [], 0
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _TooLarge(f"the file unpacks to over {most:,} bytes; refused as a bomb")
            parts.append(chunk)
    return b"".join(parts)


def _damaged(path: str, what: str, mend: str = "") -> Damaged:
    return Damaged(path, SourceFileError(what, where=path, mend=mend))
