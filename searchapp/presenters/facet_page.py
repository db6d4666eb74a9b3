"""The page of all values of one facet, with a filter box, two orders and parts of 200."""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.presenters.chips import Chips, Label, chips
from searchapp.presenters.facet_tree import FacetTree
from searchapp.presenters.facets import FacetRow, facet_row, facet_tree
from searchapp.presenters.notices import Notice, notices
from searchapp.presenters.pager import PageLink, page_links
from searchapp.presenters.sorts import SortLink
from searchapp.presenters.urls import Urls, query_pairs
from searchapp.presenters.words import number, plural
from searchcore.request import Request
from searchcore.result import FacetAnswer, FacetValue
from searchcore.schema import Facet, load_kind

PART = 200
ORDERS = {"count": "Most matches first", "label": "A to Z"}


@dataclass(frozen=True)
class FacetPage:
    """Everything on the page. `of` says how many values are shown of how many."""

    title: str
    canonical: str
    back_url: str
    action: str
    hidden: tuple[tuple[str, str], ...]
    contains: str
    orders: tuple[SortLink, ...]
    of: str
    rows: tuple[FacetRow, ...]
    parts: tuple[PageLink, ...]
    chips: Chips
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class FacetQuestion:
    """What the page is asked: text that a label contains, an order, and a part from 1."""

    contains: str = ""
    order: str = "count"
    part: int = 1

    def pairs(self, *, part: int = 1) -> dict[str, str]:
        """Return its parameters, defaults left out."""
        pairs = {"contains": self.contains, "order": "" if self.order == "count" else self.order}
        pairs["part"] = "" if part == 1 else str(part)
        return {name: value for name, value in pairs.items() if value}


def facet_page(
    request: Request,
    answer: FacetAnswer,
    facet: Facet,
    asked: FacetQuestion,
    label: Label,
    urls: Urls,
) -> FacetPage:
    """Return the page of all values of a facet for a search."""
    tree = facet_tree(facet, request, answer.values, label)
    found = _ordered(facet, tree, asked)
    last = max(1, -(-len(found) // PART))
    part = min(asked.part, last)

    def url(other: int) -> str:
        return urls.facet(request, facet.name, **asked.pairs(part=other))

    on_page = found[(part - 1) * PART : part * PART]
    return FacetPage(
        title=f"{load_kind(request.kind).label}: {facet.label}",
        canonical=url(part),
        back_url=urls.search(request),
        action=urls.facet_action(request, facet.name),
        hidden=_hidden(request, asked, urls),
        contains=asked.contains,
        orders=tuple(
            SortLink(
                words,
                urls.facet(request, facet.name, **FacetQuestion(asked.contains, name).pairs()),
                name == asked.order,
            )
            for name, words in ORDERS.items()
        ),
        of=_of(len(found), len(tree.values)),
        rows=tuple(facet_row(value, level, tree, request, urls) for level, value in on_page),
        parts=page_links(part, last, url) if last > 1 else (),
        chips=chips(request, label, urls),
        notices=notices(answer.warnings, "warn"),
    )


def _ordered(facet: Facet, tree: FacetTree, asked: FacetQuestion) -> list[tuple[int, FacetValue]]:
    """Return (level, value) of the values that contain the text, in the order asked for.

    A flat list has selected values first. By label, a tree that is not filtered is shown as one.
    """
    if facet.hierarchical and asked.order == "label" and not asked.contains:
        return list(tree.all_by(lambda value: _label_key(facet, value)))
    wanted = asked.contains.casefold()
    found = [value for value in tree.values if wanted in value.label.casefold()]
    if asked.order == "label":
        found.sort(key=lambda value: (not value.selected, *_label_key(facet, value)))
    else:
        found.sort(key=lambda value: (not value.selected, -value.count, *_label_key(facet, value)))
    return [(0, value) for value in found]


def _label_key(facet: Facet, value: FacetValue) -> tuple[float, str]:
    numeric = facet.numeric and value.value.isascii() and value.value.isdigit() and len(value.value) < 16
    return (float(value.value) if numeric else 0.0, value.label.casefold())


def _hidden(request: Request, asked: FacetQuestion, urls: Urls) -> tuple[tuple[str, str], ...]:
    order = [("order", asked.order)] if asked.order != "count" else []
    return (*query_pairs(request, urls.today), *order)


def _of(found: int, total: int) -> str:
    if found == total:
        return plural(total, "value", "values")
    return f"{number(found)} of {plural(total, 'value', 'values')}"
