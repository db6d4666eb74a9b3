"""Sections of a HCPCS code or CPT number: fee schedule, MUE, add-on edits, PTP edits, coverage, drugs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from coding.detail import Cell, Link, Section
from coding.releases import rows_on, said_of
from searchcore.codes import is_cpt_number
from searchcore.library import Library
from searchcore.result import Record

_SETTINGS = {
    "ncci-mue-practitioner": "practitioner",
    "ncci-mue-hospital": "outpatient hospital",
    "ncci-mue-dme": "DME supplier",
}
_SETS = {"PTPPRA": "practitioner", "PTPOPH": "outpatient hospital"}
_MOST = 200


def procedure_sections(library: Library, record: Record, day: dt.date) -> list[Section]:
    """Return the sections of a HCPCS or CPT record."""
    return [
        details(library, record),
        fee_schedule(library, record, day),
        mue(library, record, day),
        add_on(library, record, day),
        edits(library, record, day),
        coverage(library, record),
        drugs(library, record),
    ]


def code_link(code: str) -> Link:
    """Return the link to a HCPCS code or CPT number."""
    return Link("code", "CPT" if is_cpt_number(code) else "HCPCS", code, code)


def details(library: Library, record: Record) -> Section:
    """Return the single values of a code that have no table of their own."""
    fields = record.fields
    rows = []
    if fields.get("dose_quantity") is not None:
        rows.append(
            (
                Cell("One unit is"),
                Cell(f"{fields['dose_quantity']:g} {fields.get('dose_unit') or ''}".strip()),
            )
        )
    for name in ("coverage", "betos", "pricing"):
        values = fields.get(name)
        for value in values if isinstance(values, (list, tuple)) else [values] if values else []:
            rows.append((Cell(name), Cell(library.facet_label(record.kind, name, value))))
    for name, label in (
        ("family", "Family"),
        ("action", "Last action"),
        ("action_date", "Last action on"),
        ("statute", "Statute"),
    ):
        if fields.get(name):
            rows.append((Cell(label), Cell(str(fields[name]))))
    if fields.get("xref"):
        rows.append((Cell("Cross reference"), Cell(", ".join(fields["xref"]))))
    return Section("details", "Details", ("what", "value"), tuple(rows))


def fee_schedule(library: Library, record: Record, day: dt.date) -> Section:
    """Return the fee schedule rows of the release of the day, one a modifier. RVUs, not amounts."""
    rows = rows_on(library, library.facts.rows("rvu", code=record.code), day)
    columns = (
        "modifier",
        "status",
        "work RVU",
        "non-facility total",
        "facility total",
        "global days",
        "PC/TC",
        "bilateral",
    )
    cells = []
    for row in rows:
        # Status J (anesthesia) prints zeros that are no RVUs; a zero there must not read as free.
        paid = row["status"] != "J"
        rvus = [
            _number(row[name]) if paid else "" for name in ("work", "total_nonfacility", "total_facility")
        ]
        label = library.facet_label("code", "payment_status", row["status"] or "")
        facts = [row["global_days"], row["pctc"], row["bilateral"]]
        cells.append(tuple(Cell(str(text or "")) for text in (row["modifier"], label, *rvus, *facts)))
    source = tuple(f"{row['release']}#{row['row']}" for row in rows)
    return Section(
        "fee_schedule", "Fee schedule", columns, tuple(cells), source, _caution(library, rows, day)
    )


def mue(library: Library, record: Record, day: dt.date) -> Section:
    """Return the medically unlikely edits per setting. No row means no published limit, never unlimited."""
    rows = rows_on(library, library.facts.rows("mue", code=record.code), day)
    cells = tuple(
        (
            Cell(_SETTINGS.get(row["release"].partition("/")[0], row["release"])),
            Cell(str(row["value"])),
            Cell(library.facet_label("code", "mue_basis", str(row["basis"]))),
            Cell(row["rationale"] or ""),
        )
        for row in rows
    )
    note = _caution(library, rows, day)
    return Section(
        "mue",
        "Medically unlikely edits",
        ("setting", "units", "applies", "rationale"),
        cells,
        _sources(rows),
        note,
    )


def add_on(library: Library, record: Record, day: dt.date) -> Section:
    """Return the add-on edits in which a code is the add-on or the primary, in force on the day."""
    rows = library.facts.rows("aoc", add_on=record.code) + library.facts.rows("aoc", primary=record.code)
    cells, used = [], []
    for row in rows:
        begins, ends = row["effective"], row["deletion"]
        if begins and ends and ends <= begins:
            continue
        live = (not begins or begins <= day.isoformat()) and (not ends or ends >= day.isoformat())
        other = row["primary"] if row["add_on"] == record.code else row["add_on"]
        role = "add-on to" if row["add_on"] == record.code else "primary of"
        link = None if other == "CCCCC" else code_link(other)
        shown = "whatever the contractor defines" if other == "CCCCC" else other
        cells.append(
            (
                Cell(role),
                Cell(shown, link),
                Cell(row["edit_type"] or ""),
                Cell("in force" if live else f"ended {ends}" if ends else f"from {begins}"),
            )
        )
        used.append(row)
    note = "" if len(cells) <= _MOST else f"{len(cells)} rows; the first {_MOST} are shown"
    return Section(
        "add_on",
        "Add-on edits",
        ("role", "code", "type", "on the day"),
        tuple(cells[:_MOST]),
        _sources(used[:3]),
        note,
    )


def edits(library: Library, record: Record, day: dt.date) -> Section:
    """Return how many PTP rows name a code, per set."""
    rows = library.facts.rows("ptp_count", code=record.code)
    cells = tuple(
        (
            Cell(_SETS[row["system"]]),
            Cell(f"{row['as_column_1']:,}"),
            Cell(f"{row['as_column_2']:,}"),
            Cell(f"{row['not_ended']:,}"),
            Cell(row["last_end"] or ""),
        )
        for row in rows
    )
    columns = ("set", "rows in column 1", "rows in column 2", "not ended", "newest end")
    return Section(
        "edits",
        "PTP edits",
        columns,
        cells,
        tuple(row["release"] for row in rows),
        _caution(library, rows, day),
    )


def coverage(library: Library, record: Record) -> Section:
    """Return the coverage documents that list a code."""
    rows = library.facts.rows("mcd_codes", code=record.code)
    seen = dict.fromkeys((row["document"], row["role"] or "") for row in rows)
    cells = []
    for document, role in seen:
        system = "LCD" if "L" in document[:2] else "ARTICLE"
        cells.append((Cell(document, Link("coverage", system, document, document)), Cell(role)))
    return Section(
        "coverage", "Coverage documents", ("document", "listed as"), tuple(cells), _sources(rows[:1])
    )


def drugs(library: Library, record: Record) -> Section:
    """Return the drug products of the ASP crosswalk."""
    rows = library.facts.rows("ndc", code=record.code)[:_MOST]
    cells = tuple(
        (
            Cell(row["ndc"] or ""),
            Cell(row["drug"] or ""),
            Cell(row["labeler"] or ""),
            Cell(row["dosage"] or ""),
        )
        for row in rows
    )
    return Section(
        "drugs", "Drug products (NDC)", ("NDC", "drug", "labeler", "billing unit"), cells, _sources(rows[:1])
    )


def _caution(library: Library, rows: list[dict[str, Any]], day: dt.date) -> str:
    return said_of(library, rows[0]["release"], day) if rows else ""


def _sources(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{row['release']}#{row['row']}" for row in rows))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
