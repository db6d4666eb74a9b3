"""Answers a request: text to matches, as-of mask, facets, order, page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from searchcore.engine import RawHit, RawResult
from searchcore.lazy import LazySequence
from searchcore.query import Node, Word, parse
from searchcore.request import Request
from searchcore.result import Reason, Record
from searchcore.schema import KindSchema
from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.budget import limited, was_cut
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.counting import Kept
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.denials import Denials, Pairs
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.found import Found, Places, Scores
from searchcore.whoosh_engine.grouping import group_page, grouped_hits
from searchcore.whoosh_engine.highlight import highlighter
from searchcore.whoosh_engine.known_codes import exact_docs, typed_so, with_known_codes
from searchcore.whoosh_engine.nearness import Nearness
from searchcore.whoosh_engine.numerals import with_numbers
from searchcore.whoosh_engine.ordering import page_of, page_of_best, plain_words, sort_keys
from searchcore.whoosh_engine.part_pass import MOST_BEST
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.reasons import Reasons, Texts
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.relaxing import Relaxing
from searchcore.whoosh_engine.spelling import Speller
from searchcore.whoosh_engine.translate import Translator
from searchcore.whoosh_engine.translate_joined import JoinTranslator
from searchcore.whoosh_engine.whole_texts import WholeTexts
from searchcore.whoosh_engine.words import Words

# Records of which a text is the whole query, and the factors of their scores.
Lifted = tuple[Docs, Scores]

_NONE: Places = np.zeros(0, np.int64)
# Greater than the score of any record: an exact code in the form of its system goes first.
TYPED_SO = 1e6
CUT = "the search took more than {} seconds; not every part of the text was looked at"


@dataclass(frozen=True)
class Context:
    """What a search works with. `parts`: of a joined kind; `whole` and so on: of any other, else None."""

    schema: KindSchema
    columns: Columns
    words: Words
    ranking: Ranking
    executor: Executor
    records: RecordReader
    texts: Texts
    speller: Speller
    parts: Parts | None = None
    whole: WholeTexts | None = None
    near: Nearness | None = None
    denials: Denials | None = None

    def switches(self, request: Request) -> Switches:
        """Return which language rules hold in a search."""
        return Switches(self.texts.expansions, self.texts.fields, expand=request.expand, off=request.off)

    def reasons(self, node: Node, switches: Switches) -> Callable[[int, Record], tuple[Reason, ...]]:
        """Return what gives the reasons of a hit, from its number and its record."""
        found, parts = Reasons(node, self.texts, switches), self.parts
        if parts is None:
            return found.of
        return lambda doc, record: found.of_parts(parts.of(doc), record)

    def translator(self, switches: Switches, as_of: dt.date | None = None) -> Translator:
        """Return what makes Whoosh queries for this index, with the status that records have on a day."""
        day = self.columns.on_day(as_of)
        if self.parts is None:
            return Translator(self.schema, self.columns, self.words, self.ranking, switches, day)
        return JoinTranslator(self.schema, self.columns, self.parts, self.ranking, switches, day)


def run(context: Context, request: Request) -> RawResult:
    """Answer a request; see `searchcore.engine.KindIndex.search`."""
    parsed = parse(request.text, context.schema.names)
    attempts = _Attempts(context, request)
    node = with_numbers(with_known_codes(parsed.node, context.columns))
    with limited(context.ranking.seconds):
        answer = Relaxing(attempts, context.speller, request.text).answer(node)
    cut = (CUT.format(context.ranking.seconds),) if was_cut() else ()
    pairs = attempts.denied(answer.node)
    denials = context.denials.notes(answer.kept.docs, pairs) if context.denials and pairs else ()
    notes = tuple(dict.fromkeys((*parsed.notes, *answer.notes, *denials, *attempts.notes)))
    hits, groups = _hits(context, request, answer.node, answer.found, answer.kept, attempts.switches)
    return RawResult(
        total=answer.kept.total,
        hits=hits,
        counts=answer.kept.counts(),
        notes=notes,
        groups=groups,
        suggestion=answer.suggestion,
        complete=answer.complete,
        warnings=cut,
    )


class _Attempts:
    """What one request can try; see `attempts.Attempts`."""

    def __init__(self, context: Context, request: Request) -> None:
        self._context = context
        self._request = request
        self.noun = context.schema.noun
        self.strict = request.all_words
        self.ranked = context.schema.sorts[request.sort].column == "score"
        self.switches = context.switches(request)
        self.translator = context.translator(self.switches, request.as_of)
        self._wholes: dict[tuple[str, ...], Lifted] = {}
        # Of the tree that was asked about last.
        self._denied: tuple[Node, Pairs] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of how the query was made."""
        return *self.translator.notes, *self.switches.notes

    def read(self, text: str) -> Node:
        """See `attempts.Attempts`."""
        node = parse(text, self._context.schema.names).node
        return with_numbers(with_known_codes(node, self._context.columns))

    def query(self, node: Node) -> Any:
        """See `attempts.Attempts`."""
        return self.translator.query(node)

    def run(self, wanted: Any) -> Found:
        """See `attempts.Attempts`."""
        return self._context.executor.run(wanted)

    def denied(self, node: Node) -> Sequence[tuple[Word, Word]]:
        """See `attempts.Attempts`."""
        if self._context.denials is None:
            return ()
        if self._denied is None or self._denied[0] is not node:
            self._denied = node, self._context.denials.pairs(node)
        return self._denied[1]

    def undenied(self, node: Node, kept: Kept) -> bool:
        """See `attempts.Attempts`."""
        denials, pairs = self._context.denials, self.denied(node)
        return denials is not None and bool(pairs) and denials.undenied(kept.docs, pairs)

    def count(self, node: Node, found: Found) -> Kept:
        """See `attempts.Attempts`."""
        words = tuple(plain_words(node))
        if self._context.whole is not None and words and len(found):
            # The same for all steps of a search.
            if words not in self._wholes:
                self._wholes[words] = self._context.whole.matches(words, said=self._request.expand)
            found = _lifted(found, *self._wholes[words])
            if self._context.near is not None and self.ranked:
                found = self._context.near.lifted(found, words)
            pairs = self.denied(node)
            if self._context.denials is not None and self.ranked and pairs:
                found = self._context.denials.held_back(found, pairs)
        return _count(self._context, self._request, found)


def _lifted(found: Found, docs: Docs, factors: Scores) -> Found:
    """Return the matches with the scores of some records multiplied.

    Args:
        found: the matches.
        docs: the records, ascending; not all of them must be matches.
        factors: by what.
    """
    if not len(docs):
        return found
    places = np.searchsorted(found.docs, docs)
    inside = places < len(found)
    inside[inside] = found.docs[places[inside]] == docs[inside]
    if not inside.any():
        return found
    scores = found.scores.copy()
    scores[places[inside]] *= factors[inside]
    return Found(found.docs, scores, found.matched)


def _count(context: Context, request: Request, found: Found) -> Kept:
    """Return the matches that stand on the day and pass all selections, and the counts of all facets."""
    counting = context.columns.cells.counting(
        context.columns.on_day(request.as_of),
        every_version=request.as_of is None,
        selected=request.selected,
        factors=context.ranking.status_factors,
    )
    best = request.page * request.per_page
    if found.one_pass is not None and best <= MOST_BEST and _is_ranked(context, request):
        return found.one_pass.kept(counting, best)
    return counting.count(found.docs, found.scores if found.scored else np.zeros(0))


def _is_ranked(context: Context, request: Request) -> bool:
    """Tell whether single records are wanted, the best scores first."""
    return context.schema.sorts[request.sort].column == "score" and not request.group


def _hits(
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
        keys[exact[typed_so(node, docs[exact], columns)]] -= TYPED_SO
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
