"""Sections of a coverage document: its codes, the paragraphs of its groups, related documents."""

from __future__ import annotations

from typing import Any

from coding.detail import Cell, Link, Section
from searchcore.codes import display_form
from searchcore.library import Library
from searchcore.result import Record

_MOST = 500
GROUP_NOTE = "Equal group numbers do not prove that codes and diagnoses belong together: read the paragraph."


def coverage_sections(library: Library, record: Record) -> list[Section]:
    """Return the sections of an LCD, NCD or article."""
    return [
        _document(record),
        _paragraphs(library, record),
        _codes(library, record),
        _related(library, record),
    ]


def _document(record: Record) -> Section:
    rows = [
        (Cell(name), Cell(str(record.fields[name])))
        for name in ("version", "status", "url")
        if record.fields.get(name)
    ]
    contractors = record.fields.get("contractor") or []
    rows += [(Cell("contractor"), Cell(name)) for name in contractors]
    return Section("document", "Document", ("what", "value"), tuple(rows))


def _paragraphs(library: Library, record: Record) -> Section:
    rows = library.facts.rows("mcd_groups", document=record.code)
    cells = tuple(
        (
            Cell(row["role"] or ""),
            Cell(row["group"] or ""),
            Cell(row["paragraph"] or ""),
            Cell(row["asterisk"] or ""),
        )
        for row in rows
    )
    return Section(
        "groups",
        "Groups",
        ("what", "group", "paragraph", "asterisk"),
        cells,
        _source(rows),
        GROUP_NOTE if rows else "",
    )


def _codes(library: Library, record: Record) -> Section:
    rows = library.facts.rows("mcd_codes", document=record.code)
    cells = []
    for row in rows[:_MOST]:
        system = row["system"] or ""
        link = (
            Link("code", system, row["code"], display_form(system, row["code"]))
            if system in ("ICD10CM", "ICD10PCS", "HCPCS", "CPT")
            else None
        )
        cells.append(
            (
                Cell(link.display if link else row["code"] or "", link),
                Cell(row["role"] or ""),
                Cell(row["group"] or ""),
            )
        )
    note = f"{len(rows)} codes; the first {_MOST} are shown" if len(rows) > _MOST else ""
    return Section("codes", "Codes listed", ("code", "listed as", "group"), tuple(cells), _source(rows), note)


def _related(library: Library, record: Record) -> Section:
    rows = library.facts.rows("mcd_related", document=record.code) + library.facts.rows(
        "mcd_related", related=record.code
    )
    others = dict.fromkeys(
        row["related"] if row["document"] == record.code else row["document"] for row in rows
    )
    cells = tuple(
        (Cell(name, Link("coverage", "LCD" if "L" in name[:2] else "ARTICLE", name, name)),)
        for name in others
        if name
    )
    return Section("related", "Related documents", (), cells, _source(rows))


def _source(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["release"] for row in rows))
