"""Rows of delimited text, fixed-width text and xlsx sheets as cells of text, with their line numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import python_calamine

from indexer.sources.base import HEAD_BYTES
from searchcore.errors import SourceFileError

if TYPE_CHECKING:
    from indexer.sources.base import Member

XLSX_MAGIC = b"PK\x03\x04"
XLSX_MEMBER = "xl/workbook.xml"
# An xlsx is a zip: a small file may unpack to anything. The largest published (a PTP part) is 300 MB of XML.
XLSX_MAXIMUM_BYTES = 1 << 30
FIELD_MAXIMUM_CHARS = 1 << 28
HEAD_ROWS = 40
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


@dataclass
class Grid:
    """Rows of cells as text, and the 1-based line (or sheet row) where each begins; no blank rows."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def add(self, line: int, cells: list[str]) -> None:
        """Add a row unless all its cells are blank."""
        if any(cells) and any(cell.strip() for cell in cells):
            self.lines.append(line)
            self.rows.append(cells)

    def after(self, index: int) -> Grid:
        """Return the rows below the row with this index."""
        return Grid(self.lines[index + 1 :], self.rows[index + 1 :])

    def __len__(self) -> int:
        return len(self.rows)


def is_xlsx(member: Member) -> bool:
    """Tell whether a member is an Excel workbook, from its zip directory."""
    if not member.head.startswith(XLSX_MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(member.content)) as archive:
            return XLSX_MEMBER in archive.namelist()
    except _UNREADABLE:
        return False


def form_of(member: Member) -> str:
    """Return `xlsx`, `csv` or `txt`: the form that a release came in, for `Release.part`."""
    if member.head.startswith(XLSX_MAGIC):
        return "xlsx"
    return "csv" if member.name.lower().endswith(".csv") else "txt"


def read_grid(member: Member, delimiter: str = ",") -> Grid:
    """Read all rows of a delimited text, or of the first sheet of a workbook.

    Raises:
        SourceFileError: the file is damaged.
    """
    if is_xlsx(member):
        return _collect(_sheet_rows(member))
    return _collect(_text_rows(member, member.text(), delimiter))


def head_grid(member: Member, delimiter: str = ",") -> Grid:
    """Return the first rows for recognition; empty where the file cannot be read. Kept with the member."""
    key = "_head_grid" if member.head.startswith(XLSX_MAGIC) else f"_head_grid_{delimiter}"
    if key not in member.__dict__:
        member.__dict__[key] = _read_head(member, delimiter)
    found: Grid = member.__dict__[key]
    return found


def fixed_grid(text: str, layout: Mapping[str, Sequence[int]], skip: str = r"(?!)") -> Grid:
    """Cut the lines of a fixed-width text into cells, in the order of the layout.

    Args:
        layout: name -> first and last column, counted from 1.
        skip: pattern of lines that are not data (banners, headers, trailers).
    """
    slices = [slice(first - 1, last) for first, last in layout.values()]
    unwanted = re.compile(skip)
    grid = Grid()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip("\x00\x1a \t") and not unwanted.match(line):
            grid.lines.append(number)
            grid.rows.append([line[place] for place in slices])
    return grid


def _read_head(member: Member, delimiter: str) -> Grid:
    try:
        if member.head.startswith(XLSX_MAGIC):
            rows = _sheet_rows(member) if is_xlsx(member) else iter(())
            return _collect(islice(rows, HEAD_ROWS))
        if b"\0" in member.head:
            return Grid()
        grid = _collect(islice(_text_rows(member, member.head_text, delimiter), HEAD_ROWS))
    except SourceFileError:
        return Grid()
    if member.size > HEAD_BYTES and 0 < len(grid) < HEAD_ROWS:
        # The last row may be cut by the end of the head.
        grid = Grid(grid.lines[:-1], grid.rows[:-1])
    return grid


def _collect(rows: Iterable[tuple[int, list[str]]]) -> Grid:
    grid = Grid()
    for line, cells in rows:
        grid.add(line, cells)
    return grid


def _text_rows(member: Member, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(FIELD_MAXIMUM_CHARS)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, quoting=quoting)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise member.error(f"the row cannot be split into cells: {error}", line=line) from error


def _sheet_rows(member: Member) -> Iterator[tuple[int, list[str]]]:
    _check_size(member)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(member.content))
        sheet = workbook.get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [cell_text(cell) for cell in cells]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise member.error(f"the workbook cannot be read: {error}", mend="download it again") from error


def _check_size(member: Member) -> None:
    """Unpack every part of a workbook in pieces and stop beyond the limit: declared sizes may lie."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(member.content)) as archive:
            for info in archive.infolist():
                with archive.open(info) as stream:
                    while chunk := stream.read(1 << 20):
                        total += len(chunk)
                        if total > XLSX_MAXIMUM_BYTES:
                            raise member.error(
                                f"the workbook unpacks to more than {XLSX_MAXIMUM_BYTES:,} bytes"
                            )
    except _UNREADABLE as error:
        raise member.error(f"the workbook is damaged: {error}", mend="download it again") from error


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


def name_key(text: str) -> str:
    """Return a column name in lower case without anything but letters and digits."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def find_row(grid: Grid, names: Iterable[str]) -> int | None:
    """Return the index of the first row that has all these column names (compared by `name_key`)."""
    wanted = {name_key(name) for name in names}
    for index, cells in enumerate(grid.rows[:HEAD_ROWS]):
        if wanted <= {name_key(cell) for cell in cells}:
            return index
    return None


def locate(
    member: Member,
    header: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    required: Iterable[str],
    line: int,
) -> dict[str, int]:
    """Return where each wanted column stands; unknown columns are ignored.

    Args:
        columns: our name -> the published names that it has had, any of which will do.
        required: our names of the columns without which the file is of no use.
        line: of the header, for the error.

    Raises:
        SourceFileError: a required column is missing.
    """
    places = {name_key(name): index for index, name in reversed(list(enumerate(header)))}
    found = {}
    for ours, published in columns.items():
        place = next((places[name_key(name)] for name in published if name_key(name) in places), None)
        if place is not None:
            found[ours] = place
        elif ours in required:
            raise member.error(
                f"the column {published[0]} is missing",
                line=line,
                mend="check that the file is the published one",
            )
    return found
