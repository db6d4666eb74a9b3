"""Reader of the ICD-10-CM tabular list (XML, root `ICD10CM.tabular`).

A data row is a `diag` element. Chapters, sections and codes become nodes of one tree with typed ids (`ch:1`,
`sec:A00-A09`, `A000`), because a section and a category may share a code (section B20 holds category B20).
Notes carry the element name as their type and stand at the node where they are written; whoever shows a code
inherits them from its ancestors. The same holds for 7th characters: the nearest ancestor that defines them
decides. Most codes with a 7th character are not in this file; the order file has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import polars as pl

from indexer.sources.base import Member, Reading, Reject
from indexer.sources.icd_refs import note_references
from indexer.sources.shapes import ICD10CM
from indexer.sources.xml_reader import XmlReader
from indexer.sources.xmlunits import (
    child_text,
    collection_paused,
    line_of,
    text_of,
    units,
)
from indexer.tables import table_of

_RANGE = re.compile(r"\(([A-Z][0-9A][0-9A-Z])(?:-([A-Z][0-9A][0-9A-Z]))?\)\s*$")
# An element may hold text and further elements; these hold no notes of their own.
_STRUCTURE = ("name", "desc", "diag", "section", "sectionIndex")


class TabularReader(XmlReader):
    """Reads the tabular list into nodes, notes and 7th characters."""

    root = "ICD10CM.tabular"

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all chapters; `checks` counts them, sections, notes and nodes that define 7th characters."""
        tables = _Tables()
        chapters = 0
        with collection_paused():
            for chapter in units(member, "chapter"):
                chapters += 1
                tables.add_chapter(chapter, position=chapters)
            frames = tables.frames()
        if not chapters:
            raise member.error("the tabular list has no <chapter>", mend="download the file again")
        checks = {
            "chapters": chapters,
            "sections": int((frames["icd_nodes"]["node_type"] == "section").sum()),
            "notes": frames["icd_notes"].height,
            "seventh_characters": frames["icd_seventh"]["node"].n_unique(),
        }
        return Reading(frames, tables.rows, tables.rejects, checks)


class _Tables:
    """Rows of the three tables, gathered along the tree."""

    def __init__(self) -> None:
        self.nodes: list[tuple[int, str, str, str | None, str | None, str]] = []
        self.notes: list[tuple[int, str, str, str, list[str]]] = []
        self.seventh: list[tuple[int, str, str, str]] = []
        self.rejects: list[Reject] = []
        self.rows = 0

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the tables."""
        return {
            "icd_nodes": table_of("icd_nodes", self.nodes),
            "icd_notes": table_of("icd_notes", self.notes),
            "icd_seventh": table_of("icd_seventh", self.seventh),
        }

    def add_chapter(self, chapter: Element, *, position: int) -> None:
        """Add a chapter with all below it; a chapter without a name takes its position."""
        node = f"ch:{child_text(chapter, 'name') or position}"
        self.nodes.append((line_of(chapter), node, "chapter", None, None, child_text(chapter, "desc")))
        self._add_notes(chapter, node)
        for section in chapter.findall("section"):
            self._add_section(section, node)
        for diag in chapter.findall("diag"):
            self._add_diag(diag, node)

    def _add_section(self, section: Element, parent: str) -> None:
        node = f"sec:{_section_range(section)}"
        self.nodes.append((line_of(section), node, "section", None, parent, child_text(section, "desc")))
        self._add_notes(section, node)
        for diag in section.findall("diag"):
            self._add_diag(diag, node)

    def _add_diag(self, diag: Element, parent: str) -> None:
        """Add a code; codes below one that does not parse hang on its parent."""
        name, title = child_text(diag, "name"), child_text(diag, "desc")
        code = name.replace(".", "").upper()
        here = parent
        if not ICD10CM.match(code):
            self.rejects.append(Reject(line_of(diag), "the name is no ICD-10-CM code", name[:120]))
        elif not title:
            self.rejects.append(Reject(line_of(diag), "the code has no title", name[:120]))
        else:
            here = code
            self.rows += 1
            self.nodes.append((line_of(diag), code, "code", code, parent, title))
            self._add_notes(diag, code)
        for child in diag.findall("diag"):
            self._add_diag(child, here)

    def _add_notes(self, holder: Element, node: str) -> None:
        for group in holder:
            if group.tag in _STRUCTURE:
                continue
            for note in group.findall("note"):
                text = text_of(note)
                self.notes.append((line_of(note), node, group.tag, text, note_references(text)))
            if group.tag == "sevenChrDef":
                self.seventh.extend(_seventh_characters(group, node))
            elif group.tag == "visualImpairment":
                self.notes.extend((line, node, group.tag, text, []) for line, text in _impairments(group))


def _section_range(section: Element) -> str:
    """Return the range of a section, `A00-A09`; `B20-B20` also where the file names the one category."""
    named = section.get("id", "").replace(" ", "")
    if not named and (found := _RANGE.search(child_text(section, "desc"))):
        named = f"{found[1]}-{found[2] or found[1]}"
    if not named:
        return f"line-{line_of(section)}"
    return named if "-" in named else f"{named}-{named}"


def _seventh_characters(group: Element, node: str) -> Iterator[tuple[int, str, str, str]]:
    for extension in group.findall("extension"):
        char = extension.get("char", "").strip().upper()
        if char:
            yield line_of(extension), node, char, text_of(extension)


def _impairments(table: Element) -> Iterator[tuple[int, str]]:
    """Yield the rows of the table of visual impairment as text: the category, then its ranges of acuity."""
    for category in table.findall("visCategory"):
        value = child_text(category, "value")
        ranges = [
            " to ".join(words for end in ("visMax", "visMin") if (words := child_text(limits, end)))
            for limits in category.findall("visRange")
        ]
        if value:
            yield line_of(category), f"Category {value}: {'; '.join(ranges)}"


READER = TabularReader()
