"""What must be said of a record at first sight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from searchcore.codes import SYSTEMS
from searchcore.facts import Facts
from searchcore.result import Record, Successor

HEADER = "A header: it exists, but cannot be billed. Choose one of the codes below it."
_ONE_DAY = dt.timedelta(days=1)


def headline(
    facts: Facts, record: Record, successors: Sequence[Successor], carried: str | None, day: dt.date
) -> tuple[str, ...]:
    """Return the sentences, most urgent first."""
    lines = [*_status_lines(record, day), *_summary(facts, record)]
    changed = sorted({found.unit_change for found in successors if found.unit_change})
    lines += [f"The unit changed: {text}." for text in changed]
    if carried:
        lines.append(f"Carried forward from {carried}: no later release is loaded that speaks of {day}.")
    if record.title is None and record.kind == "code":
        lines.append(_without_text(record))
    return tuple(lines)


def _status_lines(record: Record, day: dt.date) -> list[str]:
    name = SYSTEMS[record.system].name
    if record.status == "deleted":
        if record.fields.get("never"):
            return ["This edit was never in force (indicator 9, or it ended on the day it began)."]
        if record.valid_to is None:
            return [f"This {name} record is no longer in force on {day}."]
        last, gone = record.valid_to, record.valid_to + _ONE_DAY
        surely = "" if record.end == "known" else " (or earlier: it is missing from the next loaded release)"
        return [f"Deleted since {gone}; the last usable day was {last}{surely}."]
    if record.status == "future":
        return [f"Not yet in force on {day}; valid from {record.valid_from}."]
    if record.status == "header":
        return [HEADER]
    if record.status == "unknown":
        return [_unknown(record, day)]
    return []


def _unknown(record: Record, day: dt.date) -> str:
    evidence = record.fields.get("evidence")
    if evidence:
        return f"Status not known on {day}: {evidence}."
    if record.valid_from is None:
        return f"Status not known on {day}: no loaded release gives its start."
    return f"Status not known on {day}: the oldest loaded release that has it begins {record.valid_from}."


def _without_text(record: Record) -> str:
    if record.system == "CPT":
        return "No descriptor is loaded: CPT texts belong to the AMA. Number, dates and indicators are facts."
    if record.code.startswith("D"):
        return "No descriptor is shown: CDT texts belong to the ADA. Number, dates and indicators are facts."
    return "No loaded file gives its text: other files only name the code."


def _summary(facts: Facts, record: Record) -> list[str]:
    """Return the hand-kept sentence about what took the place of an ended code."""
    if record.status != "deleted":
        return []
    rows = facts.rows("successor", system=record.system, code=record.code)
    return list(dict.fromkeys(row["summary"] for row in rows if row["summary"]))
