"""Our own query nodes over columns: no posting list of the index itself leads to their records."""

from __future__ import annotations

import copy
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
from whoosh import matching, query

from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.columns import Columns, Numbers


class IndexQuery(query.Query):  # type: ignore[misc]  # whoosh has no types
    """A query that holds on to arrays of an index: copies of it share them."""

    boost = 1.0

    def with_boost(self, boost: float) -> Self:
        """Return the same query with another boost. Whoosh's own method would copy the arrays."""
        other = copy.copy(self)
        other.boost = boost
        return other

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return copy.copy(self)


class DocsQuery(IndexQuery):
    """A query whose records are known from the columns; all have the same score, times the boost."""

    def __init__(self, score: float = 1.0, boost: float = 1.0) -> None:
        self.score = score
        self.boost = boost
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
        return matching.ListMatcher(self.doc_numbers.tolist(), all_weights=self.score * self.boost)

    def _asked(self) -> tuple[Any, ...]:
        """Return what makes two queries of a class the same."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._asked()))}, boost={self.boost})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._asked() == self._asked() and other.boost == self.boost

    def __hash__(self) -> int:
        return hash((type(self), self.boost, *self._asked()))


class ExactCode(DocsQuery):
    """Records with one of these stored codes, in every code system that has it."""

    def __init__(
        self, columns: Columns, codes: tuple[str, ...], score: float = 1.0, boost: float = 1.0
    ) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.codes = codes

    def find(self) -> Docs:
        """See `DocsQuery`."""
        return self._columns.with_codes(self.codes)

    def _asked(self) -> tuple[Any, ...]:
        return self.codes, self.score


class CodePrefix(DocsQuery):
    """Records whose stored code starts so, perhaps of some code systems only."""

    def __init__(
        self,
        columns: Columns,
        prefix: str,
        systems: tuple[str, ...] | None = None,
        score: float = 1.0,
        boost: float = 1.0,
    ) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.prefix = prefix
        self.systems = systems

    def find(self) -> Docs:
        """See `DocsQuery`."""
        return self._columns.with_code_prefix(self.prefix, self.systems)

    def _asked(self) -> tuple[Any, ...]:
        return self.prefix, self.systems, self.score


class NumberColumns(Protocol):
    """What has columns of numbers."""

    def numbers(self, name: str) -> Numbers:
        """Return a column by its name."""


class ColumnRange(DocsQuery):
    """Records whose value in a column lies in a range, bounds included; not those without a value.

    Args:
        columns: what has the column.
        name: of the column.
        low, high: the bounds; None for no bound.
        score, boost: every record scores their product.
    """

    def __init__(
        self,
        columns: NumberColumns,
        name: str,
        low: float | None = None,
        high: float | None = None,
        score: float = 1.0,
        boost: float = 1.0,
    ) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.name = name
        self.low = low
        self.high = high

    def find(self) -> Docs:
        """See `DocsQuery`."""
        column = self._columns.numbers(self.name)
        inside = self._inside(column.values, column.missing)
        docs = np.flatnonzero(inside if column.classes is None else inside[column.classes])
        return docs.astype(np.uint32)

    def holds(self, docs: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Tell of records whether they are found, without looking at any others."""
        column = self._columns.numbers(self.name)
        places = docs if column.classes is None else column.classes[docs]
        return self._inside(column.values[places], column.missing)

    def _inside(self, values: npt.NDArray[np.number], missing: float | None) -> npt.NDArray[np.bool_]:
        inside: npt.NDArray[np.bool_] = values == values  # NaN differs from itself
        if missing is not None:
            inside &= values != missing
        if self.low is not None:
            inside &= values >= self.low
        if self.high is not None:
            inside &= values <= self.high
        return inside

    def _asked(self) -> tuple[Any, ...]:
        return self.name, self.low, self.high, self.score


class OfParts(IndexQuery):
    """Records of a joined kind that name a part which matches a query; they have the sum of its scores.

    Args:
        parts: the parts of the index (`searchcore.whoosh_engine.parts.Parts`).
        child: a query over the texts of parts.
        columns: the columns in which a record may name the part.
    """

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

    def __repr__(self) -> str:
        return f"OfParts({self.child!r}, {self.columns!r}, boost={self.boost})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OfParts) and other._asked() == self._asked()

    def __hash__(self) -> int:
        return hash((type(self), *self._asked()))

    def _asked(self) -> tuple[Any, ...]:
        return self.child, self.columns, self.boost
