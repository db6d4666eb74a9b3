"""Reader of the ICD-10-PCS definitions (XML, root `ICD10PCS.definitions`).

A data row is a `terms` element: one or more titles of values at one position of a section, with a definition,
an explanation and the everyday names that they include. Each title becomes a row of `pcs_definitions`; an
explanation follows its definition on a new line, the names in `includes` are joined with "; ".

The device aggregation table (which specific device counts as which general one) is not read; `checks` counts
its entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from indexer.sources.base import Member, Reading, Reject
from indexer.sources.xml_reader import XmlReader
from indexer.sources.xmlunits import child_text, line_of, text_of, units
from indexer.tables import table_of

Row = tuple[int, str, int, str, str | None, str | None]


class PcsDefinitionsReader(XmlReader):
    """Reads the definitions."""

    root = "ICD10PCS.definitions"

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all terms; `checks` counts sections and the entries of the device aggregation table."""
        table: list[Row] = []
        rejects: list[Reject] = []
        read = sections = 0
        for section in units(member, "section"):
            sections += 1
            for axis in section.findall("axis"):
                for terms in axis.findall("terms"):
                    rows = _rows(terms, section, axis)
                    if isinstance(rows, str):
                        rejects.append(Reject(line_of(terms), rows, text_of(terms)[:120]))
                    else:
                        read += 1
                        table.extend(rows)
        if not sections:
            raise member.error("there is no <section>", mend="download the file again")
        frame = table_of("pcs_definitions", table)
        aggregates = sum(1 for _ in units(member, "aggregate"))
        return Reading(
            {"pcs_definitions": frame}, read, rejects, {"sections": sections, "aggregates": aggregates}
        )


def _rows(terms: Element, section: Element, axis: Element) -> list[Row] | str:
    """Return a row for each title of a `terms` element, or why it cannot be read."""
    code, position = section.get("code", ""), axis.get("pos", "")
    if len(code) != 1 or position not in tuple("1234567"):
        return "the section has no code of one character, or the axis no position from 1 to 7"
    titles = [words for title in terms.findall("title") if (words := text_of(title))]
    if not titles:
        return "the terms have no title"
    said = [words for tag in ("definition", "explanation") if (words := child_text(terms, tag))]
    includes = [words for node in terms.findall("includes") if (words := text_of(node))]
    definition = "\n".join(said) or None
    return [
        (line_of(terms), code, int(position), title, definition, "; ".join(includes) or None)
        for title in titles
    ]


READER = PcsDefinitionsReader()
