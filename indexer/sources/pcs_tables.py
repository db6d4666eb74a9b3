"""Reader of the ICD-10-PCS tables (XML, root `ICD10PCS.tabular`).

A data row is a `pcsRow`: one list of values for each of characters 4 to 7, any combination of which is a
valid code of its table (characters 1 to 3). Values of different rows must not be combined. `axes` holds the
four lists, values run together, a slash between: `6/034/7JK/0123`.

Labels belong to the row in which they stand: within one table the same value of character 7 may mean two
things in two rows. Hence `pcs_labels.row` is the row of `pcs_rows` for characters 4 to 7, and the line of
the `pcsTable` for characters 1 to 3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from indexer.sources.base import Member, Reading, Reject
from indexer.sources.shapes import ICD10PCS_TABLE
from indexer.sources.xml_reader import XmlReader
from indexer.sources.xmlunits import (
    child_text,
    collection_paused,
    line_of,
    text_of,
    units,
)
from indexer.tables import table_of

_VALUE = re.compile(r"^[0-9A-HJ-NP-Z]$")

Axis = tuple[int, str, list[tuple[str, str]]]


class PcsTablesReader(XmlReader):
    """Reads the tables into rows of axes and labels."""

    root = "ICD10PCS.tabular"

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; `checks` gives the tables and `billable`, the number of codes that all rows make.

        A row whose axes do not make as many codes as it says is rejected.
        """
        rows = _Rows()
        with collection_paused():
            for table in units(member, "pcsTable"):
                rows.add_table(table)
        if not rows.tables:
            raise member.error("there is no <pcsTable>", mend="download the file again")
        frames = {
            "pcs_rows": table_of("pcs_rows", rows.rows),
            "pcs_labels": table_of("pcs_labels", rows.labels),
        }
        checks = {"tables": rows.tables, "billable": int(frames["pcs_rows"]["codes"].sum())}
        return Reading(frames, len(rows.rows), rows.rejects, checks)


class _Rows:
    def __init__(self) -> None:
        self.rows: list[tuple[int, str, int, str]] = []
        self.labels: list[tuple[int, str, int, str, str, str]] = []
        self.rejects: list[Reject] = []
        self.tables = 0

    def add_table(self, table: Element) -> None:
        """Add a table; without three good axes of its own, all its rows are rejected."""
        self.tables += 1
        axes = _axes(table)
        code = "".join(values[0][0] for _, _, values in axes if len(values) == 1)
        good = [position for position, _, _ in axes] == [1, 2, 3] and ICD10PCS_TABLE.match(code)
        if good:
            self._add_labels(line_of(table), code, axes)
        for row in table.findall("pcsRow"):
            reason = (
                self._add_row(row, code)
                if good
                else "the table has not one value for each of characters 1 to 3"
            )
            if reason:
                self.rejects.append(Reject(line_of(row), reason, f"table {code}"))

    def _add_row(self, row: Element, table: str) -> str | None:
        """Add a row; return why it cannot be read, None if it can."""
        axes = _axes(row)
        if [position for position, _, _ in axes] != [4, 5, 6, 7]:
            return "the row has not the axes 4, 5, 6 and 7"
        lists = ["".join(value for value, _ in values) for _, _, values in axes]
        if any(not all(_VALUE.match(value) for value, _ in values) for _, _, values in axes):
            return "a value is not one character, a digit or a letter but I and O"
        if any(len(set(values)) != len(values) for values in lists):
            return "an axis gives a value twice"
        made = math.prod(len(values) for values in lists)
        said = row.get("codes", "")
        if said != str(made):
            return f"the row says {said or 'nothing'} codes, its axes make {made}"
        self.rows.append((line_of(row), table, made, "/".join(lists)))
        self._add_labels(line_of(row), table, axes)
        return None

    def _add_labels(self, line: int, table: str, axes: list[Axis]) -> None:
        for position, title, values in axes:
            self.labels.extend((line, table, position, value, title, label) for value, label in values)


def _axes(holder: Element) -> list[Axis]:
    """Return position (0 if not a number), title and (value, label) of the axes of a table or a row."""
    axes = []
    for axis in holder.findall("axis"):
        position = axis.get("pos", "")
        values = [(label.get("code", ""), text_of(label)) for label in axis.findall("label")]
        axes.append((int(position) if position.isdecimal() else 0, child_text(axis, "title"), values))
    return axes


READER = PcsTablesReader()
