"""Picks the rows of the release that speaks for a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from searchcore.library import Library


def rows_on(library: Library, rows: Sequence[dict[str, Any]], day: dt.date) -> list[dict[str, Any]]:
    """Return, per source, the rows of the newest release that has begun by the day, else of the oldest.

    A release of the source that has no such row says that there is none: an older one does not answer for it.

    Args:
        library: the served generation, whose releases have their windows.
        rows: fact rows with `release` (`source/release`).
        day: the as-of day.
    """
    sources = {row["release"].partition("/")[0] for row in rows}
    speaking = {_speaking(library, source, day) for source in sources}
    return [row for row in rows if row["release"] in speaking]


def _speaking(library: Library, source: str, day: dt.date) -> str:
    starts = {release.id: release.start or "" for release in library.releases() if release.source == source}
    begun = [id for id, start in starts.items() if start <= day.isoformat()]
    return max(begun, key=lambda id: starts[id]) if begun else min(starts, key=lambda id: starts[id])


def said_of(library: Library, release: str, day: dt.date) -> str:
    """Return a caution if a release is carried forward to the day or is later than it; else empty."""
    for info in library.releases():
        if info.id == release:
            if info.end and day.isoformat() > info.end:
                return f"last loaded {info.release}, you asked for {day}"
            if info.start and day.isoformat() < info.start:
                return f"first loaded {info.release}, you asked for {day}"
    return ""


# The sources that say which codes of a system exist; those that begin so.
_HOLDERS: dict[str, tuple[str, ...]] = {
    "ICD10CM": ("icd10cm-order",),
    "ICD10PCS": ("icd10pcs-order",),
    "HCPCS": ("hcpcs",),
    "CPT": ("mpfs-rvu", "ncci-"),
    "LCD": ("mcd",),
    "ARTICLE": ("mcd",),
    "NCD": ("mcd",),
    "HCPCSMOD": ("hcpcs",),
    "PTPPRA": ("ncci-ptp",),
    "PTPOPH": ("ncci-ptp",),
}


def releases_searched(library: Library, systems: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the loaded releases that could have a code of these systems."""
    holders = tuple(holder for system in systems for holder in _HOLDERS.get(system, ()))
    return tuple(release.id for release in library.releases() if release.source.startswith(holders))
