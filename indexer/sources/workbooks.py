"""Rows of xlsx workbooks, read only after the file has been found harmless.

A workbook is a zip, which may unpack to anything, and its cells say where they stand: one cell in the last
column of the last row makes a reader lay out a sheet of terabytes. Both are checked before it is opened.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import string
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import python_calamine

if TYPE_CHECKING:
    from indexer.sources.base import Member

XLSX_MAGIC = b"PK\x03\x04"
XLSX_MEMBER = "xl/workbook.xml"
# Members by which other formats (xlsb, ods) are known: the reader must not take the file for one of them.
OTHER_FORMATS = frozenset(("xl/workbook.bin", "content.xml"))
# The largest published workbook (a part of the PTP edits) is 300 MB of XML with some 5 million cells.
MAXIMUM_BYTES = 1 << 30
MAXIMUM_CELLS = 20_000_000
MAXIMUM_COLUMNS = 1_000

_CHUNK = 1 << 20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
# The place of a row or cell, wherever in a tag it stands.
_PLACE = re.compile(rb"""r(?<![\w:.-]r)\s*=\s*["']([^"'<]*)["']""")
_LETTERS, _DIGITS = string.ascii_letters.encode(), string.digits.encode()


def is_xlsx(member: Member) -> bool:
    """Tell whether a member is an Excel workbook, from its zip directory."""
    if not member.head.startswith(XLSX_MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(member.content)) as archive:
            names = set(archive.namelist())
    except _UNREADABLE:
        return False
    return XLSX_MEMBER in names and not names & OTHER_FORMATS


def sheet_rows(member: Member) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row of the first sheet.

    Raises:
        SourceFileError: the workbook is damaged, or larger than anything that is published.
    """
    _check(member)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(member.content))
        sheet = workbook.get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [cell_text(cell) for cell in cells]
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise member.error(f"the workbook cannot be read: {error}", mend="download it again") from error


def cell_text(value: Any) -> str:
    """Return a sheet cell as the agency's text form has it: 7.0 as 7, dates as YYYYMMDD."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dt.datetime, dt.date)):
        return value.strftime("%Y%m%d")
    return "" if value is None else str(value)


def _check(member: Member) -> None:
    """Unpack every part piece by piece; declared sizes may lie, and any part may be the sheet.

    What was found harmless is not looked at again as long as the member keeps its content.
    """
    if "harmless" in member.__dict__:
        return
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(member.content)) as archive:
            for info in archive.infolist():
                with archive.open(info) as stream:
                    total += _check_part(member, stream, MAXIMUM_BYTES - total)
    except _UNREADABLE as error:
        raise member.error(f"the workbook is damaged: {error}", mend="download it again") from error
    member.__dict__["harmless"] = True


def _check_part(member: Member, stream: IO[bytes], limit: int) -> int:
    """Return the size of a part; its cells must span no more than a sheet that is published could."""
    size, rows, last_row, last_column, rest = 0, 0, 0, 0, b""
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise member.error(f"the workbook unpacks to more than {MAXIMUM_BYTES:,} bytes")
        chunk = rest + chunk
        # A tag that the end of the piece cuts is looked at again with the next piece.
        cut = chunk.rfind(b"<")
        rest = chunk[cut:] if cut >= 0 and len(chunk) - cut < _CHUNK else b""
        rows += _begun(chunk) - _begun(rest)
        places = _PLACE.findall(chunk)
        if b"&" in b"".join(places):
            raise member.error("a cell of the workbook hides its place", mend="download it again")
        # A place is letters, then digits: AB12. There are few columns, and a row has many cells.
        columns = {place.rstrip(_DIGITS) for place in places if place[-1:].isdigit()}
        numbers = {place.lstrip(_LETTERS) for place in places}
        last_column = max(last_column, *(_column(name) for name in columns if name.isalpha()), 0)
        last_row = max(last_row, *(int(number[:12]) for number in numbers if number.isdigit()), 0)
        # Rows without a place follow one another.
        if last_column > MAXIMUM_COLUMNS or max(last_row, rows) * max(1, last_column) > MAXIMUM_CELLS:
            raise member.error("the workbook spans more rows and columns than any that is published")
    return size


def _begun(chunk: bytes) -> int:
    """Return how many rows begin here, at most; an element may have a prefix."""
    return chunk.count(b"<row") + chunk.count(b":row")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = 26 * number + letter - 64
    return number
