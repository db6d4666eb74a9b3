"""Geographic practice cost indices (Addendum E of the fee schedule): csv or xlsx, one row a locality."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release, year_in
from indexer.sources.sifting import in_order, sift, to_frame
from indexer.sources.tabular import Grid, form_of, head_grid, locate, name_key, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member

COLUMNS = {
    "mac": ("Medicare Administrative Contractor (MAC)",),
    "state": ("State",),
    "locality": ("Locality Number",),
    "name": ("Locality Name",),
}
NUMBERS = ("work", "pe", "mp")
# The law's floor under the work index is what is paid; some years publish the index without it as well.
INDICES = {
    "work": (r"(?i)pw\s+gpci.*with 1\.0 floor", r"(?i)pw\s+gpci(?!.*without)"),
    "pe": (r"(?i)pe\s+gpci",),
    "mp": (r"(?i)mp\s+gpci",),
}


class GpciReader:
    """Reads one year's indices."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the header row."""
        return _header(head_grid(member)) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the year of the column headings, which the name must not contradict."""
        grid = head_grid(member)
        index = _header(grid)
        heading = re.search(r"20\d\d", " ".join(grid.rows[index])) if index is not None else None
        by_content, by_name = int(heading[0]) if heading else None, year_in(member.name)
        if by_content and by_name and by_content != by_name:
            raise member.error(
                f"the name says {by_name}, the file says {by_content}", mend="check which file this is"
            )
        year = by_content or by_name
        if year is None:
            return None
        return Release(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31), part=form_of(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all localities; the notes below the table are no rows."""
        grid = read_grid(member)
        index = _header(grid)
        if index is None:
            raise member.error("the header row with MAC and Locality Number is missing")
        header = grid.rows[index]
        columns = {**COLUMNS, **{name: (_heading(header, patterns),) for name, patterns in INDICES.items()}}
        places = locate(member, header, columns, columns, grid.lines[index])
        frame, odd = to_frame(_without_notes(grid.after(index)), places, len(header))
        frame = frame.with_columns(
            # Excel drops the leading zero of a contractor's number.
            pl.col("mac").str.zfill(5),
            pl.col("locality").str.zfill(2),
            pl.col("state").str.to_uppercase(),
            # One or two asterisks point to the notes.
            pl.col("name").str.strip_chars("* "),
            *(pl.col(name).cast(pl.Float64, strict=False) for name in NUMBERS),
        )
        checks = {
            "the contractor is not a number of five digits": ~pl.col("mac")
            .fill_null("")
            .str.contains(r"^\d{5}$"),
            "the state is not two letters": ~pl.col("state").fill_null("").str.contains(r"^[A-Z]{2}$"),
            "the locality is not a number of two digits": ~pl.col("locality")
            .fill_null("")
            .str.contains(r"^\d{2}$"),
            **{
                f"the {name} index is not a number": ~pl.col(name).is_finite().fill_null(False)
                for name in NUMBERS
            },
        }
        good, bad = sift(frame, checks)
        return Reading(
            {"gpci": conform("gpci", good)}, good.height, in_order(odd, bad), {"localities": good.height}
        )


def _header(grid: Grid) -> int | None:
    for index, cells in enumerate(grid.rows):
        names = {name_key(cell) for cell in cells}
        if {"state", "localitynumber", "localityname"} <= names and any("gpci" in name for name in names):
            return index
    return None


def _heading(header: list[str], patterns: tuple[str, ...]) -> str:
    found = (cell for pattern in patterns for cell in header if re.search(pattern, cell))
    return next(found, patterns[-1])


def _without_notes(grid: Grid) -> Grid:
    rows = Grid()
    for line, cells in zip(grid.lines, grid.rows, strict=True):
        if any(cell.strip() for cell in cells[1:]):
            rows.add(line, cells)
    return rows


READER = GpciReader()
