"""Texts that name the kind of record they ask for: "modifier 25", "lcd knee", "mue 11042".

The words are data: schemas/language/kinds_asked.yaml.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from coding.detail import Link
from searchcore.codes import SYSTEMS
from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS

MOST_TEXT = 200
MOST_HITS = 5
_FILE = schemas_dir() / "language" / "kinds_asked.yaml"
_KEYS = {"words", "kind", "systems", "rest", "sections", "label", "sure"}


@dataclass(frozen=True)
class KindAsked:
    """A kind that some words ask for; see the comments in the data file."""

    words: tuple[tuple[str, ...], ...]
    kind: str
    label: str
    systems: tuple[str, ...]
    rest: re.Pattern[str] | None
    sections: tuple[str, ...]
    sure: bool = False

    def request(self, text: str, day: dt.date | None) -> Request:
        """Return the search for the rest of the text."""
        filters = (("system", self.systems),) if self.systems else ()
        return Request(text, self.kind, filters, as_of=day)


@dataclass(frozen=True)
class ShownAs:
    """What the words before a text asked for, and what the rest finds there.

    Attributes:
        asked: the kind.
        request: the search for the rest of the text, to go to.
        total: how many it finds.
        links: the first of them.
    """

    asked: KindAsked
    request: Request
    total: int
    links: tuple[Link, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.asked.kind,
            "label": self.asked.label,
            "text": self.request.text,
            "filters": {name: list(values) for name, values in self.request.filters},
            "total": self.total,
            "hits": [link.as_dict() for link in self.links],
        }


def kind_asked(text: str) -> tuple[KindAsked, str] | None:
    """Return the kind that the first or last words of a text ask for, and the rest; None if they do not."""
    if len(text) > MOST_TEXT:
        return None
    words = text.split()
    if len(words) < 2:
        return None
    firsts, lasts = _by_word()
    first, last = words[0].lower().rstrip(":#"), words[-1].lower()
    if first not in firsts and last not in lasts:
        return None
    lower = [word.lower().rstrip(":#") for word in words]
    for asked, phrase in firsts.get(first, ()):
        if tuple(lower[: len(phrase)]) == phrase and _fits(asked, rest := " ".join(words[len(phrase) :])):
            return asked, rest
    for asked, phrase in lasts.get(last, ()):
        if tuple(lower[-len(phrase) :]) == phrase and _fits(asked, rest := " ".join(words[: -len(phrase)])):
            return asked, rest
    return None


def shown_as(library: Library, asked: KindAsked, rest: str, day: dt.date | None) -> ShownAs | None:
    """Return what the rest of a text finds in the kind that was asked for.

    Where it finds nothing, that is worth saying only if the words mean nothing else; else None.
    """
    request = asked.request(rest, day)
    result = library.search(Request(rest, asked.kind, request.filters, day, per_page=MOST_HITS))
    # "modifier 25" asks for that one, not for texts that have the number.
    exact = [hit.record for hit in result.hits if hit.exact]
    records = exact or [hit.record for hit in result.hits]
    links = tuple(Link(r.kind, r.system, r.code, r.display, r.title, r.status) for r in records)
    return ShownAs(asked, request, result.total, links) if links or asked.sure else None


def _fits(asked: KindAsked, rest: str) -> bool:
    return bool(rest) and (asked.rest is None or asked.rest.fullmatch(rest) is not None)


_Entries = dict[str, list[tuple[KindAsked, tuple[str, ...]]]]


@cache
def _by_word() -> tuple[_Entries, _Entries]:
    """Return the entries by the first and by the last word of their phrases, longer phrases first."""
    firsts: _Entries = {}
    lasts: _Entries = {}
    pairs = [(asked, phrase) for asked in load_kinds_asked() for phrase in asked.words]
    for asked, phrase in sorted(pairs, key=lambda pair: -len(pair[1])):
        firsts.setdefault(phrase[0], []).append((asked, phrase))
        lasts.setdefault(phrase[-1], []).append((asked, phrase))
    return firsts, lasts


@cache
def load_kinds_asked() -> tuple[KindAsked, ...]:
    """Return the entries of the data file.

    Raises:
        ConfigurationError: an entry has an unknown key, kind, system or pattern.
    """
    return tuple(_entry(row, number) for number, row in enumerate(load_yaml(_FILE)["kinds_asked"], start=1))


def _entry(row: dict[str, Any], number: int) -> KindAsked:
    systems, kind = tuple(row.get("systems", ())), row.get("kind")
    if set(row) - _KEYS or kind not in KINDS or not row.get("words") or set(systems) - set(SYSTEMS):
        raise ConfigurationError(
            f"entry {number} has an unknown key, kind or system, or no words",
            where=str(_FILE),
            mend="see the comment at its beginning",
        )
    try:
        rest = re.compile(row["rest"], re.IGNORECASE) if "rest" in row else None
    except re.error as error:
        raise ConfigurationError(f"entry {number}: {error}", where=str(_FILE), mend="mend `rest`") from error
    words = tuple(tuple(str(phrase).lower().split()) for phrase in row["words"])
    return KindAsked(
        words, kind, str(row["label"]), systems, rest, tuple(row.get("sections", ())), bool(row.get("sure"))
    )
