"""The Table of Drugs and Chemicals as csv: a title line, heading rows, then a line a substance.

The depth of a term shows as dashes before it ("– – vapor"), directions as " -see ..." behind it. The heading
row is repeated inside the file where a new letter begins. A substance that such a file has lost (that of
April 2025 lacks 25) cannot be noticed here: the terms below it then hang on the one before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.sources.base import Member, Reject
from indexer.sources.tabular import head_grid, read_grid
from indexer.sources.workbooks import XLSX_MAGIC

if TYPE_CHECKING:
    from indexer.sources.icd_index_rows import IndexRows

_SEARCHED_ROWS = 10
_DEPTH = re.compile(r"^(?:[–-]\s*)+")
_SEE = re.compile(r"\s+-\s*(see(?: also)?)\s+(.+)$", re.IGNORECASE)


def heading_row(member: Member) -> list[str] | None:
    """Return the heading row of a csv of drugs: the first of the first rows that speaks of poisoning."""
    if member.head.startswith(XLSX_MAGIC):
        return None
    for cells in head_grid(member).rows[:_SEARCHED_ROWS]:
        if sum("poisoning" in cell.lower() for cell in cells[1:]) >= 2:
            return [cell.strip() for cell in cells]
    return None


def read_sheet(member: Member, rows: IndexRows) -> None:
    """Read all substances into index rows.

    Raises:
        SourceFileError: the heading row is missing, has too few columns, or the file is no csv.
    """
    heading = heading_row(member)
    if heading is None:
        raise member.error(
            "the heading row with the poisoning columns is missing", mend="check which file this is"
        )
    if len(heading) <= len(rows.columns):
        missing = ", ".join(rows.columns[len(heading) - 1 :])
        raise member.error(f"columns are missing: {missing}", mend="download the file again")
    grid = read_grid(member)
    path: list[str] = []
    begun = False
    for line, raw in zip(grid.lines, grid.rows, strict=True):
        cells = [cell.strip() for cell in raw]
        if cells[:2] == heading[:2]:
            begun = True
        elif begun:
            _read_row(line, cells, path, rows)


def _read_row(line: int, cells: list[str], path: list[str], rows: IndexRows) -> None:
    """Read one line; `path` holds the terms above it and is brought up to date."""
    title, see = cells[0], None
    dashes = _DEPTH.match(title)
    depth = len(re.findall(r"[–-]", dashes[0])) if dashes else 0
    title = title[dashes.end() :] if dashes else title
    if found := _SEE.search(title):
        title, see = title[: found.start()], f"{found[1].lower()} {found[2]}"
    if not title:
        rows.rejects.append(Reject(line, "the line has no substance", ",".join(cells)[:120]))
        return
    path[depth:] = [title]
    numbered = [(str(number), cell) for number, cell in enumerate(cells[1 : 1 + len(rows.columns)], start=2)]
    reason = rows.add_cells(line, ", ".join(path), numbered, see, [])
    if reason:
        rows.rejects.append(Reject(line, reason, title[:120]))
        return
    rows.read += 1
    rows.main_terms += depth == 0
