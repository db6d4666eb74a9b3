"""What the characters of an ICD-10-PCS code mean."""

from __future__ import annotations

from typing import Any

from coding.detail import Cell, Section
from searchcore.library import Library
from searchcore.result import Record

_OF_TABLE = 3
_COLUMNS = ("position", "axis", "value", "meaning")
NO_ROW = "No single row of the table holds characters 4 to 7: only what they mean in every row is shown."


def pcs_axes(library: Library, record: Record) -> Section:
    """Return what each of the seven characters of an ICD-10-PCS code means.

    A value can mean two things in two rows of a table, so the labels of characters 4 to 7 come from the one
    row that holds them all. Where there is none (tables older than the code), a value is shown only if it
    means the same in the whole table.
    """
    table = record.code[:_OF_TABLE]
    labels = library.facts.rows("pcs_labels", table=table)
    row = _row_of(library, record.code)
    found = [_label(labels, position, value, row) for position, value in enumerate(record.code, start=1)]
    cells = tuple(
        (Cell(str(label["position"])), Cell(label["axis"]), Cell(label["value"]), Cell(label["label"]))
        for label in found
        if label
    )
    source = tuple(dict.fromkeys(label["release"] for label in found if label))
    whole = row is not None or len(record.code) <= _OF_TABLE or not cells
    return Section("axes", "Character by character", _COLUMNS, cells, source, "" if whole else NO_ROW)


def _row_of(library: Library, code: str) -> int | None:
    """Return the number of the table row that holds characters 4 to 7 of a code."""
    ends = code[_OF_TABLE:]
    for row in library.facts.rows("pcs_rows", table=code[:_OF_TABLE]):
        axes = row["axes"].split("/")
        if len(axes) == len(ends) and all(value in values for value, values in zip(ends, axes, strict=True)):
            return int(row["row"])
    return None


def _label(labels: list[dict[str, Any]], position: int, value: str, row: int | None) -> dict[str, Any] | None:
    mine = [label for label in labels if (label["position"], label["value"]) == (position, value)]
    if len({(label["axis"], label["label"]) for label in mine}) > 1:
        mine = [label for label in mine if label["row"] == row]
    return mine[0] if mine else None
