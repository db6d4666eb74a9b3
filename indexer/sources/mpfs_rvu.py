"""The relative value file of the physician fee schedule: csv with a stacked header, or fixed-width text.

Descriptors of CPT numbers (AMA) and D codes (ADA) are dropped; those of the other Level II codes are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Reject, Release, quarter_window
from indexer.sources.sifting import bad_code, code_column, in_order, sift, to_frame
from indexer.sources.tabular import fixed_grid, form_of, head_grid, locate, name_key, read_grid
from indexer.tables import TABLES, conform

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

NUMBERS = [name for name, dtype in TABLES["rvu"].items() if dtype == pl.Float64]
# Rows above the one that begins with HCPCS which belong to the header; higher up stand title and notices.
STACK = 4
LETTERS = {"jan": "A", "apr": "B", "jul": "C", "oct": "D"}
NOT_DATA = r"(?i)(?:HDR|TRL)\b"
_TEXT_LINE = re.compile(r"(?i)[0-9A-V]\d{3}[0-9A-Z].{52}[A-Z].[ \d]{3}\.\d\d")
_TITLE = re.compile(
    r"(?i)(20\d\d) national physician fee schedule relative value file\s+(january|april|july|october)"
)
_NAME = re.compile(r"(?i)PPRRVU[-_]?(?:20)?(\d\d)[-_]?(JAN|APR|JUL|OCT)")
# A shifted fixed-width layout shows in the conversion factor, which has been between these since 1992.
_FACTORS = (20.0, 100.0)


class RvuReader:
    """Reads one relative value file."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the joined header words, or by the HDR banner and the lines of the text form."""
        grid = head_grid(member)
        index = _header(grid)
        if index is not None:
            keys = {name_key(name) for name in _join(grid, index)}
            return {name_key(options["columns"][name]) for name in ("work", "conversion_factor")} <= keys
        lines = [line for line in member.head_text.split("\n") if line.strip()][:40]
        data = [line for line in lines if not re.match(NOT_DATA, line)]
        return len(data) < len(lines) and bool(data) and all(_TEXT_LINE.match(line) for line in data[:20])

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release (2025D is October 2025) from the title row and the name."""
        named, titled = _NAME.search(member.name), _TITLE.search(member.head_text)
        by_name = f"20{named[1]}{LETTERS[named[2].lower()]}" if named else ""
        by_title = f"{titled[1]}{LETTERS[titled[2][:3].lower()]}" if titled else ""
        if by_name and by_title and by_name != by_title:
            raise member.error(
                f"the name says {by_name}, the title row says {by_title}", mend="check which file this is"
            )
        found = by_name or by_title
        if not found:
            return None
        set_name = re.search(r"(?i)(non)?[-_ ]?qpp", member.name)
        prefix = "" if not set_name else "nonqpp-" if set_name[1] else "qpp-"
        window = quarter_window(int(found[:4]), "ABCD".index(found[4]) + 1)
        return Release(found, *window, part=prefix + form_of(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; a row is a code with a modifier (none, 26, TC or 53)."""
        frame, odd = _frame(member, options)
        frame = frame.with_columns(
            code_column("code"),
            pl.col("modifier").str.to_uppercase(),
            title=pl.when(code_column("code").str.contains(r"^[A-CE-V]\d{4}$")).then(pl.col("title")),
            **{f"{name}_text": pl.col(name) for name in NUMBERS},
        ).with_columns(pl.col(NUMBERS).cast(pl.Float64, strict=False))
        factor = pl.col("conversion_factor")
        checks = {
            "this is no HCPCS or CPT code": bad_code("code"),
            "the modifier is not two characters": ~pl.col("modifier").str.contains(r"^[0-9A-Z]{2}$"),
            "the status is not one letter": ~pl.col("status").fill_null("").str.contains(r"^[A-Z]$"),
            **{
                f"{n} is not a number": pl.col(f"{n}_text").is_not_null()
                & ~pl.col(n).is_finite().fill_null(False)
                for n in NUMBERS
            },
            "the conversion factor is out of range": ~factor.is_between(*_FACTORS),
        }
        good, bad = sift(frame, checks)
        table = conform("rvu", good.with_columns(pl.col("modifier").fill_null("")))
        active = table.filter(pl.col("status") == "A").height
        return Reading(
            {"rvu": table},
            good.height,
            in_order(odd, bad),
            {"codes": table["code"].n_unique(), "active": active},
        )


def _frame(member: Member, options: Mapping[str, Any]) -> tuple[pl.DataFrame, list[Reject]]:
    if _header(head_grid(member)) is None:
        layout = options["fixed_width"]
        grid = fixed_grid(member.text(), layout, NOT_DATA)
        return to_frame(grid, {name: place for place, name in enumerate(layout)}, len(layout))
    grid = read_grid(member)
    index = _header(grid)
    if index is None:
        raise member.error("the header row that begins with HCPCS is missing")
    header = _join(grid, index)
    columns = {ours: (published,) for ours, published in options["columns"].items()}
    places = locate(member, header, columns, columns, grid.lines[index])
    return to_frame(grid.after(index), places, len(header))


def _header(grid: Grid) -> int | None:
    starts = (
        index
        for index, cells in enumerate(grid.rows)
        if [cell.strip() for cell in cells[:2]] == ["HCPCS", "MOD"]
    )
    return next(starts, None)


def _join(grid: Grid, index: int) -> list[str]:
    """Join the words of each column from the rows of the stacked header."""
    stack = grid.rows[max(0, index - STACK) : index + 1]
    width = len(grid.rows[index])
    columns = ([row[place].strip() for row in stack if place < len(row)] for place in range(width))
    return [" ".join(filter(None, words)) for words in columns]


READER = RvuReader()
