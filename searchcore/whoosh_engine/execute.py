"""Runs Whoosh query trees over the arrays of a segment: the records and scores of Whoosh's own searcher.

Words, phrases, prefixes, patterns, ranges, similar words, their combinations and our own nodes run in
kernels or NumPy. Every other query class of Whoosh runs through its own matcher over the same segment, so
that any tree can be mixed. Boosts are greater than 0: some matchers of Whoosh take 0 for no match.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from whoosh import query

from searchcore.whoosh_engine.budget import spent
from searchcore.whoosh_engine.found import (
    Docs,
    Found,
    all_of,
    any_of,
    complement,
    constant,
    counted,
    nothing,
)
from searchcore.whoosh_engine.joins import MOST_JOINED, all_joined, any_joined, some_joined, split_joins
from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.leaves import Leaves, Scoring, make_scoring
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.queries import (
    AnyWord,
    AsOfMask,
    AtLeast,
    BestOf,
    ColumnRange,
    ConstantScore,
    DocsQuery,
    OfParts,
    Only,
    Without,
    drain,
)

__all__ = ["Docs", "Executor", "Found", "Scoring", "make_scoring"]

# Of these an empty text or a pattern for everything means every record with a word in the field.
_EVERYTHING = {query.Prefix: "", query.Wildcard: "*", query.Regex: ".*"}


class Executor:
    """Runs queries over one segment. Safe to share between threads, but for `searcher`.

    Args:
        segment: the segment.
        scoring: of the merged field.
        searcher: returns a Whoosh searcher of the running thread, for query classes without a kernel.
    """

    def __init__(self, segment: OpenSegment, scoring: Scoring, searcher: Callable[[], Any]) -> None:
        self._leaves = Leaves(segment, scoring, searcher)
        self._searcher = searcher
        self._records = segment.count

    def run(self, wanted: Any) -> Found:
        """Return all records of a query (None finds nothing) with their scores."""
        if wanted is None or wanted is query.NullQuery:
            return nothing()
        if isinstance(wanted, DocsQuery):
            return constant(wanted.doc_numbers, wanted.score * wanted.boost)
        runner = _RUNNERS.get(type(wanted))
        found = None if runner is None else runner(self, wanted)
        return self._by_whoosh(wanted) if found is None else found

    def _by_whoosh(self, wanted: Any) -> Found:
        """Run a query through its own matcher."""
        searcher = self._searcher()
        docs, scores = drain(wanted.matcher(searcher, searcher.context()))
        return Found(np.array(docs, np.uint32), np.array(scores, np.float64))

    def _term(self, wanted: Any) -> Found | None:
        if wanted.minquality:
            return None
        return self._leaves.term(wanted.fieldname, wanted.text).boosted(wanted.boost)

    def _pattern(self, wanted: Any) -> Found:
        if wanted.text == _EVERYTHING[type(wanted)]:
            return constant(self._leaves.every(wanted.fieldname), wanted.boost)
        return self._leaves.several(wanted)

    def _any_word(self, wanted: AnyWord) -> Found:
        docs = self._leaves.any_word(wanted.fieldname, wanted.words)
        return constant(docs, wanted.score * wanted.boost)

    def _every(self, wanted: Any) -> Found:
        if wanted.fieldname is None:
            return constant(np.arange(self._records, dtype=np.uint32), wanted.boost)
        return constant(self._leaves.every(wanted.fieldname), wanted.boost)

    def _and(self, wanted: Any) -> Found:
        parts = wanted.subqueries
        if len(parts) == 1:  # Whoosh leaves out the boost then, in any combination (CompoundQuery.matcher)
            return self.run(parts[0])
        words, others = _merged_words(parts)
        joins, others = split_joins(others)
        found = [self._leaves.all_words(words)] if words else []
        if not found or len(found[0]):
            found += all_joined(joins)
        late = [part for part in others if isinstance(part, ColumnRange | query.Not)]
        early = [part for part in others if not isinstance(part, ColumnRange | query.Not)]
        if not found and not early:
            early = late[:1]
            del late[:1]
        for part in early:
            if found and not len(found[-1]):
                return nothing()
            # A record that was not looked at in every part is none that is known to match.
            if found and spent():
                return nothing()
            found.append(self.run(part))
        result = all_of(found)
        for part in late:
            if spent():
                return nothing()
            result = self._narrowed(result, part)
        return result.boosted(wanted.boost)

    def _narrowed(self, found: Found, part: Any) -> Found:
        """Return the records of a list that a part of an And keeps, without looking for all of its own."""
        if isinstance(part, ColumnRange):
            return found.where(part.holds(found.docs)).plus(part.score * part.boost)
        # Whoosh gives every record that a Not finds the score 1, in an And too (InverseMatcher).
        return found.without(self.run(part.query)).plus(1.0)

    def _or(self, wanted: Any) -> Found | None:
        parts = wanted.subqueries
        if len(parts) == 1:
            return self.run(parts[0])
        if wanted.scale:
            return self._scaled(wanted)
        words, others = _merged_words(parts)
        joins, others = split_joins(others)
        found = [self._leaves.some_words(words)] if words else []
        # The first part is run however late it is, so that an exact code is always found.
        found += any_joined(joins)
        found += [self.run(part) for at, part in enumerate(others) if not (at and spent())]
        return any_of(found).boosted(wanted.boost)

    def _scaled(self, wanted: Any) -> Found | None:
        """Return an Or of words whose scores grow with the number of words that match (CoordMatcher).

        While Whoosh collects, it takes the lists that have come to their end out of the number of words, so
        that later records score otherwise. Here the number is that of the words that the index has.
        """
        parts = wanted.subqueries
        if not 0 < wanted.scale < 1 or any(type(part) is not query.Term for part in parts):
            return None
        terms = self._leaves.known([(part.fieldname, part.text) for part in parts])
        found = self._at_least(parts, 1).boosted(wanted.boost)
        if not terms or found.matched is None:
            return nothing()
        bonus = (found.matched - 1.0) / (terms - wanted.scale) ** 2
        return Found(found.docs, (found.scores + bonus) * ((terms - 1) / terms))

    def _best_of(self, wanted: Any) -> Found:
        """Return the records of any part with the highest score of those parts that match.

        Whoosh's own matcher also looks at the score of a part that is at a later record, and it leaves out
        the tie break (DisjunctionMaxMatcher.score, make_weighted_tree).
        """
        parts = wanted.subqueries
        if len(parts) == 1:
            return self.run(parts[0])
        found = counted([self.run(part) for part in parts], self._records, best=True)
        return Found(found.docs, found.scores).boosted(wanted.boost)

    def _at_least_of(self, wanted: AtLeast) -> Found:
        return self._at_least(wanted.subqueries, wanted.least).boosted(wanted.boost)

    def _at_least(self, parts: Sequence[Any], least: int) -> Found:
        words, others = _merged_words(parts)
        joins, rest = split_joins(others)
        if not others:
            return self._leaves.some_words(words, least)
        if not words and not rest and len(joins) <= MOST_JOINED:
            return some_joined(joins, least)
        return counted([self.run(part) for part in parts], self._records, least)

    def _not(self, wanted: Any) -> Found:
        excluded = self.run(wanted.query)
        # Where the time is over, not all of them may be known.
        return nothing() if spent() else constant(complement(excluded.docs, self._records), 1.0)

    def _only(self, wanted: Any) -> Found:
        found = self.run(wanted.a)
        if isinstance(wanted.b, ColumnRange):
            return found.where(wanted.b.holds(found.docs))
        return found.within(self.run(wanted.b)) if len(found) else found

    def _without(self, wanted: Any) -> Found:
        found = self.run(wanted.a)
        if not len(found):
            return found
        excluded = self.run(wanted.b)
        return nothing() if spent() else found.without(excluded)

    def _and_maybe(self, wanted: Any) -> Found:
        found = self.run(wanted.a)
        return found.maybe(self.run(wanted.b)) if len(found) else found

    def _otherwise(self, wanted: Any) -> Found:
        found = self.run(wanted.a)
        return found if len(found) else self.run(wanted.b)

    def _constant(self, wanted: Any) -> Found:
        boost = wanted.boost if isinstance(wanted, ConstantScore) else 1.0
        return constant(self.run(wanted.child).docs, wanted.score * boost)

    def _as_of(self, wanted: AsOfMask) -> Found:
        child = wanted.child
        if type(child) is query.Every and child.fieldname is None:
            return constant(np.flatnonzero(wanted.state[: self._records]).astype(np.uint32), child.boost)
        return self.run(child).standing(wanted.state)


# Only these very classes: a class made from one of them may mean something else. Whoosh's own AndNot and
# Require do not do what they are for (see `Without` and `Only`); here they do.
_RUNNERS: dict[type, Callable[[Executor, Any], Found | None]] = {
    query.And: Executor._and,
    query.AndMaybe: Executor._and_maybe,
    query.AndNot: Executor._without,
    query.ConstantScoreQuery: Executor._constant,
    query.DisjunctionMax: Executor._best_of,
    query.Every: Executor._every,
    query.FuzzyTerm: lambda self, wanted: self._leaves.several(wanted),
    query.Not: Executor._not,
    query.Or: Executor._or,
    query.Otherwise: Executor._otherwise,
    query.Phrase: lambda self, wanted: self._leaves.phrase(wanted),
    query.Prefix: Executor._pattern,
    query.Regex: Executor._pattern,
    query.Require: Executor._only,
    query.Term: Executor._term,
    query.TermRange: lambda self, wanted: self._leaves.several(wanted),
    query.Variations: lambda self, wanted: self._leaves.several(wanted),
    query.Wildcard: Executor._pattern,
    AnyWord: Executor._any_word,
    AsOfMask: Executor._as_of,
    AtLeast: Executor._at_least_of,
    BestOf: Executor._best_of,
    ConstantScore: Executor._constant,
    OfParts: lambda self, wanted: any_joined([wanted])[0],
    Only: Executor._only,
    Without: Executor._without,
}


def _merged_words(parts: Sequence[Any]) -> tuple[list[tuple[Any, float]], list[Any]]:
    """Split sub-queries into words of the merged field and all others."""
    words, others = [], []
    for part in parts:
        if type(part) is query.Term and part.fieldname == MERGED and not part.minquality:
            words.append((part.text, part.boost))
        else:
            others.append(part)
    return words, others
