"""The sort orders of a kind."""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.presenters.urls import Urls
from searchcore.request import Request
from searchcore.schema import load_kind


@dataclass(frozen=True)
class SortLink:
    """One order to choose."""

    label: str
    url: str
    current: bool


def sort_links(request: Request, urls: Urls) -> tuple[SortLink, ...]:
    """Return the orders of a request's kind."""
    return tuple(
        SortLink(sort.label, urls.search(request.with_(sort=name)), name == request.sort)
        for name, sort in load_kind(request.kind).sorts.items()
    )
