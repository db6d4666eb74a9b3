"""HCPCS Level II: the fixed-width text, xlsx and csv forms of CMS's quarterly file, codes and modifiers.

Layout and values: HCPCS Contractor Record (CMS record layout, length 320). Record ids 3 and 7 begin a code
and a modifier, 4 and 8 continue their long description.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from indexer.sources.base import Reading, Reject, Release, parse_yyyymmdd, quarter_window
from indexer.sources.doses import DoseFinder
from indexer.sources.sifting import reject
from indexer.sources.tabular import find_row, form_of, head_grid, locate, read_grid
from indexer.sources.workbooks import is_xlsx
from indexer.tables import table_of

if TYPE_CHECKING:
    from indexer.sources.base import Member

Fields = dict[str, str]

DATES = ("ADD DT", "ACT EFF DT", "TERM DT")
LISTS = {
    name: tuple(f"{name}{number}" for number in range(1, count + 1))
    for name, count in (("PRICE", 4), ("XREF", 5), ("TOS", 5))
}
NEEDED = ("HCPC", "RECID", "LONG DESCRIPTION", *DATES, "ACTION CD")
USED = (
    *(*NEEDED, "SEQNUM", "SHORT DESCRIPTION", "MULT_PI", "STATUTE", "COV", "ASC_GRP", "BETOS", "ANEST_BU"),
    *(column for columns in LISTS.values() for column in columns),
)
FIRST = {"3": "code", "7": "modifier"}
CONTINUES = {"4": "3", "8": "7"}
SHAPES = {"3": re.compile(r"[A-V]\d{4}"), "7": re.compile(r"[A-Z0-9]{2}")}
# A file lists a row or two ahead of time (2018 has one for July); a release has dozens of actions of its own.
MINIMUM_ACTIONS = 8
QUARTERS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
_LINE = re.compile(r"(?: {3}[0-9A-Z]{2}|[A-V]\d{4})\d{5}[3478]")
_NAME = re.compile(r"(?i)HCPC(?:S)?_?(20\d\d)(?:_(JAN|APR|JUL|OCT))?")


class HcpcsReader:
    """Reads one issue of the file in any of its three forms."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the header row, or by the record ids of the fixed-width lines."""
        if find_row(head_grid(member), NEEDED) is not None:
            return True
        lines = [line for line in member.head_text.split("\n") if len(line) > 91]
        fitting = sum(1 for line in lines if _LINE.match(line))
        return fitting > 0 and 2 * fitting >= len(lines)

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the quarter: from the name, else the last in which a number of codes were acted on.

        A file named by its year alone is the annual one of January.
        """
        named = _NAME.search(member.name)
        by_name = (int(named[1]), QUARTERS.get((named[2] or "JAN").upper(), 1)) if named else None
        by_content = self._last_quarter(member, options)
        if by_name and by_content and by_name != by_content:
            raise member.error(
                "the name says {}Q{}, the latest actions in the file are of {}Q{}".format(
                    *by_name, *by_content
                ),
                mend="check which file this is",
            )
        found = by_name or by_content
        if found is None:
            return None
        year, quarter = found
        return Release(f"{year}Q{quarter}", *quarter_window(year, quarter), part=form_of(member))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows and join continuations to their first rows."""
        building = _Building(DoseFinder.from_options(options.get("doses", {})))
        for line, fields, problem in _lines(member, options):
            building.add(line, fields, problem)
        rows = building.records
        table = table_of("hcpcs", rows)
        kinds = Counter(str(row[1]) for row in rows)
        ended = int(table["terminated"].is_not_null().sum())
        checks = {"codes": kinds["code"], "modifiers": kinds["modifier"], "ended": ended}
        return Reading({"hcpcs": table}, building.read, building.rejects, checks)

    def _last_quarter(self, member: Member, options: Mapping[str, Any]) -> tuple[int, int] | None:
        actions: Counter[tuple[int, int]] = Counter()
        for _, fields, _ in _lines(member, options):
            try:
                day = _date(fields.get("ACT EFF DT", "")) or _date(fields.get("ADD DT", ""))
            except ValueError:
                continue
            if day:
                actions[(day.year, (day.month + 2) // 3)] += 1
        return max((quarter for quarter, count in actions.items() if count >= MINIMUM_ACTIONS), default=None)


class _Building:
    """Records so far; rows come in the order of the file."""

    def __init__(self, doses: DoseFinder) -> None:
        self.doses = doses
        self.read = 0
        self.rejects: list[Reject] = []
        self._open: list[tuple[int, Fields, list[str]]] = []

    def add(self, line: int, fields: Fields, problem: str) -> None:
        record = fields.get("RECID", "")
        problem = problem or _problem(fields)
        if not problem and record in CONTINUES:
            before = self._open[-1][1] if self._open else {}
            if (before.get("HCPC"), before.get("RECID")) != (fields["HCPC"], CONTINUES[record]):
                problem = "the row continues a code whose first row is not above it"
        if problem:
            # A title may be licensed (D codes), so it is not shown.
            shown = (fields.get(name, "") for name in ("HCPC", "SEQNUM", "RECID", *DATES))
            self.rejects.append(reject(line, problem, shown))
            return
        self.read += 1
        if record in CONTINUES:
            self._open[-1][2].append(fields["LONG DESCRIPTION"])
        else:
            self._open.append((line, fields, [fields["LONG DESCRIPTION"]]))

    @property
    def records(self) -> list[tuple[Any, ...]]:
        """The finished rows, in the column order of the table."""
        return [_typed(line, fields, parts, self.doses) for line, fields, parts in self._open]


def _problem(fields: Fields) -> str:
    record, code = fields.get("RECID", ""), fields.get("HCPC", "")
    if record not in FIRST and record not in CONTINUES:
        return f"the record id is {record!r}, not 3, 4, 7 or 8"
    if not SHAPES[CONTINUES.get(record, record)].fullmatch(code):
        return f"{code!r} is not the shape of a HCPCS {'modifier' if record in '78' else 'code'}"
    for name in DATES:
        try:
            _date(fields.get(name, ""))
        except ValueError:
            return f"{name} is not a date YYYYMMDD: {fields[name]!r}"
    return ""


def _typed(line: int, fields: Fields, parts: list[str], doses: DoseFinder) -> tuple[Any, ...]:
    code, record = fields["HCPC"], FIRST[fields["RECID"]]
    title = " ".join(" ".join(parts).split())
    betos = fields.get("BETOS") or None
    drug = record == "code" and doses.is_drug(code, betos, title)
    quantity, unit = (drug and doses.find(title)) or (None, None)
    # D codes are the ADA's CDT: the number may be shown, its text may not.
    masked = record == "code" and code.startswith("D")
    units = fields.get("ANEST_BU", "")
    return (
        line,
        record,
        code,
        None if masked else title or None,
        None if masked else fields.get("SHORT DESCRIPTION") or None,
        _listed(fields, "PRICE"),
        fields.get("MULT_PI") or None,
        fields.get("STATUTE") or None,
        _listed(fields, "XREF"),
        fields.get("COV") or None,
        fields.get("ASC_GRP") or None,
        betos,
        _listed(fields, "TOS"),
        int(units) if units.isdecimal() else None,
        _date(fields.get("ADD DT", "")),
        _date(fields.get("ACT EFF DT", "")),
        _date(fields.get("TERM DT", "")),
        fields.get("ACTION CD") or None,
        None if masked else quantity,
        None if masked else unit,
    )


def _listed(fields: Fields, name: str) -> list[str]:
    return [value for column in LISTS[name] if (value := fields.get(column))]


@lru_cache(maxsize=4096)
def _date(text: str) -> dt.date | None:
    return parse_yyyymmdd(text)


def _lines(member: Member, options: Mapping[str, Any]) -> Iterator[tuple[int, Fields, str]]:
    """Yield line number, fields by the names of the csv header, and what is wrong with the row as such."""
    if is_xlsx(member) or find_row(head_grid(member), NEEDED[:2]) is not None:
        yield from _grid_lines(member)
    else:
        yield from _fixed_lines(member, options["fixed_width"])


def _grid_lines(member: Member) -> Iterator[tuple[int, Fields, str]]:
    grid = read_grid(member)
    index = find_row(grid, NEEDED[:2])
    if index is None:
        raise member.error("the header row with HCPC and RECID is missing")
    header = [cell.strip() for cell in grid.rows[index]]
    places = locate(member, header, {name: (name,) for name in USED}, NEEDED, grid.lines[index])
    for line, cells in zip(grid.lines[index + 1 :], grid.rows[index + 1 :], strict=True):
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            yield line, dict(zip(header, cells, strict=False)), f"{len(cells)} cells instead of {len(header)}"
        else:
            fields = {name: cells[place].strip() for name, place in places.items()}
            yield line, {**fields, "HCPC": fields["HCPC"].upper()}, ""


def _fixed_lines(member: Member, layout: Mapping[str, list[int]]) -> Iterator[tuple[int, Fields, str]]:
    slices = {name: slice(first - 1, last) for name, (first, last) in layout.items()}
    begun = False
    for number, line in enumerate(member.text().split("\n"), start=1):
        # Above the first record stands the disclaimer.
        begun = begun or _LINE.match(line) is not None
        if begun and line.strip():
            fields = {name: line[place].strip() for name, place in slices.items()}
            yield number, {**fields, "HCPC": fields["HCPC"].upper()}, ""


READER = HcpcsReader()
