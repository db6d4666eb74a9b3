"""NCCI add-on code edits: xlsx, delimited text with a header row, or fixed-width text without.

Dates are Julian, YYYYDDD: the year and the day of the year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Reject, Release, quarter_window
from indexer.sources.ncci_ptp import check_copyright
from indexer.sources.sifting import bad_code, bad_date, code_column, date_column, in_order, sift, to_frame
from indexer.sources.tabular import HEAD_ROWS, find_row, fixed_grid, form_of, head_grid, locate, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member

DATES = ("add_on_deleted", "primary_deleted", "effective", "deletion")
DELIMITERS = (",", "\t")
_RECORD = re.compile(r"[123] ?[0-9A-Z]{5} ?[0-9 ]{7} ?(?:[0-9A-Z]{5}) ?[0-9 ]{7} ?\d{7}")
_QUARTER = re.compile(r"(?i)v?(20\d\d)[-_ ]?q([1-4])")


class AocReader:
    """Reads one add-on code file."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the column names, or by fixed-width lines that all fit one of the layouts."""
        return _delimiter(member, options) is not None or _layout(member, options) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the quarter in the name, checked against the copyright year."""
        found = _QUARTER.search(member.name)
        if not found:
            return None
        year, quarter = int(found[1]), int(found[2])
        check_copyright(member, year)
        return Release(f"{year}Q{quarter}", *quarter_window(year, quarter), part=form_of(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all edits."""
        frame, odd = _frame(member, options)
        frame = frame.with_columns(
            code_column("add_on"),
            code_column("primary"),
            pl.col("note").str.strip_chars('" ').replace("", None),
            *(pl.col(name).alias(f"{name}_text") for name in DATES),
        ).with_columns(*(date_column(f"{name}_text", "%Y%j").alias(name) for name in DATES))
        checks = {
            "the edit type is not 1, 2 or 3": ~pl.col("edit_type").fill_null("").is_in(["1", "2", "3"]),
            "the add-on code is no HCPCS or CPT code": bad_code("add_on"),
            # CCCCC: the contractor defines the primary codes.
            "the primary code is neither a code nor CCCCC": bad_code("primary")
            & (pl.col("primary") != "CCCCC"),
            "the primary code is missing": pl.col("primary").is_null(),
            **{f"{name} is not a date YYYYDDD": bad_date(name, f"{name}_text") for name in DATES},
        }
        good, bad = sift(frame, checks)
        types = {
            f"type_{number}": good.filter(pl.col("edit_type") == str(number)).height for number in (1, 2, 3)
        }
        return Reading({"aoc": conform("aoc", good)}, good.height, in_order(odd, bad), types)


def _frame(member: Member, options: Mapping[str, Any]) -> tuple[pl.DataFrame, list[Reject]]:
    columns = options["columns"]
    delimiter = _delimiter(member, options)
    if delimiter is not None:
        grid = read_grid(member, delimiter)
        index = find_row(grid, [columns["add_on"][0], columns["primary"][0]]) or 0
        header = grid.rows[index]
        places = locate(member, header, columns, columns, grid.lines[index])
        return to_frame(grid.after(index), places, len(header))
    layout = _layout(member, options)
    if layout is None:
        raise member.error("neither a header row nor the fixed-width layout of an add-on code file is found")
    # Lines above the first record are the copyright notice.
    lines = member.text().split("\n")
    begin = next((number for number, line in enumerate(lines) if _RECORD.match(line)), 0)
    grid = fixed_grid("\n" * begin + "\n".join(lines[begin:]), layout)
    return to_frame(grid, {name: place for place, name in enumerate(layout)}, len(layout))


def _delimiter(member: Member, options: Mapping[str, Any]) -> str | None:
    names = [options["columns"][name][0] for name in ("add_on", "primary")]
    return next((mark for mark in DELIMITERS if find_row(head_grid(member, mark), names) is not None), None)


def _layout(member: Member, options: Mapping[str, Any]) -> Mapping[str, list[int]] | None:
    """Return the fixed-width layout that every record of the head fits; None if there are no records."""
    records = [line for line in member.head_text.split("\n") if _RECORD.match(line)][:HEAD_ROWS]
    for layout in options["fixed_widths"]:
        if records and all(_fits(line, layout) for line in records):
            found: Mapping[str, list[int]] = layout
            return found
    return None


def _fits(line: str, layout: Mapping[str, list[int]]) -> bool:
    cells = {name: line[first - 1 : last] for name, (first, last) in layout.items()}
    codes = all(re.fullmatch(r"[0-9A-Z]{5}", cells[name]) for name in ("add_on", "primary"))
    dates = all(re.fullmatch(r"\d{7}|\s*", cells[name]) for name in DATES)
    return codes and dates and bool(cells["effective"].strip())


READER = AocReader()
