"""The words for status, validity, successors and titles that may not be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from searchcore.codes import SYSTEMS, Status
from searchcore.result import Record
from searchcore.validity import Bound

# What a kind of successor row says, in words; see corpora/facts.
SUCCESSION = {
    "replaced": "Replaced by",
    "merged": "Merged into",
    "split": "Split; one of",
    "use_other_family": "Use instead, where it fits",
    "cross_reference": "CMS points to",
    "conversion": "Replaced by",
}

_START = {
    Bound.KNOWN: "from {day}",
    Bound.ON_OR_BEFORE: "from {day} or earlier",
    Bound.INFERRED: "from {day} (inferred from the row before it)",
}
_END = {
    Bound.KNOWN: "to {day}",
    Bound.ON_OR_BEFORE: "to {day} at the latest",
    Bound.INFERRED: "to {day} (inferred from the row after it)",
}


@dataclass(frozen=True)
class Badge:
    """A short word about a status; `tone` is one of ok, info, warn, stop, quiet."""

    text: str
    tone: str


# What a sentence calls one and several records of a kind.
NOUNS = {
    "code": ("code", "codes"),
    "modifier": ("modifier", "modifiers"),
    "ptp_edit": ("NCCI edit", "NCCI edits"),
    "coverage": ("coverage document", "coverage documents"),
}


def status_badge(record: Record) -> Badge:
    """Return the status of a record in words, with the day that matters."""
    if record.status == Status.ACTIVE:
        return Badge("In force", "ok")
    if record.status == Status.HEADER:
        return Badge("Header: not billable", "warn")
    if record.status == Status.FUTURE:
        day = f" from {record.valid_from}" if record.valid_from else ""
        return Badge(f"Not yet in force{day and ':' + day}", "info")
    if record.status == Status.DELETED:
        return Badge(_deleted(record), "stop")
    return Badge("Status unknown", "quiet")


def _deleted(record: Record) -> str:
    """Return since when a record is deleted; `valid_to` is its last usable day."""
    if record.valid_to is None or record.valid_to == dt.date.max:
        return "Deleted"
    since = record.valid_to + dt.timedelta(days=1)
    by = "by" if record.end == Bound.ON_OR_BEFORE else "since"
    return f"Deleted {by} {since}"


def validity(record: Record) -> str:
    """Return the validity of a record version in words, with how well each bound is known."""
    start, end = record.valid_from, record.valid_to
    first = _bound(_START, record.start, start)
    if end is None:
        last = "no end date" if record.end == Bound.OPEN else "end not given"
    else:
        last = _bound(_END, record.end, end) or f"to {end}"
    if not first:
        return f"Start not given, {last}"
    return f"Valid {first} {last}" if last.startswith("to") else f"Valid {first}, {last}"


def _bound(words: dict[Bound, str], known: str, day: dt.date | None) -> str:
    if day is None or known not in set(words):
        return ""
    return words[Bound(known)].format(day=day)


def system_name(system: str) -> str:
    """Return the name of a code system for people."""
    return SYSTEMS[system].name if system in SYSTEMS else system


def code_label(record: Record) -> str:
    """Return how a record is called where it stands alone: a number without a title needs its system."""
    return f"CPT {record.display}" if record.system == "CPT" and not record.title else record.display


def missing_title(record: Record) -> str:
    """Return what stands in place of a title that no loaded file gives, or licenses."""
    if record.system == "CPT":
        return "descriptor not loaded (AMA licence)"
    if record.system == "HCPCS" and record.code.startswith("D"):
        return "descriptor not loaded (ADA licence)"
    return "no title in the loaded files"


def is_own_title(record: Record) -> bool:
    """Tell whether a title only repeats the code, as that of an NCCI edit does."""
    return "".join((record.title or "").split()) == record.display


def full_title(record: Record) -> str:
    """Return the title, or what stands in its place with the code that it is about."""
    return record.title or f"{code_label(record)} – {missing_title(record)}"


def number(value: int) -> str:
    """Return a count with thousands separators."""
    return f"{value:,}"


def plural(count: int, one: str, many: str) -> str:
    """Return a count with its noun."""
    return f"{number(count)} {one if count == 1 else many}"
