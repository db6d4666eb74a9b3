"""One record in a list of results."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from searchapp.presenters.chips import Label
from searchapp.presenters.family import Family, family
from searchapp.presenters.family_picker import FamilyPicker, family_picker
from searchapp.presenters.highlight import Part, parts
from searchapp.presenters.reasons import Why, reasons
from searchapp.presenters.successors import SuccessorGroup, successor_groups
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import (
    Badge,
    code_label,
    is_own_title,
    missing_title,
    status_badge,
    system_name,
    validity,
)
from searchcore.request import Request
from searchcore.result import Hit, Record, Result

# Facets whose values say the most about a record of a kind; they stand below its title.
TELLING = {"ptp_edit": ("indicator", "rationale"), "modifier": ("category",), "coverage": ("contractor",)}
MOST_FACTS = 4


@dataclass(frozen=True)
class HitView:
    """A hit in words. `record` is system and stored code.

    `titled` is False where the loaded files, or their licence, give no title. `code` is empty where the
    title is the code, as of an NCCI edit.
    """

    url: str
    code: str
    system: str
    record: tuple[str, str]
    title: tuple[Part, ...]
    titled: bool
    family: Family | None
    badge: Badge
    validity: str
    exact: bool
    successors: tuple[SuccessorGroup, ...]
    facts: tuple[str, ...]
    carried_forward: str
    release: str
    picker: FamilyPicker | None = None
    why: tuple[Why, ...] = ()


def hit_views(request: Request, result: Result, label: Label, urls: Urls) -> tuple[HitView, ...]:
    """Return the hits of a page of results."""
    return tuple(
        replace(
            hit_view(hit, result.as_of, label, urls),
            picker=family_picker(hit, result, label, urls),
            why=reasons(hit, request, urls),
        )
        for hit in result.hits
    )


def hit_view(hit: Hit, as_of: dt.date | None, label: Label, urls: Urls) -> HitView:
    """Return one hit; `as_of` is the day that its link keeps, None where all dates were asked for."""
    record = hit.record
    day = record.valid_from if as_of is None else as_of
    return HitView(
        url=urls.record(record.kind, record.system, record.code, day),
        code="" if is_own_title(record) else code_label(record),
        system=system_name(record.system),
        record=(record.system, record.code),
        title=parts(record.title, hit.spans) if record.title else (Part(missing_title(record)),),
        titled=bool(record.title),
        family=None if record.title else family(record.fields),
        badge=status_badge(record),
        validity=validity(record),
        exact=hit.exact,
        successors=successor_groups(hit.successors, as_of, urls),
        facts=_facts(record, label),
        # Which file and how long its window was, the record's page says.
        carried_forward=(hit.carried_forward or "").partition(" (")[0],
        release=record.releases[-1] if record.releases else "",
    )


def _facts(record: Record, label: Label) -> tuple[str, ...]:
    """Return the labels of the telling facets of a record."""
    found: list[str] = []
    for name in TELLING.get(record.kind, ()):
        value = record.fields.get(name)
        values = value if isinstance(value, list | tuple) else (value,)
        found += [label(record.kind, name, str(each)) for each in values if each is not None]
    more = len(found) - MOST_FACTS
    return (*found[:MOST_FACTS], *((f"and {more} more",) if more > 0 else ()))
