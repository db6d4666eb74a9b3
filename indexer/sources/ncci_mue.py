"""Medically unlikely edits: CMS's csv or xlsx table of one setting and quarter.

`reader_options.setting` is a pattern for the heading of the values column: it alone tells settings apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release, quarter_window
from indexer.sources.ncci_ptp import check_copyright
from indexer.sources.sifting import bad_code, code_column, in_order, sift, to_frame
from indexer.sources.tabular import form_of, head_grid, locate, name_key, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

_CODE = ("HCPCS/CPT Code",)
_BASIS = ("MUE Adjudication Indicator",)
_RATIONALE = ("MUE Rationale",)
_DATE = re.compile(r"(?i)eff[-_ ]*(\d\d)[-_](\d\d)[-_](20\d\d)")
_QUARTER = re.compile(r"(?i)(20\d\d)[-_ ]?q([1-4])")


class MueReader:
    """Reads one MUE table."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the header row and the setting in it."""
        grid = head_grid(member)
        index = _header(grid)
        return index is not None and _values_heading(grid.rows[index], options) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the quarter of the effective date in the name, checked against the copyright year."""
        if found := _DATE.search(member.name):
            year, quarter = int(found[3]), (int(found[1]) + 2) // 3
        elif found := _QUARTER.search(member.name):
            year, quarter = int(found[1]), int(found[2])
        else:
            return None
        if not 1 <= quarter <= 4:
            raise member.error(f"the name says month {found[1]}", mend="check which file this is")
        check_copyright(member, year)
        return Release(f"{year}Q{quarter}", *quarter_window(year, quarter), part=form_of(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; the basis is the first character of the adjudication text."""
        grid = read_grid(member)
        index = _header(grid)
        heading = None if index is None else _values_heading(grid.rows[index], options)
        if index is None or heading is None:
            raise member.error("the header row of an MUE table of this setting is missing")
        columns = {"code": _CODE, "number": (heading,), "basis_text": _BASIS, "rationale": _RATIONALE}
        header = grid.rows[index]
        places = locate(member, header, columns, columns, grid.lines[index])
        frame, odd = to_frame(grid.after(index), places, len(header))
        frame = frame.with_columns(
            code_column("code"),
            value=pl.col("number").str.extract(r"^(\d{1,8})$").cast(pl.Int32),
            basis=pl.col("basis_text").str.extract(r"^([123])(?:\D|$)"),
        )
        checks = {
            "this is no HCPCS or CPT code": bad_code("code"),
            "the MUE value is not a number": pl.col("value").is_null(),
            "the adjudication indicator does not begin with 1, 2 or 3": pl.col("basis").is_null(),
        }
        good, bad = sift(frame, checks)
        return Reading({"mue": conform("mue", good)}, good.height, in_order(odd, bad), {"codes": good.height})


def _header(grid: Grid) -> int | None:
    """Return the index of the header. Medicaid's tables have no adjudication indicator."""
    for index, cells in enumerate(grid.rows):
        names = {name_key(cell) for cell in cells}
        if name_key(_CODE[0]) in names and name_key(_BASIS[0]) in names:
            return index
    return None


def _values_heading(header: list[str], options: Mapping[str, Any]) -> str | None:
    setting = re.compile(str(options["setting"]))
    return next((cell for cell in header if "muevalues" in name_key(cell) and setting.search(cell)), None)


READER = MueReader()
