"""Answers a request: text to matches, as-of mask, facets, order, page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.engine import RawHit, RawResult
from searchcore.query import And, Node, Not, parse
from searchcore.request import Request
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.highlight import highlighter
from searchcore.whoosh_engine.known_codes import codes_in, with_known_codes
from searchcore.whoosh_engine.ordering import Scores, exact_first, page_of, sort_keys, title_asked
from searchcore.whoosh_engine.queries import AsOfMask
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.translate import Translator
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
    """What a search works with; `searcher` returns the Whoosh searcher of the running thread."""

    schema: KindSchema
    columns: Columns
    words: Words
    ranking: Ranking
    executor: Executor
    searcher: Callable[[], Any]


def run(context: Context, request: Request) -> RawResult:
    """Answer a request; see `searchcore.engine.KindIndex.search`."""
    columns = context.columns
    day = columns.on_day(request.as_of)
    parsed = parse(request.text, context.schema.text)
    notes = list(parsed.notes)
    node = with_known_codes(parsed.node, columns)
    found = _matches(context, node, day if request.as_of else None, notes)
    kept = columns.cells.count(
        found.docs,
        found.scores,
        day,
        selected=request.selected,
        factors=context.ranking.status_factors(),
        titles=columns.title_hash,
        title=title_asked(node),
        whole=context.ranking.whole_title,
    )
    matched = None if found.matched is None else found.matched[np.searchsorted(found.docs, kept.docs)]
    matches = Matches(kept.docs, kept.scores, matched)
    return RawResult(len(kept.docs), _hits(context, request, node, matches, day), kept.counts, tuple(notes))


def _matches(context: Context, node: Node, day: Day | None, notes: list[str]) -> Matches:
    """Return what matches on a day (every version without one), relaxing where nothing has all words."""
    translator = Translator(context.schema, context.columns, context.words, context.ranking)
    found = _collect_on(context, translator.query(node), day)
    if not len(found.docs) and isinstance(node, And):
        relaxed = _some_of(context, translator, node, day)
        if relaxed is not None and len(relaxed.docs):
            notes.append(RELAXED)
            found = relaxed
    notes += dict.fromkeys(translator.notes)
    return found


def _collect_on(context: Context, wanted: Any, day: Day | None) -> Matches:
    found = context.executor.run(wanted if wanted is None or day is None else AsOfMask(wanted, day.state))
    return Matches(found.docs, found.scores)


def _some_of(context: Context, translator: Translator, node: And, day: Day | None) -> Matches | None:
    """Return records with at least one of the clauses and none of the excluded ones; None for one clause."""
    clauses = [part for part in node.nodes if not isinstance(part, Not)]
    if len(clauses) < 2:
        return None
    scores = np.zeros(context.columns.count)
    matched = np.zeros(context.columns.count, np.int64)
    for clause in clauses:
        found = _collect_on(context, translator.query(clause), day)
        scores[found.docs] += found.scores
        matched[found.docs] += 1
    for excluded in node.nodes:
        if isinstance(excluded, Not):
            matched[_collect_on(context, translator.query(excluded.node), day).docs] = 0
    docs = np.flatnonzero(matched).astype(np.uint32)
    return Matches(docs, scores[docs], matched[docs])


def _hits(context: Context, request: Request, node: Node, matches: Matches, day: Day) -> tuple[RawHit, ...]:
    columns, docs = context.columns, matches.docs
    scores = matches.scores
    exact = np.isin(docs, columns.with_codes(codes_in(node)))
    keys = sort_keys(docs, scores, matches.matched, context.schema.sorts[request.sort], columns)
    if request.sort in ("score", context.schema.default_sort):
        keys = exact_first(keys, exact)
    reader = RecordReader(context.schema, columns, context.searcher(), day)
    highlight = highlighter(node)
    hits = []
    for position in page_of(docs, keys, columns, request.page, request.per_page).tolist():
        record = reader.read(int(docs[position]))
        spans = highlight.spans(record.title)
        hits.append(RawHit(record, float(scores[position]), spans, bool(exact[position])))
    return tuple(hits)
