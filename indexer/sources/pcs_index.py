"""Reader of the ICD-10-PCS index (XML, root `ICD10PCS.index`).

A data row is a `mainTerm` or `term` element. `path` is the chain of terms, joined with ", "; a term without a
title has its parent's path. `code` is a full code of seven characters or its beginning (three characters name
a table). `see` names another term, `use` the value whose name the classification uses for this term.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from indexer.sources.base import Member, Reading, Reject
from indexer.sources.xml_reader import XmlReader
from indexer.sources.xmlunits import (
    child_text,
    collection_paused,
    line_of,
    text_of,
    units,
)
from indexer.tables import table_of

_CODE = re.compile(r"^[0-9A-HJ-NP-Z]{3,7}$")
_CODED = ("code", "codes", "tab")


class PcsIndexReader(XmlReader):
    """Reads the index into paths with codes and directions."""

    root = "ICD10PCS.index"

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all terms; `checks` counts the main terms."""
        rows = _Rows()
        main_terms = 0
        with collection_paused():
            for term in units(member, "mainTerm"):
                main_terms += 1
                rows.add_term(term, above="")
        if not main_terms:
            raise member.error("the index has no <mainTerm>", mend="download the file again")
        frame = table_of("pcs_index", rows.table)
        return Reading({"pcs_index": frame}, rows.read, rows.rejects, {"main_terms": main_terms})


class _Rows:
    def __init__(self) -> None:
        self.table: list[tuple[int, str, str | None, str | None, str | None]] = []
        self.rejects: list[Reject] = []
        self.read = 0

    def add_term(self, term: Element, above: str) -> None:
        """Add a term and all below it; `above` is its parent's path."""
        title = child_text(term, "title")
        path = f"{above}, {title}" if above and title else title or above
        reason = self._add(term, path) if path else "the main term has no title"
        if reason:
            self.rejects.append(Reject(line_of(term), reason, path[:120]))
        else:
            self.read += 1
        for child in term.findall("term"):
            self.add_term(child, path)

    def _add(self, term: Element, path: str) -> str | None:
        """Add the rows of one term; return why it cannot be read, None if it can."""
        see = "; ".join(text_of(node) for node in term.findall("see")) or None
        use = "; ".join(text_of(node) for node in term.findall("use")) or None
        holders = [term, *(node for node in term if node.tag in ("see", "use"))]
        codes = [text_of(node).upper() for holder in holders for node in holder if node.tag in _CODED]
        if bad := next((code for code in codes if not _CODE.match(code)), None):
            return f"this is no ICD-10-PCS code or its beginning: {bad[:40]}"
        if codes:
            self.table.extend((line_of(term), path, code, see, use) for code in codes)
        elif see or use:
            self.table.append((line_of(term), path, None, see, use))
        return None


READER = PcsIndexReader()
