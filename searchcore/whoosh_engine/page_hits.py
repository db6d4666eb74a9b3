"""The hits of a page: which matches stand on it, in order, and what is read of each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

import numpy as np

from searchcore.engine import RawHit
from searchcore.lazy import LazySequence
from searchcore.query import Node
from searchcore.request import Request
from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.context import Context
from searchcore.whoosh_engine.counting import Kept
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.found import Docs, Found, Places, Scores
from searchcore.whoosh_engine.grouping import group_page, grouped_hits
from searchcore.whoosh_engine.highlight import highlighter
from searchcore.whoosh_engine.known_codes import exact_docs, typed_so
from searchcore.whoosh_engine.ordering import page_of, page_of_best, sort_keys

_NONE: Places = np.zeros(0, np.int64)
# Greater than the score of any record: an exact code in the form of its system goes first.
_TYPED_SO = 1e6


def hits_of_page(
    context: Context, request: Request, node: Node, found: Found, kept: Kept, switches: Switches
) -> tuple[tuple[RawHit, ...], int | None]:
    """Return the hits of the page, and of how many groups where they are grouped."""
    columns = context.columns
    day = columns.on_day(request.as_of)
    highlight = highlighter(node)
    reasons = context.reasons(node, switches)

    def hit(doc: int, score: float, is_exact: bool) -> RawHit:
        record = context.records.read(doc, day)
        return RawHit(
            record,
            score,
            LazySequence(highlight.spans, record.title),
            is_exact,
            reasons=LazySequence(reasons, doc, record),
        )

    exact_ones = exact_docs(node, columns)
    if kept.best is not None and not len(exact_ones):
        best_docs, best_keys = page_of_best(kept.best, columns, request.page, request.per_page)
        return tuple(map(hit, best_docs.tolist(), (-best_keys).tolist(), repeat(False))), None
    docs = kept.docs
    scores = _final_scores(context, found, kept, day)
    keys = sort_keys(docs, lambda: scores(slice(None)), context.schema.sorts[request.sort], columns)
    exact = _positions(docs, exact_ones) if len(exact_ones) else _NONE
    if keys is not None and len(exact) > 1 and context.schema.sorts[request.sort].column == "score":
        keys[exact[typed_so(node, docs[exact], columns)]] -= _TYPED_SO
    first = exact if request.sort in ("score", context.schema.default_sort) else _NONE
    asked = set(exact.tolist())

    def hits(places: Places) -> Callable[[], tuple[RawHit, ...]]:
        """Return what reads the hits at some places; it holds on to these only, not to all matches."""
        exactly = [place in asked for place in places.tolist()]
        listed = docs[places].tolist(), scores(places).tolist(), exactly
        return lambda: tuple(map(hit, *listed))

    if request.group:
        groups, ranks = columns.groups[request.group], columns.codes.ranks(docs)
        page = group_page(docs, keys, ranks, first, groups, request.page, request.per_page)
        return grouped_hits(page, hits), page.total
    return hits(page_of(docs, keys, first, columns, request.page, request.per_page))(), None


def _final_scores(context: Context, found: Found, kept: Kept, day: Day) -> Callable[[Places | slice], Scores]:
    """Return what gives the scores of some of the matches that were kept."""
    late = found.late
    if late is None:
        return lambda places: kept.scores[places]

    def scores(places: Places | slice) -> Scores:
        docs = kept.docs[places]
        some = late(docs)
        cell_kernels.weigh(docs, day.status, context.ranking.status_factors, some)
        return some

    return scores


def _positions(docs: Docs, wanted: Docs) -> Places:
    """Return where some records stand among ascending ones, for those that do."""
    places = np.searchsorted(docs, wanted.astype(docs.dtype))
    inside = places < len(docs)
    places, wanted = places[inside], wanted[inside]
    return np.asarray(places[docs[places] == wanted], np.int64)
