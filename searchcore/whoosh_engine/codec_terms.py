"""Terms of a segment as Whoosh reads them: membership, cursors, statistics, matchers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchcore.whoosh_engine.codec_matcher import PostingsMatcher
from searchcore.whoosh_engine.layout import WEIGHT_UNITS
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.terms import FieldPostings

Term = tuple[str, bytes]


class PostingsInfo(TermInfo):  # type: ignore[misc]  # whoosh has no types
    """Statistics of a term, each worked out from the arrays when it is asked for."""

    def __init__(self, segment: OpenSegment, field: str, number: int) -> None:
        self._lengths = segment.lengths_of
        self._field = field
        postings = segment.postings(field)
        begin, end = postings.span(number)
        self._docs = postings.docs[begin:end]
        self._units = None if postings.weights is None else postings.weights[begin:end]

    def weight(self) -> float:
        """Return the sum of the weights of all postings."""
        return len(self._docs) * 1.0 if self._units is None else int(self._units.sum()) / WEIGHT_UNITS

    def doc_frequency(self) -> int:
        """Return the number of records that have the term."""
        return len(self._docs)

    def min_length(self) -> int:
        """Return the length of the shortest record that has the term."""
        return int(self._lengths(self._field)[self._docs].min())

    def max_length(self) -> int:
        """Return the length of the longest record that has the term."""
        return int(self._lengths(self._field)[self._docs].max())

    def max_weight(self) -> float:
        """Return the greatest weight of a posting."""
        return 1.0 if self._units is None else int(self._units.max()) / WEIGHT_UNITS

    def min_id(self) -> int:
        """Return the first record."""
        return int(self._docs[0])

    def max_id(self) -> int:
        """Return the last record."""
        return int(self._docs[-1])


class TermsCursor(base.FieldCursor):  # type: ignore[misc]
    """A place among the terms of a field."""

    def __init__(self, segment: OpenSegment, field: str, fieldobj: Any) -> None:
        self._segment = segment
        self._field = field
        self._fieldobj = fieldobj
        self._postings = segment.postings(field) if field in segment.names else None
        self._number = 0

    def first(self) -> Any:
        """Go to the first term and return it."""
        self._number = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term that is not below `term` and return it."""
        if not isinstance(term, bytes):
            term = self._fieldobj.to_bytes(term)
        self._number = self._postings.first_at_least(term) if self._postings is not None else 0
        return self.text()

    def next(self) -> Any:
        """Go to the next term and return it."""
        if self.is_valid():
            self._number += 1
        return self.text()

    def text(self) -> Any:
        """Return the term, None behind the last one."""
        if self._postings is None or not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._postings.term(self._number))

    def term_info(self) -> PostingsInfo | None:
        """Return the statistics of the term, None behind the last one."""
        return PostingsInfo(self._segment, self._field, self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Tell whether the cursor is at a term."""
        return self._postings is not None and self._number < len(self._postings)


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields. It has no state of its own, so that threads may share it."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment

    def __contains__(self, term: Term) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of all fields that have terms."""
        return list(self._segment.names)

    def cursor(self, fieldname: str, fieldobj: Any) -> TermsCursor:
        """Return a cursor at the first term of a field."""
        return TermsCursor(self._segment, fieldname, fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield all terms by field, then by bytes."""
        for name in self._segment.names:
            yield from self._terms_of(name, 0)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield the terms of a field that are not below `prefix`, then those of the fields behind it."""
        for name in self._segment.names:
            if name == fieldname:
                yield from self._terms_of(name, self._segment.postings(name).first_at_least(prefix))
            elif name > fieldname:
                yield from self._terms_of(name, 0)

    def items(self) -> Iterator[tuple[Term, PostingsInfo]]:
        """Yield all terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, PostingsInfo]]:
        """Yield terms as `terms_from` does, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, tbytes: bytes) -> PostingsInfo:
        """Return the statistics of a term; raise TermNotFound if no record has it."""
        return PostingsInfo(self._segment, fieldname, self._known_number(fieldname, tbytes))

    def frequency(self, fieldname: str, tbytes: bytes) -> float:
        """Return the sum of a term's weights, 0 if no record has it."""
        number = self._number(fieldname, tbytes)
        return PostingsInfo(self._segment, fieldname, number).weight() if number >= 0 else 0

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        """Return the number of records that have a term."""
        number = self._number(fieldname, tbytes)
        if number < 0:
            return 0
        begin, end = self._segment.postings(fieldname).span(number)
        return end - begin

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        """Return a matcher over the records of a term; raise TermNotFound if there are none."""
        number = self._known_number(fieldname, tbytes)
        return PostingsMatcher(self._segment, (fieldname, tbytes), number, format_, scorer)

    def _terms_of(self, name: str, begin: int) -> Iterator[Term]:
        postings: FieldPostings = self._segment.postings(name)
        return ((name, postings.term(number)) for number in range(begin, len(postings)))

    def _number(self, fieldname: str, tbytes: bytes) -> int:
        if fieldname not in self._segment.names:
            return -1
        return self._segment.postings(fieldname).number(tbytes)

    def _known_number(self, fieldname: str, tbytes: bytes) -> int:
        number = self._number(fieldname, tbytes)
        if number < 0:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}")
        return number
