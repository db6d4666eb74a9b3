"""A search as one frozen value, with one canonical form and hash.

Every surface (URL, command line, API, saved search) makes a `Request` and nothing else reaches the engine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from searchcore.errors import QueryError
from searchcore.language import slug
from searchcore.schema import KINDS, load_kind

MAX_TEXT = 100_000
MAX_PER_PAGE = 200
MAX_PAGE = 1_000_000
MAX_OFF = 100
MAX_OFF_NAME = 200
NOT_SPECIFIED = "-"
ALL_DATES = "all"

Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Request:
    """One search.

    Attributes:
        text: what the person typed.
        kind: one of `KINDS`.
        filters: facet name to selected values; OR within a facet, AND across. `-` selects "not specified",
            `2015..2020` a range of a numeric facet.
        as_of: the day asked about; None asks for all dates.
        sort: name of a sort of the kind.
        all_words: only records with all words are wanted: none with most of them where there are few.
        group: name of a group of the kind, whose members are shown as one hit; empty for none.
        expand: whether a word also finds what it means by the language rules.
        off: rules that are left out: ids of groups, and slugs of what rules say (`heart-attack`).
        page: from 1.
        per_page: hits a page, 1 to 200.
    """

    text: str = ""
    kind: str = "code"
    filters: Filters = ()
    as_of: dt.date | None = field(default_factory=dt.date.today)
    sort: str = ""
    page: int = 1
    per_page: int = 20
    group: str = ""
    all_words: bool = False
    expand: bool = True
    off: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise QueryError(f"there is no kind {self.kind!r}", mend=f"use one of {', '.join(KINDS)}")
        schema = load_kind(self.kind)
        for name, _ in self.filters:
            if name not in schema.facets:
                raise QueryError(
                    f"kind {self.kind!r} has no facet {name!r}", mend=f"use one of {', '.join(schema.facets)}"
                )
        if not self.sort:
            object.__setattr__(self, "sort", schema.default_sort)
        if self.sort not in schema.sorts:
            raise QueryError(f"there is no sort {self.sort!r}", mend=f"use one of {', '.join(schema.sorts)}")
        if self.group and self.group not in schema.groups:
            names = ", ".join(schema.groups)
            raise QueryError(
                f"kind {self.kind!r} has no group {self.group!r}",
                mend=f"use one of {names}" if names else "leave it out",
            )
        if not 1 <= self.page <= MAX_PAGE:
            raise QueryError(f"page {self.page} is out of range", mend=f"use 1 to {MAX_PAGE}")
        if not 1 <= self.per_page <= MAX_PER_PAGE:
            raise QueryError(f"{self.per_page} hits a page is out of range", mend=f"use 1 to {MAX_PER_PAGE}")
        if len(self.text) > MAX_TEXT:
            object.__setattr__(self, "text", self.text[:MAX_TEXT])
        object.__setattr__(self, "filters", normal_filters(self.filters))
        object.__setattr__(self, "off", _normal_off(self.off) if self.expand else ())

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """Return the selected values per facet."""
        return dict(self.filters)

    def with_(self, **changes: Any) -> Request:
        """Return a copy with changes; any change but of the page goes back to page 1."""
        if "page" not in changes:
            changes["page"] = 1
        return replace(self, **changes)

    def toggled(self, facet: str, value: str) -> Request:
        """Return the request with one facet value selected, or no longer selected."""
        values = set(self.selected.get(facet, ()))
        values ^= {value}
        chosen = {**self.selected, facet: tuple(values)}
        return self.with_(filters=tuple(chosen.items()))

    def as_dict(self) -> dict[str, Any]:
        """Return the canonical form: defaults left out, filters and values sorted."""
        form: dict[str, Any] = {"q": " ".join(self.text.split()), "kind": self.kind}
        if self.filters:
            form["f"] = {name: list(values) for name, values in self.filters}
        form["as_of"] = self.as_of.isoformat() if self.as_of else ALL_DATES
        if self.sort != load_kind(self.kind).default_sort:
            form["sort"] = self.sort
        if self.group:
            form["group"] = self.group
        if self.all_words:
            form["all_words"] = 1
        if not self.expand:
            form["expand"] = 0
        if self.off:
            form["off"] = list(self.off)
        if self.page != 1:
            form["page"] = self.page
        if self.per_page != 20:
            form["per_page"] = self.per_page
        return form

    def hash(self) -> str:
        """Return a SHA-256 of the canonical form."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()

    def to_query(self, *, today: dt.date | None = None) -> str:
        """Return the canonical URL query; the as-of date is left out when it is `today`."""
        form = self.as_dict()
        pairs = [("q", form["q"])] if form["q"] else []
        if self.kind != "code":
            pairs.append(("kind", self.kind))
        pairs += [(f"f.{name}", value) for name, values in self.filters for value in values]
        if self.as_of != (today or dt.date.today()):
            pairs.append(("as_of", form["as_of"]))
        names = ("sort", "group", "all_words", "expand", "page", "per_page")
        pairs += [(name, str(form[name])) for name in names if name in form]
        pairs += [("off", name) for name in self.off]
        return urlencode(pairs)


def normal_filters(filters: Iterable[tuple[str, Iterable[str]]]) -> Filters:
    """Return filters merged per facet, sorted, without repeats and without empty facets."""
    merged: dict[str, set[str]] = {}
    for name, values in filters:
        merged.setdefault(name, set()).update(values)
    return tuple((name, tuple(sorted(values))) for name, values in sorted(merged.items()) if values)


def _normal_off(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of rules as slugs, sorted, each once."""
    found = sorted({slug(name[:MAX_OFF_NAME]) for name in names} - {""})
    if len(found) > MAX_OFF:
        raise QueryError(f"{len(found)} rules are left out", mend=f"use at most {MAX_OFF}, or expand=0")
    return tuple(found)


def parse_as_of(text: str | None) -> dt.date | None:
    """Return the date of an as-of parameter: empty means today, `all` means all dates (None).

    Raises:
        QueryError: the text is neither.
    """
    if not text or text == "today":
        return dt.date.today()
    if text == ALL_DATES:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise QueryError(f"{text!r} is not a date", where="as_of", mend="write YYYY-MM-DD, or all") from error


def _number(text: str | None, name: str, default: int) -> int:
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise QueryError(f"{text[:40]!r} is not a number", where=name) from error


def request_from_params(params: Mapping[str, list[str]], *, kind: str | None = None) -> Request:
    """Build a request from URL parameters (`q`, `kind`, `f.NAME`, `as_of`, `sort`, `group`, `all_words`,
    `expand`, `off`, `page`, `per_page`).

    Args:
        params: parameter name to all its values, as a query string gives them.
        kind: overrides the parameter; used for the tabs. Filters and a group that it does not have are
            dropped.

    Raises:
        QueryError: a value does not fit. Unknown parameters are ignored.
    """

    def last(name: str) -> str | None:
        values = params.get(name)
        return values[-1] if values else None

    chosen = kind or last("kind") or "code"
    filters = [(name[2:], tuple(values)) for name, values in params.items() if name.startswith("f.")]
    group = last("group") or ""
    if kind and kind in KINDS:
        filters = [(name, values) for name, values in filters if name in load_kind(kind).facets]
        group = group if group in load_kind(kind).groups else ""
    return Request(
        text=last("q") or "",
        kind=chosen,
        filters=tuple(filters),
        as_of=parse_as_of(last("as_of")),
        sort=last("sort") or "",
        page=_number(last("page"), "page", 1),
        per_page=_number(last("per_page"), "per_page", 20),
        group=group,
        all_words=last("all_words") == "1",
        expand=last("expand") != "0",
        off=tuple(params.get("off", ())),
    )
