"""Records to go to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from coding.detail import Link
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import system_name
from searchcore.codes import Status

# Status words that a link to another record carries; nothing is said of one in force.
LINK_STATUS = {
    Status.DELETED: "deleted",
    Status.HEADER: "not billable",
    Status.FUTURE: "not yet in force",
    Status.UNKNOWN: "status unknown",
}


@dataclass(frozen=True)
class LinkView:
    """A record to go to; `note` is a word about its status where one is needed."""

    url: str
    code: str
    system: str
    title: str
    note: str


def link_views(links: Iterable[Link], as_of: dt.date, urls: Urls) -> tuple[LinkView, ...]:
    """Return links to records that keep the day."""
    return tuple(
        LinkView(
            url=urls.record(link.kind, link.system, link.code, as_of),
            code=link.display,
            system=system_name(link.system),
            title=link.title or "",
            note=LINK_STATUS.get(Status(link.status), "") if link.status else "",
        )
        for link in links
    )
