"""Answers a request: text to matches, as-of mask, facets, order, page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from searchcore.engine import RawHit, RawResult
from searchcore.lazy import LazySequence
from searchcore.query import And, Node, Not, parse
from searchcore.request import Request
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.cells import Kept
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.grouping import group_page, grouped_hits
from searchcore.whoosh_engine.highlight import highlighter
from searchcore.whoosh_engine.known_codes import codes_in, with_known_codes
from searchcore.whoosh_engine.ordering import Scores, page_of, sort_keys, title_asked
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.translate import JoinTranslator, Translator
from searchcore.whoosh_engine.words import Words

RELAXED = "no record has all of these words; showing those with some of them"


@dataclass(frozen=True)
class Matches:
    """Records that match, ascending. `matched`: how many words each has, where not all had to match."""

    docs: Docs
    scores: Scores
    matched: npt.NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Context:
    """What a search works with. `parts`: of a joined kind, else None."""

    schema: KindSchema
    columns: Columns
    words: Words
    ranking: Ranking
    executor: Executor
    records: RecordReader
    parts: Parts | None = None

    def translator(self) -> Translator:
        """Return what makes Whoosh queries for this index."""
        if self.parts is None:
            return Translator(self.schema, self.columns, self.words, self.ranking)
        return JoinTranslator(self.schema, self.columns, self.parts, self.ranking)


def run(context: Context, request: Request) -> RawResult:
    """Answer a request; see `searchcore.engine.KindIndex.search`."""
    parsed = parse(request.text, context.schema.text)
    notes = list(parsed.notes)
    node = with_known_codes(parsed.node, context.columns)
    translator = context.translator()
    found = context.executor.run(translator.query(node))
    matches = Matches(found.docs, found.scores)
    kept = _count(context, request, node, matches)
    if not kept.standing and isinstance(node, And):
        relaxed = _some_of(context, translator, node)
        if relaxed is not None:
            relaxed_kept = _count(context, request, node, relaxed)
            if relaxed_kept.standing:
                notes.append(RELAXED)
                matches, kept = relaxed, relaxed_kept
    notes += dict.fromkeys(translator.notes)
    matched = None if matches.matched is None else matches.matched[np.searchsorted(matches.docs, kept.docs)]
    hits, groups = _hits(context, request, node, Matches(kept.docs, kept.scores, matched))
    return RawResult(len(kept.docs), hits, kept.counts, tuple(notes), groups)


def _count(context: Context, request: Request, node: Node, matches: Matches) -> Kept:
    """Return the matches that stand on the day and pass all selections, and the counts of all facets."""
    columns = context.columns
    return columns.cells.count(
        matches.docs,
        matches.scores,
        columns.on_day(request.as_of),
        every_version=request.as_of is None,
        selected=request.selected,
        factors=context.ranking.status_factors,
        titles=columns.title_hash,
        title=title_asked(node) if len(columns.title_hash) else 0,
        whole=context.ranking.whole_title,
    )


def _some_of(context: Context, translator: Translator, node: And) -> Matches | None:
    """Return records with at least one of the clauses and none of the excluded ones; None for one clause."""
    clauses = [part for part in node.nodes if not isinstance(part, Not)]
    if len(clauses) < 2:
        return None
    scores = np.zeros(context.columns.count)
    matched = np.zeros(context.columns.count, np.int64)
    for clause in clauses:
        found = context.executor.run(translator.query(clause))
        scores[found.docs] += found.scores
        matched[found.docs] += 1
    for excluded in node.nodes:
        if isinstance(excluded, Not):
            matched[context.executor.run(translator.query(excluded.node)).docs] = 0
    docs = np.flatnonzero(matched).astype(np.uint32)
    return Matches(docs, scores[docs], matched[docs])


def _hits(
    context: Context, request: Request, node: Node, matches: Matches
) -> tuple[tuple[RawHit, ...], int | None]:
    """Return the hits of the page, and of how many groups where they are grouped."""
    columns, docs, scores = context.columns, matches.docs, matches.scores
    keys = sort_keys(docs, scores, matches.matched, context.schema.sorts[request.sort], columns)
    exact = _positions(docs, columns.with_codes(codes_in(node)))
    first = exact if request.sort in ("score", context.schema.default_sort) else exact[:0]
    day = columns.on_day(request.as_of)
    highlight = highlighter(node)
    asked = set(exact.tolist())

    def hit(doc: int, score: float, is_exact: bool) -> RawHit:
        record = context.records.read(doc, day)
        return RawHit(record, score, LazySequence(partial(highlight.spans, record.title)), is_exact)

    def hits(places: npt.NDArray[np.int64]) -> Callable[[], tuple[RawHit, ...]]:
        """Return what reads the hits at some places; it holds on to these only, not to all matches."""
        found = [(int(docs[place]), float(scores[place]), place in asked) for place in places.tolist()]
        return lambda: tuple(hit(*each) for each in found)

    if request.group:
        groups, ranks = columns.groups[request.group], columns.codes.ranks(docs)
        page = group_page(docs, keys, ranks, first, groups, request.page, request.per_page)
        return grouped_hits(page, hits), page.total
    return hits(page_of(docs, keys, first, columns, request.page, request.per_page))(), None


def _positions(docs: Docs, wanted: Docs) -> npt.NDArray[np.int64]:
    """Return where some records stand among ascending ones, for those that do."""
    places = np.searchsorted(docs, wanted.astype(docs.dtype))
    inside = places < len(docs)
    places, wanted = places[inside], wanted[inside]
    return np.asarray(places[docs[places] == wanted], np.int64)
