"""Our own query nodes: Whoosh query classes with plain Python matchers, so that stock Whoosh can run them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import matching, query

from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.columns import Columns


def drain(matcher: Any) -> tuple[array[int], array[float]]:
    """Return all records of a fresh matcher, ascending, and their scores."""
    docs, scores = array("q"), array("d")
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return docs, scores


class DocsQuery(query.Query):  # type: ignore[misc]  # whoosh has no types
    """A query whose records are known from the columns; all have the same score."""

    boost = 1.0

    def __init__(self, columns: Columns, score: float = 1.0) -> None:
        self._columns = columns
        self.score = score
        self._found: Docs | None = None

    def find(self) -> Docs:
        """Return the records, ascending."""
        raise NotImplementedError

    @property
    def doc_numbers(self) -> Docs:
        """The records, looked up once."""
        if self._found is None:
            self._found = self.find()
        return self._found

    def field(self) -> None:
        """Return None: the records do not come from a field."""

    def estimate_size(self, _reader: Any) -> int:
        """Return the number of records."""
        return len(self.doc_numbers)

    def matcher(self, _searcher: Any, _context: Any = None) -> Any:
        """Return a matcher over the records."""
        if not len(self.doc_numbers):
            return matching.NullMatcher()
        return matching.ListMatcher(self.doc_numbers.tolist(), all_weights=self.score)


class ExactCode(DocsQuery):
    """Records with one of these stored codes, in every code system that has it."""

    def __init__(self, columns: Columns, codes: tuple[str, ...], score: float = 1.0) -> None:
        super().__init__(columns, score)
        self.codes = codes

    def find(self) -> Docs:
        """See `DocsQuery`."""
        return self._columns.with_codes(self.codes)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other).get("codes") == self.codes

    def __hash__(self) -> int:
        return hash((type(self), self.codes))


class CodePrefix(DocsQuery):
    """Records whose stored code starts so, perhaps of some code systems only."""

    def __init__(
        self, columns: Columns, prefix: str, systems: tuple[str, ...] | None = None, score: float = 1.0
    ) -> None:
        super().__init__(columns, score)
        self.prefix = prefix
        self.systems = systems

    def find(self) -> Docs:
        """See `DocsQuery`."""
        return self._columns.with_code_prefix(self.prefix, self.systems)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CodePrefix) and (other.prefix, other.systems) == (self.prefix, self.systems)

    def __hash__(self) -> int:
        return hash((type(self), self.prefix, self.systems))


class AnyWord(query.Query):  # type: ignore[misc]
    """Records with at least one of many words in a field; all have the same score."""

    boost = 1.0

    def __init__(self, fieldname: str, words: tuple[str, ...], score: float = 1.0) -> None:
        self.fieldname = fieldname
        self.words = words
        self.score = score

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
        return matching.ListMatcher(sorted(found), all_weights=self.score)

    def __eq__(self, other: object) -> bool:
        mine = (self.fieldname, self.words)
        return isinstance(other, AnyWord) and (other.fieldname, other.words) == mine

    def __hash__(self) -> int:
        return hash((type(self), self.fieldname, self.words))


class OfParts(query.Query):  # type: ignore[misc]
    """Records of a joined kind that name a part which matches a query; they have the sum of its scores.

    Args:
        parts: the parts of the index (`searchcore.whoosh_engine.parts.Parts`).
        child: a query over the texts of parts.
        columns: the columns in which a record may name the part.
    """

    boost = 1.0

    def __init__(self, parts: Any, child: Any, columns: tuple[str, ...]) -> None:
        self.parts = parts
        self.child = child
        self.columns = columns

    def estimate_size(self, reader: Any) -> int:
        """Return an upper bound of the number of records."""
        return int(reader.doc_count_all())

    def matcher(self, searcher: Any, _context: Any = None) -> Any:
        """Return a matcher over the records, found by looking at each of them."""
        found = self.parts.having(self.child)
        scores = dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))
        named = [self.parts.numbers(column) for column in self.columns]
        docs, sums = [], []
        for doc in range(searcher.reader().doc_count_all()):
            matched = [scores[number] for column in named if (number := int(column[doc]) - 1) in scores]
            if matched:
                docs.append(doc)
                sums.append(sum(matched) * self.boost)
        return matching.ListMatcher(docs, sums) if docs else matching.NullMatcher()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OfParts) and (other.child, other.columns) == (self.child, self.columns)

    def __hash__(self) -> int:
        return hash((type(self), self.child, self.columns))


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

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return a matcher that leaves out versions that stand for nothing on the day."""
        child = self.child.matcher(searcher, context)
        return matching.FilterMatcher(child, _Representatives(self.state))


def _ids(matcher: Any) -> Iterator[int]:
    """Yield the records of a fresh matcher."""
    while matcher.is_active():
        yield matcher.id()
        matcher.next()


class _Representatives:
    """The as-of array as a container of record numbers."""

    def __init__(self, state: npt.NDArray[np.uint8]) -> None:
        self._state = state

    def __contains__(self, doc: int) -> bool:
        return bool(self._state[doc])
