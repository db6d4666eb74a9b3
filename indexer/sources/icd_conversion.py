"""Reader of the ICD-10-CM conversion table (xlsx): each new code since 2016 and the codes used before it.

An effective cell is a year or a date; "unless otherwise specified the code effective date is October 1 of
the year listed" (the table's own first row). The previous codes are a list in words: "G56.01 and G56.02",
"I20.0-I20.1; I20.8", "Codes in categories V00-Y99", "None". Whether all of them together or one of them was
used before does not follow from it reliably, so `previous` is their list only; ranges and trailing dashes
stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from indexer.sources.base import Member, Reading, Reject, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.icd_refs import listed_references
from indexer.sources.shapes import ICD10CM
from indexer.sources.sifting import reject
from indexer.sources.tabular import Grid, head_grid, name_key, read_grid
from indexer.tables import table_of

_COLUMNS = {"code": "currentcode", "effective": "effective", "previous": "previouscode"}
_BLURB = re.compile(r"\bFY\s*(20\d\d)\s*\(([A-Za-z]+)", re.IGNORECASE)
_NONE = re.compile(r"^\s*(none|n/?a|no previous code.*)\s*$", re.IGNORECASE)
_YEARS = range(1990, 2100)
# Days since 1899-12-30, as Excel counts them in a cell without a date format: 1990-01-01 to 2100-01-01.
_SERIALS = range(32874, 73051)
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_FORMATS = ("%Y%m%d", "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y")


class ConversionReader:
    """Reads the conversion table."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether a header row with the three columns stands among the first rows."""
        return _header(head_grid(member)) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release that the name and the first row give: "FY 2026 (October 1, 2025 Update)"."""
        blurb = " ".join(cell for cells in head_grid(member).rows[:3] for cell in cells)
        found = _BLURB.search(blurb)
        april = found is not None and found[2].lower().startswith("apr")
        return fiscal_release(member, int(found[1]) if found else None, april=april)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; `checks` counts the codes without a previous one."""
        grid = read_grid(member)
        header = _header(grid)
        if header is None:
            raise member.error(
                "no row has the columns Current code assignment, Effective, Previous Code(s) Assignment",
                mend="check which file this is",
            )
        index, places = header
        rows: list[tuple[int, str, dt.date, list[str] | None]] = []
        rejects: list[Reject] = []
        data = grid.after(index)
        for line, cells in zip(data.lines, data.rows, strict=True):
            found = _row({name: cells[at] if at < len(cells) else "" for name, at in places.items()})
            if isinstance(found, str):
                rejects.append(reject(line, found, cells))
            else:
                rows.append((line, *found))
        table = table_of("icd_conversion", rows)
        without = int((table["previous"].list.len() == 0).sum())
        return Reading({"icd_conversion": table}, len(rows), rejects, {"without_previous": without})


def parse_effective(text: str) -> dt.date | None:
    """Return the day that an effective cell means: a year means its 1 October. None if it is neither."""
    text = text.strip()
    number = int(text) if re.fullmatch(r"\d{4,5}", text) else 0
    if number in _YEARS:
        return dt.date(number, 10, 1)
    if number in _SERIALS:
        return _EXCEL_EPOCH + dt.timedelta(days=number)
    for form in _FORMATS:
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def parse_previous(text: str) -> list[str] | None:
    """Return the references of a cell of previous codes; empty for "None"; None if it names no code."""
    if _NONE.match(text):
        return []
    return listed_references(text.upper()) or None


def _row(cells: Mapping[str, str]) -> tuple[str, dt.date, list[str] | None] | str:
    """Return the values of a row, or why it cannot be read."""
    code = re.sub(r"[.\s]", "", cells["code"]).upper()
    if not ICD10CM.match(code):
        return "the current code is no ICD-10-CM code"
    effective = parse_effective(cells["effective"])
    if effective is None:
        return f"the effective date is neither a year nor a date: {cells['effective'][:40]}"
    previous = parse_previous(cells["previous"])
    if previous is None and cells["previous"].strip():
        return f"the previous codes are not understood: {cells['previous'][:60]}"
    return code, effective, previous


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Return the index of the header row and where its columns stand."""
    for index, cells in enumerate(grid.rows[:40]):
        keys = [name_key(cell) for cell in cells]
        places = {
            name: next((at for at, key in enumerate(keys) if key.startswith(start) and len(key) < 60), -1)
            for name, start in _COLUMNS.items()
        }
        if min(places.values()) >= 0:
            return index, places
    return None


READER = ConversionReader()
