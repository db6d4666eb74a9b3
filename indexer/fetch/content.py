"""Checks that what came is the kind of file that was asked for, and not a page that says something else."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from searchcore.errors import FetchError

# Bytes that are enough to tell; servers send a page's first tag well within them.
HEAD_BYTES = 512
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_MAGIC = {".zip": _ZIP, ".xlsx": _ZIP, ".gz": _GZIP}
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title", b"<meta")
_BY_HAND = "open the address in a browser, download the file by hand and give it to `codefacet import`"


def check_head(name: str, head: bytes, content_type: str = "") -> None:
    """Check the first bytes of a file against the ending of its name.

    Args:
        name: the name that the file is kept under.
        head: its first bytes; all of them if it is shorter than `HEAD_BYTES`.
        content_type: the header that came with it.

    Raises:
        FetchError: it is empty, a web page, or not the archive that its name says.
    """
    if not head:
        raise FetchError("the server sent an empty file", mend=_BY_HAND)
    suffix = PurePosixPath(name.lower()).suffix
    if suffix not in (".html", ".htm") and (is_page(head) or _says_page(content_type, head, suffix)):
        raise FetchError(
            "the server sent a web page (HTML), perhaps a licence page or an error", mend=_BY_HAND
        )
    magic = _MAGIC.get(suffix)
    if magic and not head.startswith(magic):
        raise FetchError(
            f"the content is not a {suffix} file: it begins with {head[:4].hex(' ')}", mend=_BY_HAND
        )


def check_whole(name: str, path: Path) -> None:
    """Check a complete file: a zip must have its directory, which stands at the end.

    Raises:
        FetchError: the archive is cut off.
    """
    if PurePosixPath(name.lower()).suffix in (".zip", ".xlsx") and not zipfile.is_zipfile(path):
        raise FetchError(
            "the archive is cut off: its directory is missing", mend="run the same command again"
        )


def is_page(head: bytes) -> bool:
    """Tell whether bytes begin as a web page does."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<!--"):
        start = start.partition(b"-->")[2].lstrip()
    return start.startswith(_PAGES) or (start.startswith(b"<?xml") and b"<html" in start)


def _says_page(content_type: str, head: bytes, suffix: str) -> bool:
    # Some servers label every download text/html: the magic of an archive outweighs the label.
    if content_type.partition(";")[0].strip().lower() not in ("text/html", "application/xhtml+xml"):
        return False
    return not (suffix in _MAGIC and head.startswith(_MAGIC[suffix]))
