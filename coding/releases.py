"""Picks the rows of the release that speaks for a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from searchcore.library import Library


def rows_on(library: Library, rows: Sequence[dict[str, Any]], day: dt.date) -> list[dict[str, Any]]:
    """Return, per source, the rows of the newest release that has begun by the day, else of the oldest.

    Args:
        library: the served generation, whose releases have their windows.
        rows: fact rows with `release` (`source/release`).
        day: the as-of day.
    """
    windows = {release.id: release for release in library.releases()}
    kept: list[dict[str, Any]] = []
    sources = dict.fromkeys(row["release"].partition("/")[0] for row in rows)
    for source in sources:
        mine = [row for row in rows if row["release"].partition("/")[0] == source]
        starts = {
            row["release"]: (windows[row["release"]].start or "") if row["release"] in windows else ""
            for row in mine
        }
        begun = [id for id, start in starts.items() if start <= day.isoformat()]
        chosen = max(begun, key=lambda id: starts[id]) if begun else min(starts, key=lambda id: starts[id])
        kept += [row for row in mine if row["release"] == chosen]
    return kept


def said_of(library: Library, release: str, day: dt.date) -> str:
    """Return a caution if a release is carried forward to the day or is later than it; else empty."""
    for info in library.releases():
        if info.id == release:
            if info.end and day.isoformat() > info.end:
                return f"last loaded {info.release}, you asked for {day}"
            if info.start and day.isoformat() < info.start:
                return f"first loaded {info.release}, you asked for {day}"
    return ""
