"""Answers a request: text to matches, as-of mask, facets, order, page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchcore.engine import RawResult
from searchcore.query import Node, Word, parse
from searchcore.request import Request
from searchcore.whoosh_engine.budget import limited, was_cut
from searchcore.whoosh_engine.context import Context
from searchcore.whoosh_engine.counting import Kept
from searchcore.whoosh_engine.denials import Pairs
from searchcore.whoosh_engine.execute import Docs
from searchcore.whoosh_engine.found import Found, Scores
from searchcore.whoosh_engine.known_codes import with_known_codes
from searchcore.whoosh_engine.numerals import with_numbers
from searchcore.whoosh_engine.ordering import plain_words
from searchcore.whoosh_engine.page_hits import hits_of_page
from searchcore.whoosh_engine.part_pass import MOST_BEST
from searchcore.whoosh_engine.relaxing import Relaxing

# Records of which a text is the whole query, and the factors of their scores.
Lifted = tuple[Docs, Scores]

CUT = "the search took more than {} seconds; not every part of the text was looked at"


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
    hits, groups = hits_of_page(context, request, answer.node, answer.found, answer.kept, attempts.switches)
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
        self._opposed: dict[tuple[str, ...], Docs] = {}
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
            found = found.multiplied(*self._wholes[words])
            if self._context.near is not None and self.ranked:
                found = self._context.near.lifted(found, words)
            denials = self._context.denials
            if denials is not None and self.ranked:
                if words not in self._opposed:
                    self._opposed[words] = denials.opposed(node, self.denied(node))
                found = denials.held_back(found, self._opposed[words])
        return _count(self._context, self._request, found)


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
