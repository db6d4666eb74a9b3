"""CPT descriptors out of the tab-delimited data files that the AMA sells: a licensed user's own copy.

CodeFacet ships none of this text. Layout: the AMA's notice, then code, tab, descriptor, one code a line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indexer.sources.base import Reading, Reject, Release, is_blank, year_in
from indexer.sources.sifting import REJECT_CHARS
from indexer.tables import table_of
from searchcore.codes import is_cpt_number

if TYPE_CHECKING:
    from indexer.sources.base import Member

_ROW = re.compile(r"\d{4}[0-9A-Z]\t[^\t]*\S\s*")
_NOTICE = re.compile(r"(?i)american medical association|\bCPT\b")
_YEAR = re.compile(r"(?i)CPT\D{0,40}?(20\d\d)|(20\d\d)\D{0,40}?CPT|copyright\D{0,40}?(20\d\d)")


class AmaReader:
    """Reads one descriptor file."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the AMA's notice and by lines of code, tab, text below it."""
        lines = [line for line in member.head_text.split("\n") if line.strip()]
        first = next((index for index, line in enumerate(lines) if _ROW.fullmatch(line)), None)
        if not first or not _NOTICE.search(" ".join(lines[:first])):
            return False
        body = lines[first : first + 200]
        return sum(1 for line in body[:-1] or body if _ROW.fullmatch(line)) >= 0.9 * len(body[:-1] or body)

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the CPT year of the notice and the name, which must not contradict each other."""
        notice = "\n".join(line for line in member.head_text.split("\n")[:60] if not _ROW.match(line))
        found = _YEAR.search(notice)
        by_content = int(next(filter(None, found.groups()))) if found else None
        # A notice may bear the year before: CPT 2026 is copyright 2025.
        by_name = year_in(member.name)
        if by_name and by_content and by_name - by_content not in (0, 1):
            raise member.error(
                f"the name says {by_name}, the file says {by_content}", mend="check which file this is"
            )
        year = by_name or by_content
        if year is None:
            return None
        return Release(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31), part=_form(member, options))

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all descriptors below the notice."""
        form, begun = _form(member, options), False
        rows: list[tuple[int, str, str, str]] = []
        rejects: list[Reject] = []
        for number, line in enumerate(member.text().split("\n"), start=1):
            begun = begun or _ROW.match(line) is not None
            if not begun or is_blank(line):
                continue
            code, _, title = (part.strip() for part in line.partition("\t"))
            if is_cpt_number(code.upper()) and title:
                rows.append((number, code.upper(), " ".join(title.split()), form))
            else:
                # The text is licensed: the reject shows the first field only.
                rejects.append(
                    Reject(number, "the line is not a CPT code, a tab and a descriptor", code[:REJECT_CHARS])
                )
        table = table_of("descriptors", rows)
        return Reading({"descriptors": table}, len(rows), rejects, {"codes": table["code"].n_unique()})


def _form(member: Member, options: Mapping[str, Any]) -> str:
    for form, patterns in options["forms"].items():
        if any(re.search(pattern, member.name) for pattern in patterns):
            return str(form)
    return str(options["default_form"])


READER = AmaReader()
