"""NCCI procedure-to-procedure edits, practitioner and outpatient hospital: tab-separated text, or xlsx.

Layout: the header of CMS's quarterly PTP files (Column 1, Column 2, *=in existence prior to 1996, effective
date, deletion date with * for none, modifier indicator, rationale).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Reject, Release, decode, quarter_window
from indexer.sources.sifting import REJECT_CHARS, bad_code, bad_date, code_column, date_column, sift
from indexer.sources.tabular import form_of, head_grid, read_grid
from indexer.sources.workbooks import is_xlsx
from indexer.tables import conform, empty

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

COLUMNS = ("column_1", "column_2", "prior", "effective_text", "deletion_text", "indicator", "rationale")
# Rows per step: what is split into fields at any one time, so that memory stays modest.
STEP = 400_000
# CMS numbers the versions from 1995: v30.2 is the third quarter of 2024, v32.0 the first of 2026.
VERSION_YEAR = 1994
_VERSION = re.compile(r"(?i)(?<![0-9a-z])v(\d\d)([0-3])r\d")
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
        """Read all edits, step by step in columns."""
        header = _header(head_grid(member, "\t"))
        if header is None:
            raise member.error("the header row with Column 1 and Column 2 is missing")
        lines = _sheet_frame(member) if is_xlsx(member) else _text_frame(member)
        tables, rejects = [], []
        for start in range(0, lines.height, STEP):
            table, bad = _read_step(lines.slice(start, STEP))
            tables.append(table)
            rejects += bad
        ptp = pl.concat(tables) if tables else empty("ptp")
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


def _text_frame(member: Member) -> pl.DataFrame:
    """Return `row` and `line` of every line below the header; nothing is split yet."""
    data = member.content
    if not data.isascii():
        data = decode(data).encode()
    if data.count(b"\r") != data.count(b"\r\n"):
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


def _sheet_frame(member: Member) -> pl.DataFrame:
    grid = read_grid(member)
    skip = _header_lines(grid)
    rows = [(line, cells) for line, cells in zip(grid.lines, grid.rows, strict=True) if line > skip]
    columns: dict[str, list[Any]] = {"row": [line for line, _ in rows]}
    for place, name in enumerate(COLUMNS):
        columns[name] = [sys.intern(cells[place]) for _, cells in rows]
    return pl.DataFrame(columns, schema={"row": pl.UInt32, **dict.fromkeys(COLUMNS, pl.String)})


def _read_step(lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    frame, rejects = _split(lines) if "line" in lines.columns else (lines, [])
    frame = frame.with_columns(
        pl.col("row").cast(pl.Int32),
        code_column("column_1"),
        code_column("column_2"),
        pl.col("prior", "effective_text", "indicator").str.strip_chars().replace("", None),
        pl.col("deletion_text").str.strip_chars().replace(["", "*"], [None, None]),
        # Some dozen texts repeat a million times: as categories they share one copy each.
        pl.col("rationale").str.strip_chars().replace("", None).cast(pl.Categorical).cast(pl.String),
    ).with_columns(
        effective=date_column("effective_text", "%Y%m%d"),
        deletion=date_column("deletion_text", "%Y%m%d"),
        prior_1996=pl.col("prior").is_not_null(),
    )
    checks = {
        "column 1 holds no code": bad_code("column_1"),
        "column 2 holds no code": bad_code("column_2"),
        "the mark for edits before 1996 is neither * nor blank": pl.col("prior") != "*",
        "the effective date is not a date YYYYMMDD": bad_date("effective", "effective_text"),
        "the deletion date is neither YYYYMMDD nor *": bad_date("deletion", "deletion_text"),
        "the modifier indicator is not 0, 1 or 9": ~pl.col("indicator").fill_null("").is_in(["0", "1", "9"]),
    }
    good, bad = sift(frame, checks)
    return conform("ptp", good), sorted(rejects + bad, key=lambda reject: reject.line)


def _split(lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    """Split lines at the tabs; lines with another number of fields are rejected, blank ones dropped."""
    split = lines.select(
        "row",
        "line",
        pl.col("line")
        .str.splitn("\t", len(COLUMNS) + 1)
        .struct.rename_fields([*COLUMNS, "rest"])
        .alias("cells"),
    ).unnest("cells")
    surplus = pl.col("rest").fill_null("").str.strip_chars() != ""
    wrong = pl.col("rationale").is_null() | surplus
    blank = pl.col("line").fill_null("").str.strip_chars() == ""
    odd = split.filter(wrong)
    rejects = [
        Reject(row, f"the row does not have {len(COLUMNS)} fields", line[:REJECT_CHARS])
        for row, line in odd.filter(~blank).select("row", "line").iter_rows()
    ]
    return split.filter(~wrong & ~blank).drop("line", "rest"), rejects


READER = PtpReader()
