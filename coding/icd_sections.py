"""Sections of an ICD-10 code: notes with inheritance, 7th characters, index, conversions, GEMs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from coding.detail import Cell, Link, Section
from coding.pcs_sections import pcs_axes
from coding.releases import rows_on, said_of
from coding.tree import below
from searchcore.codes import Status, display_form
from searchcore.library import Library
from searchcore.result import Record

_NOTE_NAMES = {
    "includes": "Includes",
    "inclusionTerm": "Inclusion term",
    "excludes1": "Excludes1: not coded here",
    "excludes2": "Excludes2: may be coded too",
    "codeFirst": "Code first",
    "useAdditionalCode": "Use additional code",
    "codeAlso": "Code also",
    "notes": "Note",
    "sevenChrNote": "7th character",
    "sevenChrDef": "7th character",
    "visualImpairment": "Note",
}
_OWN_ONLY = {"inclusionTerm"}
GEM_NOTE = "GEMs ended with 2018: approximate, and not current."


def node_chain(library: Library, code: str) -> list[dict[str, Any]]:
    """Return the tabular nodes of a code from its own (or the one that it completes) up to the chapter."""
    chain: list[dict[str, Any]] = []
    for length in range(len(code), 2, -1):
        rows = library.facts.rows("icd_nodes", node=code[:length])
        if rows:
            chain = [rows[0]]
            break
    while chain and chain[-1]["parent"] and len(chain) < 12:
        above = library.facts.rows("icd_nodes", node=chain[-1]["parent"])
        if not above:
            break
        chain.append(above[0])
    return chain


def icd_sections(library: Library, record: Record, day: dt.date) -> list[Section]:
    """Return the sections of an ICD-10-CM or ICD-10-PCS record."""
    if record.system == "ICD10PCS":
        return [pcs_axes(library, record)]
    chain = node_chain(library, record.code)
    return [
        notes(library, chain, day),
        seventh_characters(library, record, chain, day),
        index_entries(library, record),
        conversions(library, record),
        gem_mappings(library, record),
    ]


def notes(library: Library, chain: list[dict[str, Any]], day: dt.date) -> Section:
    """Return the notes of a code and those it inherits from every node above it, nearest first."""
    rows, sources, caution = [], [], ""
    for depth, node in enumerate(chain):
        found = rows_on(library, library.facts.rows("icd_notes", node=node["node"]), day)
        for note in found:
            if depth and note["note_type"] in _OWN_ONLY:
                continue
            name = _NOTE_NAMES.get(note["note_type"], note["note_type"])
            rows.append((Cell(name), Cell(note["text"]), Cell("here" if depth == 0 else _node_name(node))))
            sources.append(note["release"])
            caution = said_of(library, note["release"], day)
    return Section(
        "notes", "Notes", ("note", "text", "from"), tuple(rows), tuple(dict.fromkeys(sources)), caution
    )


def _node_name(node: dict[str, Any]) -> str:
    """Return how people call a node: its code, `chapter 4`, or the range of its section."""
    if node["code"]:
        return display_form("ICD10CM", node["code"])
    name = str(node["node"]).partition(":")[2]
    return f"chapter {name}" if node["node_type"] == "chapter" else name


def seventh_characters(
    library: Library, record: Record, chain: list[dict[str, Any]], day: dt.date
) -> Section:
    """Return the 7th characters that hold for a code: those of the nearest node that defines any.

    Where the code is complete but for them, each comes with the code that it gives, if that one exists.
    """
    columns = ("character", "meaning", "gives")
    base = record.code[:6].ljust(6, "X")
    header = _header_of(library, base)
    existing = {
        row["code"]: row
        for row, status in below(library.facts, record.system, [header], day)
        if status not in (Status.DELETED, Status.FUTURE)
    }
    for node in chain:
        found = rows_on(library, library.facts.rows("icd_seventh", node=node["node"]), day)
        if found:
            rows = tuple(
                (Cell(row["char"]), Cell(row["meaning"]), _completion(existing, base + row["char"]))
                for row in found
            )
            note = f"Defined at {_node_name(node)}. Bill only completions that exist."
            return Section("seventh_character", "7th characters", columns, rows, (found[0]["release"],), note)
    return Section("seventh_character", "7th characters", columns, ())


def _header_of(library: Library, base: str) -> str:
    """Return the header that 7th characters complete: `base` itself, or what it is without placeholders."""
    for length in range(len(base), 2, -1):
        if library.facts.rows("node", system="ICD10CM", code=base[:length]):
            return base[:length]
    return base


def _completion(existing: dict[str, dict[str, Any]], code: str) -> Cell:
    if not any(len(known) == 7 for known in existing):
        return Cell("")
    if code not in existing:
        return Cell("does not exist")
    display = display_form("ICD10CM", code)
    return Cell(display, Link("code", "ICD10CM", code, display, existing[code]["title"]))


def index_entries(library: Library, record: Record) -> Section:
    """Return the paths of the alphabetic and other indexes that lead to the code."""
    rows = library.facts.rows("icd_index", code=record.code)[:60]
    cells = tuple(
        (Cell(f"{row['path']}" + (f" ({row['column'].replace('_', ' ')})" if row["column"] else "")),)
        for row in rows
    )
    return Section("index", "In the index", (), cells, tuple(dict.fromkeys(row["release"] for row in rows)))


def conversions(library: Library, record: Record) -> Section:
    """Return from which codes a new code came."""
    rows = library.facts.rows("icd_conversion", code=record.code)
    newest = [row for row in rows if row["release"] == rows[-1]["release"]]
    cells = []
    for row in newest:
        for previous in row["previous"] or []:
            link = Link("code", "ICD10CM", previous, display_form("ICD10CM", previous))
            cells.append((Cell(link.display, link), Cell(row["effective"] or "")))
    source = tuple(dict.fromkeys(f"{row['release']}#{row['row']}" for row in newest))
    return Section("conversion", "Before that", ("former code", "new code since"), tuple(cells), source)


def gem_mappings(library: Library, record: Record) -> Section:
    """Return the ICD-9-CM codes that the General Equivalence Mappings give."""
    rows = [
        row
        for row in library.facts.rows("gem", source=record.code)
        if row["release"].startswith("gem-cm-10to9")
    ]
    titles = (
        {
            row["code"]: row["title"]
            for row in library.facts.rows("icd9_titles", code=[row["target"] for row in rows])
        }
        if rows
        else {}
    )
    cells = tuple(
        (
            Cell("no match" if row["no_map"] else row["target"]),
            Cell(titles.get(row["target"], "")),
            Cell("approximate" if row["approximate"] else "equal"),
            Cell(f"scenario {row['scenario']}, choice {row['choice']}" if row["combination"] else ""),
        )
        for row in rows
    )
    source = tuple(dict.fromkeys(f"{row['release']}#{row['row']}" for row in rows))
    return Section(
        "icd9", "ICD-9-CM", ("code", "title", "match", "combination"), cells, source, GEM_NOTE if rows else ""
    )
