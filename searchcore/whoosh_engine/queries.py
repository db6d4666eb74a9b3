"""Our own query nodes: Whoosh query classes with plain Python matchers, so that stock Whoosh can run them."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from whoosh import matching, query
from whoosh.query.compound import CompoundQuery

from searchcore.whoosh_engine.column_queries import CodePrefix, ColumnRange, DocsQuery, ExactCode, OfParts

__all__ = [
    "AnyWord",
    "AsOfMask",
    "AtLeast",
    "BestOf",
    "CodePrefix",
    "ColumnRange",
    "ConstantScore",
    "DocsQuery",
    "ExactCode",
    "OfParts",
    "Only",
    "Without",
    "drain",
]


def drain(matcher: Any) -> tuple[array[int], array[float]]:
    """Return all records of a fresh matcher, ascending, and their scores."""
    docs, scores = array("q"), array("d")
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return docs, scores


class AnyWord(query.Query):  # type: ignore[misc]
    """Records with at least one of many words in a field; all have the same score, times the boost."""

    def __init__(
        self, fieldname: str, words: tuple[str, ...], score: float = 1.0, boost: float = 1.0
    ) -> None:
        self.fieldname = fieldname
        self.words = words
        self.score = score
        self.boost = boost

    def estimate_size(self, reader: Any) -> int:
        """Return an upper bound of the number of records."""
        return sum(reader.doc_frequency(self.fieldname, word) for word in self.words)

    def matcher(self, searcher: Any, _context: Any = None) -> Any:
        """Return a matcher over the union of the words' records."""
        reader = searcher.reader()
        found: set[int] = set()
        for word in self.words:
            if (self.fieldname, word.encode()) in reader:
                found.update(_ids(reader.postings(self.fieldname, word)))
        if not found:
            return matching.NullMatcher()
        return matching.ListMatcher(sorted(found), all_weights=self.score * self.boost)

    def __repr__(self) -> str:
        return f"AnyWord({', '.join(map(repr, self._asked()))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyWord) and other._asked() == self._asked()

    def __hash__(self) -> int:
        return hash((type(self), *self._asked()))

    def _asked(self) -> tuple[Any, ...]:
        return self.fieldname, self.words, self.score, self.boost


class ConstantScore(query.ConstantScoreQuery):  # type: ignore[misc]
    """Records of a query, all with the same score, times the boost. Whoosh's own class takes no boost."""

    def __init__(self, child: Any, score: float = 1.0, boost: float = 1.0) -> None:
        super().__init__(child, score)
        self.boost = boost

    def _rewrap(self, child: Any) -> ConstantScore:
        return ConstantScore(child, self.score, self.boost)

    def with_boost(self, boost: float) -> ConstantScore:
        """Return the same query with another boost."""
        return ConstantScore(self.child, self.score, boost)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher over the records of the query."""
        docs = list(_ids(self.child.matcher(searcher, context)))
        if not docs:
            return matching.NullMatcher()
        return matching.ListMatcher(docs, all_weights=self.score * self.boost)

    def __eq__(self, other: object) -> bool:
        return bool(super().__eq__(other)) and isinstance(other, ConstantScore) and other.boost == self.boost

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.boost))


class AtLeast(CompoundQuery):  # type: ignore[misc]
    """Records of at least so many of some queries, with the sum of the scores of those that match.

    Whoosh 2.7.4 takes `Or(minmatch=...)` and leaves it aside.

    Args:
        least: how many, at least 1. A query that is given twice counts twice.
        subqueries: the queries.
        boost: all scores are multiplied by it, also where there is one query only.
    """

    JOINT = " SOME OF "

    def __init__(self, least: int, subqueries: Sequence[Any], boost: float = 1.0) -> None:
        if least < 1:
            raise ValueError(f"at least {least} of some queries is no question")
        super().__init__(list(subqueries), boost)
        self.least = least

    def normalize(self) -> AtLeast:
        """Return the query with its parts normalised; none of them may go, as they are counted."""
        return self.apply(lambda part: part.normalize())

    def apply(self, fn: Callable[[Any], Any]) -> AtLeast:
        """Return the query with something done to each of its parts."""
        return AtLeast(self.least, [fn(part) for part in self.subqueries], self.boost)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher over the records."""
        found = _scores_by_record(self.subqueries, searcher, context)
        return _listed({doc: sum(all_) for doc, all_ in found.items() if len(all_) >= self.least}, self.boost)

    def __repr__(self) -> str:
        return f"AtLeast({self.least}, {self.subqueries!r}, boost={self.boost})"

    def __eq__(self, other: object) -> bool:
        return bool(super().__eq__(other)) and isinstance(other, AtLeast) and other.least == self.least

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.least))


class BestOf(query.DisjunctionMax):  # type: ignore[misc]
    """Records of any of some queries with the highest of their scores.

    Whoosh 2.7.4's own `DisjunctionMax` also looks at scores of other records: its matcher asks both sides,
    wherever they stand (`DisjunctionMaxMatcher.score`).
    """

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher over the union."""
        if len(self.subqueries) == 1:
            return self.subqueries[0].matcher(searcher, context)
        found = _scores_by_record(self.subqueries, searcher, context)
        return _listed({doc: max(scores) for doc, scores in found.items()}, self.boost)


class Only(query.Require):  # type: ignore[misc]
    """Records of both queries with the score of the first. Whoosh 2.7.4's own `Require` excludes them."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher over the intersection."""
        scored = self.a.matcher(searcher, context)
        required = self.b.matcher(searcher, context)
        return matching.RequireMatcher(scored, required)


class Without(query.AndNot):  # type: ignore[misc]
    """Records of the first query that are not records of the second.

    The matcher of Whoosh 2.7.4's own `AndNot` lets its first record through where the second query begins
    with a lower record (`AndNotMatcher._find_first`).
    """

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher over the difference."""
        included = self.a.matcher(searcher, context)
        excluded = frozenset(_ids(self.b.matcher(searcher, context)))
        return matching.FilterMatcher(included, excluded, exclude=True)


class AsOfMask(query.WrappingQuery):  # type: ignore[misc]
    """The records of a query that stand for their keys on a day.

    Args:
        child: the query.
        state: the as-of array of `searchcore.validity`.
    """

    def __init__(self, child: Any, state: npt.NDArray[np.uint8]) -> None:
        super().__init__(child)
        self.state = state

    def _rewrap(self, child: Any) -> AsOfMask:
        return AsOfMask(child, self.state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        other = copy.copy(self)
        other.child = copy.deepcopy(self.child, memo)
        return other

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher that leaves out versions that stand for nothing on the day."""
        child = self.child.matcher(searcher, context)
        return matching.FilterMatcher(child, _Representatives(self.state))


def _ids(matcher: Any) -> Iterator[int]:
    """Yield the records of a fresh matcher."""
    while matcher.is_active():
        yield matcher.id()
        matcher.next()


def _scores_by_record(subqueries: Sequence[Any], searcher: Any, context: Any) -> dict[int, list[float]]:
    """Return the scores of every record that one of some queries finds."""
    found: dict[int, list[float]] = {}
    for each in subqueries:
        for doc, score in zip(*drain(each.matcher(searcher, context)), strict=True):
            found.setdefault(doc, []).append(score)
    return found


def _listed(scores: dict[int, float], boost: float) -> Any:
    """Return a matcher over records with scores."""
    if not scores:
        return matching.NullMatcher()
    docs = sorted(scores)
    return matching.ListMatcher(docs, weights=[scores[doc] * boost for doc in docs])


class _Representatives:
    """The as-of array as a container of record numbers."""

    def __init__(self, state: npt.NDArray[np.uint8]) -> None:
        self._state = state

    def __contains__(self, doc: int) -> bool:
        return bool(self._state[doc])
