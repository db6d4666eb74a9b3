"""Releases of the ICD-10 files: fiscal years from 1 October, and the April updates."""

from __future__ import annotations

import re

from indexer.sources.base import Member, Release, fiscal_year_window, year_in

_APRIL = re.compile(r"(?<![a-z])apr(il)?(?![a-z])", re.IGNORECASE)


def fiscal_release(
    member: Member, said: int | None = None, *, april: bool = False, part: str = ""
) -> Release | None:
    """Return the release that a file's name and content give: `FY2026`, `FY2025-April`.

    The content of these files gives a year at most, hence only the name tells an April update from the
    file of 1 October.

    Args:
        member: the file.
        said: fiscal year that the content gives.
        april: the content itself speaks of an April update.
        part: which file of the release this is.

    Raises:
        SourceFileError: the name and the content give different years.
    """
    named = year_in(member.name)
    if named is not None and said is not None and named != said:
        raise member.error(
            f"the name says {named}, the file says {said}", mend="check which file this is, then rename it"
        )
    year = named if said is None else said
    if year is None:
        return None
    april = april or _APRIL.search(member.name) is not None
    name = f"FY{year}-April" if april else f"FY{year}"
    start, end = fiscal_year_window(year, april=april)
    return Release(name, start, end, part)
