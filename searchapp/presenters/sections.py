"""The tables and lists of a record's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coding.detail import Cell, Section
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import plural

# Sections that are looked up rather than read, and from how many rows on any section is one.
FOLDED = {"origins"}
MOST_UNFOLDED = 40


@dataclass(frozen=True)
class CellView:
    """A cell of a table."""

    text: str
    url: str | None


@dataclass(frozen=True)
class SectionView:
    """A table, or a list where there are no columns; `folded` where only its heading shows at first."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[CellView, ...], ...]
    source: tuple[str, ...]
    note: str
    folded: bool
    size: str


def section_view(section: Section, as_of: dt.date, urls: Urls) -> SectionView:
    """Return a section; links in it keep the day."""
    rows = tuple(tuple(_cell(cell, as_of, urls) for cell in row) for row in section.rows)
    return SectionView(
        id=section.id,
        title=section.title,
        columns=section.columns,
        rows=rows,
        source=section.source,
        note=section.note[:1].upper() + section.note[1:],
        size=plural(len(rows), "row", "rows"),
        folded=section.id in FOLDED or len(rows) > MOST_UNFOLDED,
    )


def _cell(cell: Cell, as_of: dt.date, urls: Urls) -> CellView:
    if cell.link:
        return CellView(cell.text, urls.record(cell.link.kind, cell.link.system, cell.link.code, as_of))
    # An agency's own page; only this one scheme ever becomes a link.
    outside = cell.text.startswith("https://") and len(cell.text.split()) == 1
    return CellView(cell.text, cell.text if outside else None)
