"""Answers a request: text to matches, as-of mask, facets, order, page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.engine import RawHit, RawResult
from searchcore.lazy import LazySequence
from searchcore.query import Node, parse
from searchcore.request import Request
from searchcore.result import Reason, Record
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.budget import limited, was_cut
from searchcore.whoosh_engine.cells import Kept
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import Day
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.found import Found, Scores
from searchcore.whoosh_engine.grouping import group_page, grouped_hits
from searchcore.whoosh_engine.highlight import highlighter
from searchcore.whoosh_engine.keys import Keys, KnownKeys, LateKeys
from searchcore.whoosh_engine.known_codes import exact_docs, with_known_codes
from searchcore.whoosh_engine.numerals import with_numbers
from searchcore.whoosh_engine.ordering import page_of, plain_words, sort_keys
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

CUT = "the search took more than {} seconds; not every part of the text was looked at"


@dataclass(frozen=True)
class Context:
    """What a search works with. `parts`: of a joined kind, `whole`: of any other, else None."""

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
    notes = tuple(dict.fromkeys((*parsed.notes, *answer.notes, *attempts.translator.notes)))
    hits, groups = _hits(context, request, answer.node, answer.found, answer.kept, attempts.switches)
    return RawResult(
        total=len(answer.kept.docs),
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

    def count(self, node: Node, found: Found) -> Kept:
        """See `attempts.Attempts`."""
        words = tuple(plain_words(node))
        if self._context.whole is not None and words and len(found):
            # The same for all steps of a search.
            if words not in self._wholes:
                self._wholes[words] = self._context.whole.matches(words, said=self._request.expand)
            found = _lifted(found, *self._wholes[words])
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
    columns = context.columns
    day = columns.on_day(request.as_of)
    return columns.cells.count(
        found.docs,
        found.scores if found.scored else np.zeros(0),
        day,
        every_version=request.as_of is None,
        selected=request.selected,
        factors=context.ranking.status_factors,
    )


def _hits(
    context: Context, request: Request, node: Node, found: Found, kept: Kept, switches: Switches
) -> tuple[tuple[RawHit, ...], int | None]:
    """Return the hits of the page, and of how many groups where they are grouped."""
    columns, docs = context.columns, kept.docs
    day = columns.on_day(request.as_of)
    scores = _final_scores(context, found, kept, day)
    keys = sort_keys(docs, scores, context.schema.sorts[request.sort], columns)
    exact = _positions(docs, exact_docs(node, columns))
    first = exact if request.sort in ("score", context.schema.default_sort) else exact[:0]
    highlight = highlighter(node)
    reasons = context.reasons(node, switches)
    asked = set(exact.tolist())

    def hit(doc: int, score: float, is_exact: bool) -> RawHit:
        record = context.records.read(doc, day)
        return RawHit(
            record,
            score,
            LazySequence(partial(highlight.spans, record.title)),
            is_exact,
            reasons=LazySequence(partial(reasons, doc, record)),
        )

    def hits(places: npt.NDArray[np.int64]) -> Callable[[], tuple[RawHit, ...]]:
        """Return what reads the hits at some places; it holds on to these only, not to all matches."""
        some = docs[places]
        exactly = [place in asked for place in places.tolist()]
        listed = list(zip(some.tolist(), (-scores.at(places)).tolist(), exactly, strict=True))
        return lambda: tuple(hit(*each) for each in listed)

    if request.group:
        groups, ranks = columns.groups[request.group], columns.codes.ranks(docs)
        page = group_page(
            docs, None if keys is None else keys.all, ranks, first, groups, request.page, request.per_page
        )
        return grouped_hits(page, hits), page.total
    return hits(page_of(docs, keys, first, columns, request.page, request.per_page))(), None


def _final_scores(context: Context, found: Found, kept: Kept, day: Day) -> Keys:
    """Return the scores of the matches that were kept, as keys."""
    if found.late is None:
        return KnownKeys(-kept.scores)
    return LateKeys(kept.docs, found.late, day.status, context.ranking.status_factors)


def _positions(docs: Docs, wanted: Docs) -> npt.NDArray[np.int64]:
    """Return where some records stand among ascending ones, for those that do."""
    places = np.searchsorted(docs, wanted.astype(docs.dtype))
    inside = places < len(docs)
    places, wanted = places[inside], wanted[inside]
    return np.asarray(places[docs[places] == wanted], np.int64)
