"""Records near to one: next to it in the order of codes, and others whose titles share its words."""

from __future__ import annotations

import datetime as dt
import re
import string

from coding.detail import Link
from coding.exact_code import record_link
from coding.tree import below, node_link
from searchcore.codes import Status
from searchcore.library import Library
from searchcore.request import Request
from searchcore.result import Record
from searchcore.schema import load_kind

MOST_BESIDE = 4
MOST_ALIKE = 6
_MOST_WORDS = 10
_WORD = re.compile(r"[^\W\d_]{4,}")
_CATEGORY = 3
_JOINED = "ptp_edit"


def next_to(library: Library, record: Record, day: dt.date) -> tuple[Link, ...]:
    """Return the records before and behind one: under the same parent in ICD-10-CM, else in code order."""
    if record.kind == _JOINED:
        return ()
    if record.system == "ICD10CM":
        links = _siblings(library, record, day)
        before = [link for link in links if link.code < record.code]
        behind = [link for link in links if link.code > record.code]
    else:
        # A table of ICD-10-PCS stands before its first code, and is shown above it.
        header = record.status == Status.HEADER
        found = library.beside(record.kind, record.system, record.code, day, MOST_BESIDE + 1)
        before, behind = (
            [record_link(each) for each in side if (each.status == Status.HEADER) == header] for side in found
        )
    return (*before[-MOST_BESIDE:], *behind[:MOST_BESIDE])


def _siblings(library: Library, record: Record, day: dt.date) -> list[Link]:
    facts, code = library.facts, record.code
    own = facts.rows("node", system=record.system, code=code)
    if own and own[0]["parent"]:
        nodes = below(facts, record.system, [own[0]["parent"]], day)
        return sorted((node_link(*node) for node in nodes), key=lambda link: link.code)
    # Categories have nothing above them in the order file: those with the same beginning are next to it.
    near = [code[: _CATEGORY - 1] + last for last in string.digits + string.ascii_uppercase]
    found = [each for other in near for each in library.representatives("code", other, [record.system], day)]
    return [record_link(each) for each in found]


def alike(library: Library, record: Record, day: dt.date, leave_out: frozenset[str]) -> tuple[Link, ...]:
    """Return the records of its kind whose texts share most with its title; rare words count most.

    Args:
        library: the served generation.
        record: one with a title, or in a family that has a name.
        day: the day.
        leave_out: codes of its system that are shown beside it anyway.
    """
    text = record.title or str(record.fields.get("family") or "").rpartition("; ")[2]
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:_MOST_WORDS]
    if record.kind == _JOINED or not words:
        return ()
    group = "family" if "family" in load_kind(record.kind).groups else ""
    most = MOST_ALIKE + len(leave_out) + 1
    request = Request(" OR ".join(words), record.kind, as_of=day, group=group, per_page=min(most, 40))
    found = [hit.record for hit in library.search(request).hits]
    return tuple(record_link(each) for each in found if not _is_near(each, record, leave_out))[:MOST_ALIKE]


def _is_near(other: Record, record: Record, leave_out: frozenset[str]) -> bool:
    """Tell whether a record is the same, stands above or below it, or is shown beside it anyway."""
    if other.system != record.system:
        return False
    above = record.system == "ICD10CM" and (
        other.code.startswith(record.code) or record.code.startswith(other.code)
    )
    return above or other.code == record.code or other.code in leave_out
