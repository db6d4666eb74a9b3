"""NCCI procedure-to-procedure edits, practitioner and outpatient hospital: tab-separated text, or xlsx.

Layout: the header of CMS's quarterly PTP files (Column 1, Column 2, *=in existence prior to 1996, effective
date, deletion date with * for none, modifier indicator, rationale).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release, decode, quarter_window
from indexer.sources.ncci_ptp_rows import COLUMNS, CUT, read_rows
from indexer.sources.tabular import form_of, head_grid, read_grid
from indexer.sources.workbooks import is_xlsx

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

# Lines per step: what is cut at any one time, so that memory stays modest.
STEP = 400_000
# CMS numbers the versions from 1995: v30.2 is the third quarter of 2024, v32.0 the first of 2026.
VERSION_YEAR = 1994
_VERSION = re.compile(r"(?i)(?<![0-9a-z])v(\d\d)([0-3])r\d")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_PART = re.compile(r"(?i)[-_ ]f(\d)(?!\d)")
_COPYRIGHT = re.compile(r"(?i)copyright\s+(20\d\d)\s+american medical")


class PtpReader:
    """Reads one PTP file; the set (`ccipra` or `ccioph`) stands in the name only."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the header row."""
        grid = head_grid(member, "\t")
        index = _header(grid)
        return index is not None and any("rationale" in cell.lower() for cell in grid.rows[index])

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the quarter that the version in the name stands for, checked against the copyright year."""
        found = _VERSION.search(member.name)
        if not found:
            return None
        year, quarter = VERSION_YEAR + int(found[1]), int(found[2]) + 1
        check_copyright(member, year)
        return Release(f"{year}Q{quarter}", *quarter_window(year, quarter), part=_part(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all edits: each distinct code, and each distinct rest of a line, is read once."""
        if _header(head_grid(member, "\t")) is None:
            raise member.error("the header row with Column 1 and Column 2 is missing")
        lines = _sheet_lines(member) if is_xlsx(member) else _text_lines(member)
        ptp, rejects = read_rows(_cut(lines))
        live = ptp.select((pl.col("deletion").is_null() & (pl.col("indicator") != "9")).sum()).item()
        return Reading({"ptp": ptp}, ptp.height, rejects, {"edits": ptp.height, "not_deleted": int(live)})


def check_copyright(member: Member, year: int) -> None:
    """Check the year of an NCCI file against its head: the AMA's notice bears the year before.

    Raises:
        SourceFileError: the head names another year.
    """
    text = " ".join(cell for row in head_grid(member, "\t").rows[:8] for cell in row)
    found = _COPYRIGHT.search(text)
    if found and int(found[1]) + 1 != year:
        raise member.error(
            f"the name says {year}, the copyright notice in the file belongs to {int(found[1]) + 1}",
            mend="check which file this is",
        )


def _part(member: Member) -> str:
    """Return `f1`, or `f1-xlsx` for the same rows as a workbook; `txt` or `xlsx` for a set in one file."""
    form, part = form_of(member), _PART.search(member.name)
    if not part:
        return form
    return f"f{part[1]}" if form == "txt" else f"f{part[1]}-{form}"


def _header(grid: Grid) -> int | None:
    for index, cells in enumerate(grid.rows[:12]):
        start = [re.sub(r"\s", "", cell).lower() for cell in cells[:2]]
        if start == ["column1", "column2"] and len(cells) >= len(COLUMNS):
            return index
    return None


def _header_lines(grid: Grid) -> int:
    """Return the line on which the header ends: rows below it without both codes belong to it."""
    index = _header(grid) or 0
    while index + 1 < len(grid) and not any(cell.strip() for cell in grid.rows[index + 1][:2]):
        index += 1
    return grid.lines[index]


def _text_lines(member: Member) -> pl.DataFrame:
    """Return `row` and `line` of every line below the header; nothing is split yet."""
    data = member.content
    if not data.isascii():
        data = decode(data).encode()
    if _LONE_RETURN.search(data):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    frame = pl.read_csv(
        data,
        # A separator that never stands in a text file: a line is one cell, and tabs are split later.
        separator="\x1f",
        has_header=False,
        quote_char=None,
        schema={"line": pl.String},
        truncate_ragged_lines=True,
        raise_if_empty=False,
    ).with_row_index("row", offset=1)
    return frame.slice(_header_lines(head_grid(member, "\t")))


def _sheet_lines(member: Member) -> pl.DataFrame:
    """Return the rows of a workbook as lines of the text form."""
    grid = read_grid(member)
    skip = _header_lines(grid)
    rows = [
        (line, "\t".join(cell.replace("\t", " ") for cell in cells[: len(COLUMNS)]))
        for line, cells in zip(grid.lines, grid.rows, strict=True)
        if line > skip
    ]
    return pl.DataFrame(rows, schema={"row": pl.UInt32, "line": pl.String}, orient="row")


def _cut(lines: pl.DataFrame) -> pl.DataFrame:
    """Cut lines into both codes and the rest, as categories of this file; step by step, to save memory."""
    types = {name: pl.Categorical(pl.Categories.random()) for name in CUT}
    names = pl.col("line").str.splitn("\t", len(CUT)).struct.rename_fields(CUT)
    steps = [
        lines.slice(start, STEP).select("row", names.alias("cells")).unnest("cells").cast(types)  # type: ignore[arg-type]
        for start in range(0, max(lines.height, 1), STEP)
    ]
    return pl.concat(steps)


READER = PtpReader()
