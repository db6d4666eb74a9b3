"""Rows of the index table, gathered from terms: used for the XML and the csv form alike."""

from __future__ import annotations

import re

from indexer.sources.base import Reject
from indexer.sources.icd_refs import stored_reference
from indexer.sources.xmlunits import Node

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

    def add_term(self, term: Node, above: str) -> None:
        """Add a term and all below it.

        Args:
            term: a `mainTerm` or `term` element.
            above: path of its parent; empty for a main term.
        """
        title = _ENDING.sub("", term.child_words("title"))
        path = f"{above}, {title}" if above and title else title or above
        manifestations = [node.words() for node in term.all("manif")]
        # The neoplasm table once prints a site in the place of a manifestation code: it is text.
        sites = [words for words in manifestations if stored_reference(words) is None]
        if sites:
            path = f"{path} [{'; '.join(sites)}]"
        reason = "the term has no title" if not title else self._add_codes(term, path, manifestations)
        if reason:
            self.rejects.append(Reject(term.line, reason, (title or term.words())[:120]))
        else:
            self.read += 1
        for child in term.all("term"):
            self.add_term(child, path)

    def _add_codes(self, term: Node, path: str, manifestations: list[str]) -> str | None:
        """Add the rows of one term; return why it cannot be read, None if it can."""
        see = _directions(term)
        rows: list[Row] = []
        for node in term.all(*_CODED):
            code = stored_reference(node.words())
            if code is None:
                return f"<{node.tag}> holds no ICD-10-CM code: {node.words()[:40]}"
            rows.append((node.line, path, code, False, see, None))
        for words in manifestations:
            if code := stored_reference(words):
                rows.append((term.line, path, code, True, see, None))
        cells = [(node.attributes.get("col", ""), node.words()) for node in term.all("cell")]
        return self.add_cells(term.line, path, cells, see, rows)

    def add_cells(
        self,
        line: int,
        path: str,
        cells: list[tuple[str, str]],
        see: str | None,
        rows: list[Row] | None = None,
    ) -> str | None:
        """Add the rows of a table's cells, (column number, text), after other rows of the same term.

        Returns:
            Why the term cannot be read; None if it can.
        """
        rows = [] if rows is None else rows
        for number, words in cells:
            if not words.strip("- "):
                continue
            code = stored_reference(words)
            if code is None:
                return f"column {number} holds no ICD-10-CM code: {words[:40]}"
            at = int(number) - _FIRST_COLUMN if number.isdecimal() else -1
            if not 0 <= at < len(self.columns):
                return f"there is no column {number}"
            rows.append((line, path, code, False, see, self.columns[at]))
        if see and not rows:
            rows.append((line, path, None, False, see, None))
        self.table.extend(rows)
        return None


def _directions(term: Node) -> str | None:
    found = [f"{_DIRECTIONS[node.tag]} {node.words()}" for node in term.children if node.tag in _DIRECTIONS]
    return "; ".join(found) or None
