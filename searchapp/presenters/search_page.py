"""The page of results: every part of it, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coding.answers import NO_ANSWERS, Answers
from searchapp.presenters.answers import AnswersView, answers_view
from searchapp.presenters.as_of import AsOf, search_as_of
from searchapp.presenters.chips import Chips, Label, chips
from searchapp.presenters.choices import ChoicesView, below_headers
from searchapp.presenters.facets import FacetView, facet_views
from searchapp.presenters.grouping import group_links
from searchapp.presenters.hits import HitView, hit_views
from searchapp.presenters.notices import Notice, notices
from searchapp.presenters.pager import Pager, pager
from searchapp.presenters.search_box import SearchBox, search_box
from searchapp.presenters.sorts import SortLink, sort_links
from searchapp.presenters.tabs import Tab, tabs
from searchapp.presenters.urls import Urls
from searchapp.presenters.ways import ways_on
from searchapp.presenters.words import NOUNS, number, plural
from searchcore.request import Request
from searchcore.result import Result
from searchcore.schema import load_kind


@dataclass(frozen=True)
class Relaxation:
    """A way out of an empty result: the facet whose filter hides most, and what is found without it."""

    facet: str
    request: Request
    total: int


@dataclass(frozen=True)
class SearchPage:
    """All parts of the page of results.

    `way_out` is set when nothing is found and filters are to blame. `below` has the codes below some headers
    among the hits, by system and code of the header.
    """

    title: str
    heading: str
    took: str
    canonical: str
    api_url: str
    box: SearchBox
    tabs: tuple[Tab, ...]
    as_of: AsOf
    chips: Chips
    facets: tuple[FacetView, ...]
    notices: tuple[Notice, ...]
    sorts: tuple[SortLink, ...]
    grouping: tuple[SortLink, ...]
    answers: AnswersView | None
    hits: tuple[HitView, ...]
    below: Mapping[tuple[str, str], ChoicesView]
    pager: Pager
    way_out: Notice | None
    ways: tuple[Notice, ...]
    all_dates_url: str | None
    last_page_url: str | None


def search_page(
    request: Request,
    result: Result,
    counts: Mapping[str, int],
    label: Label,
    urls: Urls,
    *,
    answers: Answers = NO_ANSWERS,
    cautions: tuple[str, ...] = (),
    relaxation: Relaxation | None = None,
) -> SearchPage:
    """Return the page of results.

    Args:
        request: what was asked.
        result: the answer.
        counts: matches per kind.
        label: gives the label of a facet value.
        urls: makes addresses.
        answers: what stands beside the hits; on the first page only.
        cautions: what was changed in the request before it was asked.
        relaxation: what to drop when nothing was found.
    """
    hits = hit_views(request, result, label, urls)
    beside = answers_view(answers, request.as_of, label, urls) if request.page == 1 else None
    beside = beside.with_pickers(hits) if beside else None
    shown = beside.shown if beside else frozenset()
    return SearchPage(
        title=_title(request),
        heading=_heading(request, result),
        took=f"{result.took_ms:,.0f} ms" if result.took_ms >= 1 else "under 1 ms",
        canonical=urls.search(request),
        api_url=urls.api_search(request),
        box=search_box(request, urls),
        tabs=tabs(request, counts, urls),
        as_of=search_as_of(request, urls),
        chips=chips(request, label, urls),
        facets=facet_views(request, result, label, urls),
        notices=notices((*cautions, *result.warnings), "warn") + notices(_notes(result, answers), "quiet"),
        sorts=sort_links(request, urls),
        grouping=group_links(request, urls),
        answers=beside,
        hits=tuple(hit for hit in hits if hit.record not in shown),
        below=below_headers(answers, request.as_of, urls),
        pager=pager(request, result, urls),
        way_out=_way_out(relaxation, urls),
        ways=ways_on(request, replace(result, suggestion=None) if answers.shown_as else result, urls),
        all_dates_url=urls.search(request.with_(as_of=None)) if request.as_of else None,
        last_page_url=_last_page_url(request, result, urls),
    )


def _heading(request: Request, result: Result) -> str:
    one, many = NOUNS[request.kind]
    if request.as_of is None:
        one, many = f"version of {many}", f"versions of {many}"
    found = plural(result.total, one, many)
    if result.groups is None or result.groups == result.total:
        return found
    group = load_kind(request.kind).groups[result.group]
    return f"{found} in {plural(result.groups, group.one, group.many)}"


def _notes(result: Result, answers: Answers) -> tuple[str, ...]:
    """Return the notes of a result; where another kind is asked for, that codes lack its words is no news."""
    if answers.shown_as is None or not result.total:
        return result.notes
    many = NOUNS[result.kind][1]
    having = "these words" if result.complete is None else "some of these words"
    return (f"you asked for {answers.shown_as.asked.label}; below the answer stand {many} with {having}",)


def _title(request: Request) -> str:
    text = " ".join(request.text.split())
    words = text if len(text) <= 60 else f"{text[:60]}…"
    label = load_kind(request.kind).label
    return f"{words} – {label}" if words else label


def _last_page_url(request: Request, result: Result, urls: Urls) -> str | None:
    """Return the way back from a page behind the last one."""
    behind = bool(result.total) and request.page > result.pages
    return urls.search(request.with_(page=result.pages)) if behind else None


def _way_out(relaxation: Relaxation | None, urls: Urls) -> Notice | None:
    if relaxation is None:
        return None
    return Notice(
        text=f"The filter “{relaxation.facet}” hides the most.",
        url=urls.search(relaxation.request),
        link=f"Remove it ({number(relaxation.total)} found)",
    )
