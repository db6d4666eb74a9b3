"""The picker of the day that a page speaks of: the date of service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from searchapp.presenters.urls import Urls, query_pairs
from searchcore.request import Request


@dataclass(frozen=True)
class AsOf:
    """The as-of day.

    Attributes:
        words: what the page shows, as a sentence.
        value: content of the date field; empty when all dates are shown.
        action, hidden: where the form goes, and what else it sends.
        today_url, all_url: ways to the other choices; None where it is the choice made, or not offered.
    """

    words: str
    value: str
    action: str
    hidden: tuple[tuple[str, str], ...]
    today_url: str | None
    all_url: str | None


def search_as_of(request: Request, urls: Urls) -> AsOf:
    """Return the picker of a search."""
    return AsOf(
        words=as_of_words(request.as_of, urls.today),
        value=request.as_of.isoformat() if request.as_of else "",
        action=urls.search_action,
        hidden=tuple(query_pairs(request, urls.today, without=("page", "as_of"))),
        today_url=None if request.as_of == urls.today else urls.search(request.with_(as_of=urls.today)),
        all_url=urls.search(request.with_(as_of=None)) if request.as_of else None,
    )


def record_as_of(kind: str, system: str, code: str, as_of: dt.date, urls: Urls) -> AsOf:
    """Return the picker of a record's page, which always speaks of one day."""
    page = urls.record(kind, system, code)
    return AsOf(
        words=as_of_words(as_of, urls.today),
        value=as_of.isoformat(),
        action=page,
        hidden=(),
        today_url=None if as_of == urls.today else page,
        all_url=None,
    )


def as_of_words(as_of: dt.date | None, today: dt.date) -> str:
    """Return which day a page speaks of."""
    if as_of is None:
        return "All dates: every version of every record"
    return f"As of today, {as_of}" if as_of == today else f"As of {as_of}"
