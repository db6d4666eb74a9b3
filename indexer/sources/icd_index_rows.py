"""Rows of the index table, gathered from terms: used for the XML and the csv form alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.sources.base import Reject
from indexer.sources.icd_refs import stored_reference
from indexer.sources.xmlunits import child_text, line_of, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DIRECTIONS = {"see": "see", "seeAlso": "see also", "seecat": "see category", "subcat": "see subcategory"}
_CODED = ("code", "seecat", "subcat")
_FIRST_COLUMN = 2
# The XML marks the plural ending as a modifier too; it is printed without a blank: "Complication(s)".
_ENDING = re.compile(r"(?<=\w) (?=\((?:s|es|e)\))")

Row = tuple[int, str, str | None, bool, str | None, str | None]


class IndexRows:
    """Table rows, rejects and counts of one index file."""

    def __init__(self, columns: list[str]) -> None:
        self.columns = columns
        self.table: list[Row] = []
        self.rejects: list[Reject] = []
        self.read = 0
        self.main_terms = 0

    def add_term(self, term: Element, above: str) -> None:
        """Add a term and all below it.

        Args:
            term: a `mainTerm` or `term` element.
            above: path of its parent; empty for a main term.
        """
        title = child_text(term, "title")
        if "(" in title:
            title = _ENDING.sub("", title)
        path = f"{above}, {title}" if above and title else title or above
        reason, path = self._add_codes(term, path) if title else ("the term has no title", path)
        if reason:
            self.rejects.append(Reject(line_of(term), reason, (title or text_of(term))[:120]))
        else:
            self.read += 1
        for child in term.findall("term"):
            self.add_term(child, path)

    def _add_codes(self, term: Element, path: str) -> tuple[str | None, str]:
        """Add the rows of one term; return why it cannot be read (None if it can) and its path."""
        codes: list[tuple[str, bool]] = []
        cells: list[tuple[str, str]] = []
        directions: list[str] = []
        for node in term:
            tag, text = node.tag, text_of(node) if node.tag not in ("title", "term") else ""
            if tag == "cell":
                cells.append((node.get("col", ""), text))
            elif tag in _CODED or tag == "manif":
                code = stored_reference(text)
                if code is not None:
                    codes.append((code, tag == "manif"))
                elif tag == "manif":
                    # The neoplasm table once prints a site in the place of a manifestation code: it is text.
                    path = f"{path} [{text}]"
                else:
                    return f"<{tag}> holds no ICD-10-CM code: {text[:40]}", path
            if tag in _DIRECTIONS:
                directions.append(f"{_DIRECTIONS[tag]} {text}")
        line, see = line_of(term), "; ".join(directions) or None
        rows: list[Row] = [(line, path, code, manifestation, see, None) for code, manifestation in codes]
        return self.add_cells(line, path, cells, see, rows), path

    def add_cells(
        self, line: int, path: str, cells: list[tuple[str, str]], see: str | None, rows: list[Row]
    ) -> str | None:
        """Add the rows of a table's cells, (column number, text), behind other rows of the same term.

        Returns:
            Why the term cannot be read; None if it can.
        """
        for number, text in cells:
            if not text.strip("- "):
                continue
            code = stored_reference(text)
            if code is None:
                return f"column {number} holds no ICD-10-CM code: {text[:40]}"
            at = int(number) - _FIRST_COLUMN if number.isdecimal() else -1
            if not 0 <= at < len(self.columns):
                return f"there is no column {number}"
            rows.append((line, path, code, False, see, self.columns[at]))
        if see and not rows:
            rows.append((line, path, None, False, see, None))
        self.table.extend(rows)
        return None
