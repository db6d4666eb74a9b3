"""The tabs: one a kind of record, with the number of matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from searchapp.presenters.urls import Urls, for_kind
from searchapp.presenters.words import number
from searchcore.request import Request
from searchcore.schema import KINDS, load_kind


@dataclass(frozen=True)
class Tab:
    """One kind of record with its number of matches."""

    label: str
    count: str
    url: str
    current: bool


def tabs(request: Request, counts: Mapping[str, int], urls: Urls) -> tuple[Tab, ...]:
    """Return a tab for each kind; filters stay with the kind that they are of.

    Of a kind that is not counted the number is not known.
    """
    return tuple(
        Tab(
            label=load_kind(kind).label,
            count=number(counts[kind]) if kind in counts else "?",
            url=urls.search(for_kind(request, kind)),
            current=kind == request.kind,
        )
        for kind in KINDS
    )
