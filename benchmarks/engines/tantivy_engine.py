"""tantivy through its Python binding: one indexing thread, facets as fast fields and term aggregations.

Several forms ask for the same thing: a filter as "must have one of these values" or, for a facet of few
values, as "must have none of the others"; the total counted by the collector, or summed up from a facet so
that the best hits can be found without looking at every match. Each query is tried in all forms when it is
asked for the first time, and the quickest form is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.as_of import NOT_LIVE
from benchmarks.corpus import Corpus
from benchmarks.engines.base import PAGE, Answer, Session
from benchmarks.queries import Query

try:
    import tantivy
except ImportError:
    tantivy = None  # type: ignore[assignment]

_HEAP = 1_000_000_000
_MOST_VALUES = 10_000
_FEW_VALUES = 16
_TRIALS = 2
_STORED = ("code", "title")


class Tantivy:
    """An index of words and keys with positions, and raw fast fields for the facets."""

    name = "tantivy"
    label = "tantivy"
    most_records: int | None = None
    every = 1
    most_rounds: int | None = None
    one_session = True

    def missing(self) -> str:
        """See `Engine`."""
        return "" if tantivy else "the Python package tantivy is not installed (extra `bench`)"

    def build(self, corpus: Corpus, folder: Path) -> None:
        """See `Engine`."""
        index = tantivy.Index(_schema(corpus), path=str(folder))
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for row in corpus.rows():
            del row["number"]
            for name in _STORED:
                row[name] = (row[name] or "").encode()
            writer.add_document(tantivy.Document.from_dict(row, index.schema))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return TantivySession(corpus, tantivy.Index.open(str(folder)))


def _schema(corpus: Corpus) -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("words", "keys"):
        option = "position" if name == "words" else "basic"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in _STORED:
        # Bytes, because the binding indexes every text field, and whole titles are never asked for.
        builder.add_bytes_field(name, stored=True)
    for name in corpus.plan.facets:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("live", tokenizer_name="raw", index_option="basic")
    return builder.build()


class TantivySession:
    """A searcher, which threads may share; the binding lets others run while it works."""

    def __init__(self, corpus: Corpus, index: Any) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self._several = corpus.plan.several
        self._facets = corpus.plan.facets
        # A facet with one value a record: its counts add up to the number of matches.
        self._total_by = next(name for name in self._facets if name not in self._several)
        self._terms = {
            name: {"terms": {"field": name, "size": _MOST_VALUES, "segment_size": _MOST_VALUES}}
            for name in self._facets
        }
        self._values = self._facet_values()
        self._forms: dict[Query, tuple[bool, bool]] = {}

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        if query not in self._forms:
            self._forms[query] = self._best_form(query)
        return self._ask(query, *self._forms[query])

    def _best_form(self, query: Query) -> tuple[bool, bool]:
        def seconds(form: tuple[bool, bool]) -> float:
            return min(_timed(lambda: self._ask(query, *form)) for _ in range(_TRIALS))

        exclusions = [False, True] if self._can_exclude(query) else [False]
        return min(((excluding, count) for excluding in exclusions for count in (True, False)), key=seconds)

    def _can_exclude(self, query: Query) -> bool:
        if query.filter is None or query.filter[0] in self._several:
            return False
        return len(self._values[query.filter[0]]) <= _FEW_VALUES

    def _ask(self, query: Query, excluding: bool, count: bool) -> Answer:
        text = self._text(query)
        wanted = self._filtered(text, query, excluding)
        found = self._searcher.search(wanted, PAGE, count=count)
        own = query.filter[0] if query.filter else None
        counts = self._counts(wanted, [name for name in self._facets if name != own])
        if own:
            counts |= self._counts(text, [own])
        hits = [self._searcher.doc(address) for _, address in found.hits]
        shown = tuple((_text_of(hit, "code") or "", _text_of(hit, "title")) for hit in hits)
        total = found.count if count else self._sum(query, counts)
        return Answer(total, counts, shown)

    def _sum(self, query: Query, counts: dict[str, dict[str, int]]) -> int:
        """Return the number of matches: the sum over a facet of which each record has one value."""
        name = self._total_by
        if query.filter and query.filter[0] == name:
            chosen = query.filter[1]
            return sum(number for value, number in counts[name].items() if value in chosen)
        return sum(counts[name].values())

    def _text(self, query: Query) -> Any:
        """Return the query of the words, without versions that stand for nothing on the day."""
        make = tantivy.Query
        must, never = tantivy.Occur.Must, tantivy.Occur.MustNot
        dead = (never, make.term_query(self._schema, "live", NOT_LIVE))
        if query.words:
            words = [(must, make.term_query(self._schema, "words", word)) for word in query.words]
            return make.boolean_query([*words, dead])
        keys = [make.term_query(self._schema, "keys", key) for key in query.keys]
        phrases = [self._phrase(phrase) for phrase in query.phrases]
        either = make.boolean_query([(tantivy.Occur.Should, part) for part in (*keys, *phrases)])
        return make.boolean_query([(must, either), dead])

    def _phrase(self, words: tuple[str, ...]) -> Any:
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, "words", words[0])
        return tantivy.Query.phrase_query(self._schema, "words", list(words))

    def _filtered(self, text: Any, query: Query, excluding: bool) -> Any:
        if query.filter is None:
            return text
        make = tantivy.Query
        name, values = query.filter
        if excluding:
            others = [value for value in self._values[name] if value not in values]
            parts = [(tantivy.Occur.MustNot, make.term_query(self._schema, name, value)) for value in others]
        else:
            some = make.term_set_query(self._schema, name, list(values))
            parts = [(tantivy.Occur.Must, make.const_score_query(some, 0.0))]
        return make.boolean_query([(tantivy.Occur.Must, text), *parts])

    def _counts(self, wanted: Any, names: list[str]) -> dict[str, dict[str, int]]:
        found = self._searcher.aggregate(wanted, {name: self._terms[name] for name in names})
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]} for name in names
        }

    def _facet_values(self) -> dict[str, list[str]]:
        counts = self._counts(tantivy.Query.all_query(), list(self._facets))
        return {name: list(values) for name, values in counts.items()}


def _text_of(hit: Any, name: str) -> str | None:
    return bytes(hit.get_first(name) or b"").decode() or None


def _timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
