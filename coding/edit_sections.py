"""Sections of a PTP edit: what it means on the day, its rows over time, and the pair the other way round."""

from __future__ import annotations

import datetime as dt

from coding.detail import Cell, Link, Section
from coding.procedure_sections import code_link
from searchcore.library import Library
from searchcore.result import Record


def edit_sections(library: Library, record: Record, day: dt.date) -> list[Section]:
    """Return the sections of a PTP edit. That there is none proves nothing about billing two codes."""
    first, _, second = record.code.partition("/")
    indicator = library.facet_label("ptp_edit", "indicator", str(record.fields.get("indicator") or ""))
    meaning = (
        (Cell("Column 1, eligible for payment"), Cell(first, code_link(first))),
        (Cell("Column 2, denied with it"), Cell(second, code_link(second))),
        (Cell("Modifier indicator"), Cell(indicator)),
        (
            Cell("Rationale"),
            Cell(library.facet_label("ptp_edit", "rationale", str(record.fields.get("rationale") or ""))),
        ),
    )
    swapped = library.representatives("ptp_edit", f"{second}/{first}", [record.system], day)
    other = tuple(
        (
            Cell(f"{second} / {first}", Link("ptp_edit", found.system, found.code, found.display)),
            Cell(found.status),
        )
        for found in swapped
    )
    warning = (
        "Both orders are in force on this day: report both."
        if record.status == "active" and any(f.status == "active" for f in swapped)
        else ""
    )
    return [
        Section("edit", "The edit", ("what", "value"), meaning),
        Section("swapped", "The pair the other way round", ("pair", "on the day"), other, (), warning),
    ]
