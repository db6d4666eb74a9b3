"""What a search gives back, and its stable JSON shape (docs/json.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Record(NamedTuple):
    """One version of a record.

    Attributes:
        kind, system, code: the key; `display` is the code as people write it.
        title: None where the licence allows none (CPT without a licensed file).
        status: on the as-of day (`searchcore.codes.Status` value).
        valid_from, valid_to: first and last usable day, inclusive; None where open or not known.
        start, end: how well each bound is known (`searchcore.validity.Bound` value).
        releases: the release ids that say so, oldest first.
        fields: every other stored column of the record, by name (see schemas/kinds).
        origins: field to `release#row` that it came from.
    """

    kind: str
    system: str
    code: str
    display: str
    title: str | None
    status: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    start: str
    end: str
    releases: tuple[str, ...]
    fields: Mapping[str, Any]
    origins: Mapping[str, str]


@dataclass(frozen=True)
class Successor:
    """A code that took the place of another, with the condition under which it does."""

    system: str
    code: str
    display: str
    to: str | None
    kind: str
    condition: str | None
    unit_change: str | None
    source: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; `to` is the end of a range, or null."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class RuleReason:
    """A language rule that brought a record: whoever says `say` finds what has `mean`.

    Attributes:
        group, label: the group of the rule and its name for people.
        off: what to name in `Request.off` to leave it out.
    """

    group: str
    label: str
    say: str
    mean: str
    off: str


@dataclass(frozen=True)
class Reason:
    """Why a part of the query matches a record.

    Attributes:
        asked: as typed.
        how: `word` (it stands there so), `form` (in another form or spelling), `phrase`,
            `prefix`, `code` (the code asked for), `below` (a code that begins so) or `rule`.
        fields: the text fields that have it, the one that weighs most first; of an edit its columns.
        form: how it stands there, where that is another way than typed.
        rule: through which rule.
    """

    asked: str
    how: str
    fields: tuple[str, ...] = ()
    form: str | None = None
    rule: RuleReason | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "asked": self.asked,
            "how": self.how,
            "fields": list(self.fields),
            "form": self.form,
            "rule": None if self.rule is None else dict(self.rule.__dict__),
        }


@dataclass(frozen=True)
class Hit:
    """One record of a result page.

    Attributes:
        spans: (start, end) of the words of the title that matched.
        members: the other matches of its group, best first, not more than the engine lists.
        members_total: how many other matches its group has; None where hits are not grouped.
        reasons: why it is a hit, part of the query by part of the query.
    """

    record: Record
    score: float
    spans: Sequence[tuple[int, int]] = ()
    successors: tuple[Successor, ...] = ()
    carried_forward: str | None = None
    exact: bool = False
    members: Sequence[Hit] = ()
    members_total: int | None = None
    reasons: Sequence[Reason] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form of a hit; members only where hits are grouped."""
        record = self.record
        form = {
            "kind": record.kind,
            "system": record.system,
            "code": record.code,
            "display": record.display,
            "title": record.title,
            "status": record.status,
            "valid_from": _iso(record.valid_from),
            "valid_from_is": record.start,
            "valid_to": _iso(record.valid_to),
            "valid_to_is": record.end,
            "carried_forward": self.carried_forward,
            "score": round(self.score, 6),
            "exact": self.exact,
            "highlight": [list(span) for span in self.spans],
            "why": [reason.as_dict() for reason in self.reasons],
            "successors": [successor.as_dict() for successor in self.successors],
            "release": record.releases[-1] if record.releases else None,
        }
        if self.members_total is not None:
            form["members_total"] = self.members_total
            form["members"] = [member.as_dict() for member in self.members]
        return form


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: how many matches it has without the facet's own selection."""

    value: str
    label: str
    count: int
    selected: bool
    parent: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; `parent` only in hierarchical facets."""
        form = {"value": self.value, "label": self.label, "count": self.count, "selected": self.selected}
        return form if self.parent is None else {**form, "parent": self.parent}


@dataclass(frozen=True)
class FacetAnswer:
    """Every value of one facet; `warnings` say what is missing from the counts."""

    values: tuple[FacetValue, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """A page of hits with all facet counts.

    Attributes:
        total: number of matches (keys; versions when all dates were asked for).
        facets: of each facet the values to show; of a flat one those with the most matches.
        facet_totals: of each facet how many distinct values have matches.
        notes: sentences about how the text was read, or what was relaxed.
        group: by which group the hits are collapsed; empty if they are not.
        groups: number of groups among the matches; None if the hits are not collapsed.
        complete: where matches with some of the words are shown too, how many have all of them.
        suggestion: the text of a search that surely finds something: what was shown where nothing has the
            words as typed, or a commoner spelling that may have been meant; None if there is none.
    """

    kind: str
    total: int
    as_of: dt.date | None
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    generation: str
    took_ms: float
    page: int = 1
    per_page: int = 20
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    facet_totals: Mapping[str, int] = field(default_factory=dict)
    group: str = ""
    groups: int | None = None
    suggestion: str | None = None
    complete: int | None = None

    @property
    def rows(self) -> int:
        """Return the number of hits on all pages: of groups if they are collapsed, else of matches."""
        return self.total if self.groups is None else self.groups

    @property
    def pages(self) -> int:
        """Return the number of pages, at least 1."""
        return max(1, -(-self.rows // self.per_page))

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        collapsed = {} if self.groups is None else {"group": self.group, "groups": self.groups}
        return {
            "total": self.total,
            **collapsed,
            "as_of": self.as_of.isoformat() if self.as_of else "all",
            "kind": self.kind,
            "page": self.page,
            "pages": self.pages,
            "per_page": self.per_page,
            "hits": [hit.as_dict() for hit in self.hits],
            "facets": {name: [value.as_dict() for value in values] for name, values in self.facets.items()},
            "facet_totals": dict(self.facet_totals),
            "notes": list(self.notes),
            "suggestion": self.suggestion,
            "complete": self.complete,
            "warnings": list(self.warnings),
            "generation": self.generation,
            "took_ms": round(self.took_ms, 3),
        }


def _iso(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()
