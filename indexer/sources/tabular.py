"""Rows of delimited text, fixed-width text and xlsx sheets as cells of text, with their line numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Literal

from indexer.sources.base import HEAD_BYTES, is_blank
from indexer.sources.workbooks import XLSX_MAGIC, is_xlsx, sheet_rows
from searchcore.errors import SourceFileError

if TYPE_CHECKING:
    from indexer.sources.base import Member

FIELD_MAXIMUM_CHARS = 1 << 28
HEAD_ROWS = 40


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
        return _collect(sheet_rows(member))
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
        if not is_blank(line) and not unwanted.match(line):
            grid.lines.append(number)
            grid.rows.append([line[place] for place in slices])
    return grid


def _read_head(member: Member, delimiter: str) -> Grid:
    try:
        if member.head.startswith(XLSX_MAGIC):
            rows = sheet_rows(member) if is_xlsx(member) else iter(())
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
