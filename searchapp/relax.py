"""A way out of an empty result: which facet's filter hides the most."""

from __future__ import annotations

from searchapp.presenters.facet_tree import with_values
from searchapp.presenters.search_page import Relaxation
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import load_kind

# Each facet tried is one search.
MAX_TRIED = 8


def relaxation(library: Library, request: Request) -> Relaxation | None:
    """Return the facet without whose filter most is found; None if dropping any one of them finds nothing."""
    facets = load_kind(request.kind).facets
    best: Relaxation | None = None
    for name, _ in request.filters[:MAX_TRIED]:
        without = with_values(request, name, ())
        total = library.search(without.with_(per_page=1)).total
        if total > (best.total if best else 0):
            best = Relaxation(facets[name].label, without, total)
    return best
