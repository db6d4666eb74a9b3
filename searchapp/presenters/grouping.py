"""Whether hits are shown by family or one by one, and the way to the other."""

from __future__ import annotations

from searchapp.presenters.sorts import SortLink
from searchapp.presenters.urls import Urls
from searchcore.request import Request
from searchcore.schema import load_kind


def group_links(request: Request, urls: Urls) -> tuple[SortLink, ...]:
    """Return the ways of showing the hits of a kind; none where there is only one."""
    groups = load_kind(request.kind).groups
    if not groups:
        return ()
    ways = [*((f"By {group.label.lower()}", name) for name, group in groups.items()), ("One by one", "")]
    return tuple(
        SortLink(label, urls.search(request.with_(group=name)), name == request.group) for label, name in ways
    )
