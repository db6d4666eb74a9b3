"""Where each field of a record comes from."""

from __future__ import annotations

from coding.detail import Cell, Section
from searchcore.library import Library
from searchcore.result import Record


def provenance_section(library: Library, record: Record) -> Section:
    """Return one row a field: the release, its file, and the row in it."""
    known = {release.id: release for release in library.releases()}
    rows = []
    for field, origin in sorted(record.origins.items()):
        release, _, row = origin.rpartition("#")
        info = known.get(release)
        file = info.file if info else "hand-kept facts"
        rows.append((Cell(field), Cell(release), Cell(file), Cell(row)))
    return Section("origins", "Where this comes from", ("field", "release", "file", "row"), tuple(rows))
