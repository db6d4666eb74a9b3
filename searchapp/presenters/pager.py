"""Which pages there are, and how to show more or fewer hits a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from searchapp.presenters.urls import Urls
from searchapp.presenters.words import number
from searchcore.request import MAX_PAGE, Request
from searchcore.result import Result

PER_PAGE = (20, 50, 100)
AROUND = 2

UrlOf = Callable[[int], str]


@dataclass(frozen=True)
class PageLink:
    """A page number; `url` is None for a gap between numbers."""

    label: str
    url: str | None
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """The pager of a list. `first` numbers the first hit, `range` says which are shown, `sizes` are choices
    of hits a page."""

    first: int
    range: str
    previous_url: str | None
    next_url: str | None
    pages: tuple[PageLink, ...]
    sizes: tuple[PageLink, ...]


def pager(request: Request, result: Result, urls: Urls) -> Pager:
    """Return the pager of a result; a page behind the last one has a way back to it."""

    def url(page: int) -> str:
        return urls.search(request.with_(page=page))

    last = min(result.pages, MAX_PAGE)
    here = request.page
    return Pager(
        first=_first(request),
        range=_range(request, result),
        previous_url=url(min(here - 1, last)) if here > 1 else None,
        next_url=url(here + 1) if here < last else None,
        pages=page_links(here, last, url) if last > 1 else (),
        sizes=tuple(
            PageLink(str(size), urls.search(request.with_(per_page=size)), size == request.per_page)
            for size in PER_PAGE
        )
        if result.rows > PER_PAGE[0]
        else (),
    )


def page_links(here: int, last: int, url: UrlOf) -> tuple[PageLink, ...]:
    """Return links to the first and last page and those around the current one, with gaps between."""
    near = {page for page in range(here - AROUND, here + AROUND + 1) if 1 <= page <= last}
    links: list[PageLink] = []
    before = 0
    for page in sorted({1, last} | near):
        if page > before + 1:
            # A gap of one page is shown as that page.
            links.append(
                PageLink(number(page - 1), url(page - 1)) if page == before + 2 else PageLink("…", None)
            )
        links.append(PageLink(number(page), url(page), page == here))
        before = page
    return tuple(links)


def _first(request: Request) -> int:
    return (request.page - 1) * request.per_page + 1


def _range(request: Request, result: Result) -> str:
    if not result.hits:
        return ""
    first = _first(request)
    return f"{number(first)} to {number(first + len(result.hits) - 1)} of {number(result.rows)}"
