"""The search box: the text, and what a new search keeps."""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.presenters.urls import Urls, query_pairs
from searchcore.request import Request


@dataclass(frozen=True)
class SearchBox:
    """The form. `hidden` keeps kind, filters, day and order when the text changes."""

    action: str
    text: str
    hidden: tuple[tuple[str, str], ...]


def search_box(request: Request, urls: Urls) -> SearchBox:
    """Return the search box of a request."""
    hidden = query_pairs(request, urls.today, without=("q", "page"))
    return SearchBox(urls.search_action, request.text, tuple(hidden))
