"""One record in a list of results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchapp.presenters.highlight import Part, parts
from searchapp.presenters.successors import SuccessorGroup, successor_groups
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import Badge, code_label, missing_title, status_badge, system_name, validity
from searchcore.result import Hit, Result


@dataclass(frozen=True)
class HitView:
    """A hit in words. `titled` is False where the licence of the loaded files gives no title."""

    url: str
    code: str
    system: str
    system_id: str
    title: tuple[Part, ...]
    titled: bool
    family: str
    badge: Badge
    validity: str
    exact: bool
    successors: tuple[SuccessorGroup, ...]
    carried_forward: str
    release: str


def hit_views(result: Result, urls: Urls) -> tuple[HitView, ...]:
    """Return the hits of a page of results."""
    return tuple(_view(hit, result.as_of, urls) for hit in result.hits)


def _view(hit: Hit, as_of: dt.date | None, urls: Urls) -> HitView:
    record = hit.record
    day = record.valid_from if as_of is None else as_of
    return HitView(
        url=urls.record(record.kind, record.system, record.code, day),
        code=code_label(record),
        system=system_name(record.system),
        system_id=record.system,
        title=parts(record.title, hit.spans) if record.title else (Part(missing_title(record)),),
        titled=bool(record.title),
        family="" if record.title else family(record.fields),
        badge=status_badge(record),
        validity=validity(record),
        exact=hit.exact,
        successors=successor_groups(hit.successors, as_of, urls),
        carried_forward=hit.carried_forward or "",
        release=record.releases[-1] if record.releases else "",
    )


def family(fields: Mapping[str, Any]) -> str:
    """Return the families of a number from broad to narrow, as one text."""
    value = fields.get("family_names") or fields.get("family") or ""
    return value if isinstance(value, str) else " › ".join(str(part) for part in value if part)
