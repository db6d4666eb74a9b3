"""The PTP edits among several codes, set by set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coding.code_lists import EditsAmong, PairEdits
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import Badge, plural, status_badge, validity

BOTH = "Both orders are in force: report both."


@dataclass(frozen=True)
class EditView:
    """One edit; `caution` where its pair contradicts itself."""

    code: str
    url: str
    badge: Badge
    indicator: str
    validity: str
    rationale: str
    caution: str


@dataclass(frozen=True)
class SetView:
    """The edits among the codes in one set."""

    id: str
    name: str
    size: str
    rows: tuple[EditView, ...]


def set_views(edits: EditsAmong, day: dt.date, urls: Urls) -> tuple[SetView, ...]:
    """Return one table a set; a set without edits among the codes says so."""
    return tuple(
        SetView(
            id=each.system,
            name=each.name,
            size=plural(len(each.pairs), "pair of these codes has", "pairs of these codes have") + " edits",
            rows=tuple(row for pair in each.pairs for row in _rows(pair, day, urls)),
        )
        for each in edits.sets
    )


def _rows(pair: PairEdits, day: dt.date, urls: Urls) -> list[EditView]:
    return [
        EditView(
            code=hit.record.title or hit.record.display,
            url=urls.record(hit.record.kind, hit.record.system, hit.record.code, day),
            badge=status_badge(hit.record),
            indicator=indicator,
            validity=validity(hit.record),
            rationale=str(hit.record.fields.get("rationale_text") or ""),
            caution=BOTH if pair.both_orders else "",
        )
        for hit, indicator in zip(pair.rows, pair.indicators, strict=True)
    ]
