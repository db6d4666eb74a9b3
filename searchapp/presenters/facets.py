"""The list of facets beside the results, and the page of all values of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from searchapp.presenters.chips import Label
from searchapp.presenters.facet_tree import FacetTree, with_selected
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import number
from searchcore.request import NOT_SPECIFIED, Request
from searchcore.result import FacetValue, Result
from searchcore.schema import Facet, load_kind

SHORT = 10
OPEN = 4


@dataclass(frozen=True)
class FacetRow:
    """One value: a link that selects it or takes the selection back. `level` is its depth in a tree."""

    label: str
    count: str
    url: str
    selected: bool
    level: int = 0


@dataclass(frozen=True)
class FacetView:
    """One facet. `all_url` is None where every value is shown; `open` is whether it starts unfolded."""

    name: str
    label: str
    rows: tuple[FacetRow, ...]
    all_url: str | None
    all_label: str
    open: bool
    chosen: int


def facet_views(request: Request, result: Result, label: Label, urls: Urls) -> tuple[FacetView, ...]:
    """Return the facets of a result in the order of the kind's schema; one that nothing has is left out."""
    views: list[FacetView] = []
    for facet in load_kind(request.kind).facets.values():
        tree = facet_tree(facet, request, result.facets.get(facet.name, ()), label)
        if any(value.value != NOT_SPECIFIED or value.selected for value in tree.values):
            views.append(_view(facet, tree, request, urls, is_open=len(views) < OPEN))
    return tuple(views)


def facet_tree(facet: Facet, request: Request, values: Iterable[FacetValue], label: Label) -> FacetTree:
    """Return the values of one facet, selected ones always among them."""
    chosen = request.selected.get(facet.name, ())
    labels = {value: label(request.kind, facet.name, value) for value in chosen}
    return FacetTree(facet.name, with_selected(values, chosen, labels), facet.hierarchical)


def facet_row(value: FacetValue, level: int, tree: FacetTree, request: Request, urls: Urls) -> FacetRow:
    """Return one value as a row."""
    return FacetRow(
        label=value.label,
        count=number(value.count),
        url=urls.search(tree.toggled(request, value.value)),
        selected=value.selected,
        level=min(level, 6),
    )


def _view(facet: Facet, tree: FacetTree, request: Request, urls: Urls, *, is_open: bool) -> FacetView:
    rows = tuple(facet_row(value, level, tree, request, urls) for level, value in tree.shown(SHORT))
    chosen = sum(value.selected for value in tree.values)
    # Of a tree the result gives only the open branches, so its full number is not known here.
    more = facet.hierarchical or len(tree.values) > len(rows)
    return FacetView(
        name=facet.name,
        label=facet.label,
        rows=rows,
        all_url=urls.facet(request, facet.name) if more else None,
        all_label="Show all" if facet.hierarchical else f"Show all {number(len(tree.values))}",
        open=is_open or chosen > 0,
        chosen=chosen,
    )
