"""The chips: the filters of a request, each with the address that removes exactly this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from searchapp.presenters.urls import Urls
from searchcore.request import Request
from searchcore.schema import load_kind

Label = Callable[[str, str, str], str]


@dataclass(frozen=True)
class Chip:
    """One selected value of one facet."""

    facet: str
    value: str
    url: str


@dataclass(frozen=True)
class Chips:
    """All chips; `clear_url` drops the filters and keeps the text, the day and the kind."""

    items: tuple[Chip, ...]
    clear_url: str


def chips(request: Request, label: Label, urls: Urls) -> Chips:
    """Return the chips of a request. They come from the request, so they stay when nothing is found."""
    facets = load_kind(request.kind).facets
    items = tuple(
        Chip(facets[name].label, label(request.kind, name, value), urls.search(request.toggled(name, value)))
        for name, values in request.filters
        for value in values
    )
    return Chips(items, urls.search(request.with_(filters=())))
