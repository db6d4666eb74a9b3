"""Short names for what a page says."""

from __future__ import annotations

from coding.describe import describe
from coding.detail import Detail
from searchcore.library import Library
from tests.linking.inputs import day

NOW = "2026-11-23"


def page(library: Library, code: str, when: str = NOW, system: str | None = None) -> Detail:
    """Return the one page of a code."""
    (found,) = describe(library, code, system=system, as_of=day(when))
    return found


def section(detail: Detail, id: str) -> list[tuple[str, ...]]:
    """Return the texts of a section's rows, none if it is not shown."""
    return [tuple(cell.text for cell in row) for s in detail.sections if s.id == id for row in s.rows]


def note(detail: Detail, id: str) -> str:
    """Return the caution of a section."""
    (found,) = [s.note for s in detail.sections if s.id == id]
    return found
