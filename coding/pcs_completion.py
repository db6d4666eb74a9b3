"""What keeps seven characters from being an ICD-10-PCS code, as the rows of its table say.

A code is legal if its first three characters name a table and one single row of it holds all of characters 4
to 7 (ICD-10-PCS Official Guidelines, A2 and A9). The tables that are loaded may be older than the order file,
so that what they do not have is never called invalid.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from coding.answer_parts import Choices, Problem
from coding.tree import GONE, node_link, standing
from searchcore.facts import Facts

SYSTEM = "ICD10PCS"
MOST_CHOICES = 24
_OF_TABLE = 3
_MOST_VALUES = 8


def problem_of_unknown(facts: Facts, code: str, day: dt.date) -> tuple[Problem, Choices | None]:
    """Return which character which row of the table does not allow, and existing codes that are nearest."""
    table = code[:_OF_TABLE]
    rows = facts.rows("pcs_rows", table=table)
    if not rows:
        return Problem("no_table", f"The loaded tables have no table {table}."), None
    release = rows[0]["release"]
    row, wrong = min(((row, _wrong(row, code)) for row in rows), key=lambda item: len(item[1]))
    if not wrong:
        said = f"Row {row['row']} of table {table} in {release} allows it, but no loaded order file has it."
        return Problem("not_in_order_file", said), None
    labels = facts.rows("pcs_labels", table=table)
    told = "; ".join(_not_allowed(labels, row, code, place) for place in wrong)
    none = f"No row of table {table} in {release} holds characters 4 to 7"
    said = f"{none}. In the nearest, row {row['row']}: {told}."
    return Problem("not_in_table", said), _nearest(facts, row, code, wrong, day)


def _axes(row: dict[str, Any]) -> list[str]:
    return str(row["axes"]).split("/")


def _wrong(row: dict[str, Any], code: str) -> list[int]:
    """Return the places (from 0) of characters that a row does not allow."""
    return [place for place, values in enumerate(_axes(row), _OF_TABLE) if code[place] not in values]


def _not_allowed(labels: list[dict[str, Any]], row: dict[str, Any], code: str, place: int) -> str:
    values = _axes(row)[place - _OF_TABLE]
    known = {
        label["value"]: label
        for label in labels
        if label["row"] == row["row"] and label["position"] == place + 1
    }
    axis = next((f" ({label['axis'].lower()})" for label in known.values()), "")
    listed = [f"{value} {known[value]['label']}" if value in known else value for value in values]
    more = f" and {len(listed) - _MOST_VALUES} more" if len(listed) > _MOST_VALUES else ""
    return (
        f"character {place + 1}{axis} is {code[place]}, allowed are {', '.join(listed[:_MOST_VALUES])}{more}"
    )


def _nearest(facts: Facts, row: dict[str, Any], code: str, wrong: list[int], day: dt.date) -> Choices | None:
    """Return the codes of the order file that differ only in the first character that is not allowed."""
    if len(wrong) > 1:
        return None
    (place,) = wrong
    tries = [code[:place] + value + code[place + 1 :] for value in _axes(row)[place - _OF_TABLE]]
    versions: dict[str, list[dict[str, Any]]] = {}
    for found in facts.rows("node", system=SYSTEM, code=tries):
        versions.setdefault(found["code"], []).append(found)
    nodes = [standing(each, day) for each in versions.values()]
    links = sorted((node_link(*n) for n in nodes if n[1] not in GONE), key=lambda link: link.code)
    return Choices("nearest", tuple(links[:MOST_CHOICES]), len(links)) if links else None
