"""Whoosh 2.7.4 as it comes: its own codec, writer and searcher, facets through `groupedby`.

A facet of several values is one sortable column that holds the whole set, which is taken apart after
grouping: Whoosh's own way (`allow_overlap`) reads every posting of the facet for every query.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, index, query, sorting

from benchmarks.as_of import NOT_LIVE
from benchmarks.corpus import Corpus
from benchmarks.engines.base import PAGE, Answer, Session
from benchmarks.queries import Query

_BETWEEN = "\x1f"


class StockWhoosh:
    """It is slow enough for every fifth query and one round to do, and for large kinds to be left out."""

    name = "whoosh"
    label = "Whoosh 2.7.4"
    most_records: int | None = 500_000
    every = 5
    most_rounds: int | None = 1
    one_session = False

    def missing(self) -> str:
        """See `Engine`."""
        return ""

    def build(self, corpus: Corpus, folder: Path) -> None:
        """See `Engine`."""
        plan = corpus.plan
        made = index.create_in(str(folder), _schema(corpus))
        writer = made.writer(limitmb=512, procs=1)
        for row in corpus.rows():
            for name in plan.several:
                row[f"set_{name}"] = _BETWEEN.join(row[name])
                row[name] = _BETWEEN.join(row[name])
            del row["number"]
            writer.add_document(**row)
        writer.commit(optimize=True)

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return WhooshSession(corpus, index.open_dir(str(folder)).searcher())


def _schema(corpus: Corpus) -> Any:
    blanks = analysis.SpaceSeparatedTokenizer()
    sets = analysis.RegexTokenizer(rf"[^{_BETWEEN}]+")
    plan = corpus.plan
    columns: dict[str, Any] = {
        "code": fields.STORED(),
        "title": fields.STORED(),
        "live": fields.ID(),
        "words": fields.TEXT(analyzer=blanks, phrase=True),
        "keys": fields.FieldType(fields.formats.Existence(), blanks),
    }
    for name in plan.facets:
        if name in plan.several:
            columns[name] = fields.FieldType(fields.formats.Existence(), sets)
            columns[f"set_{name}"] = fields.ID(sortable=True)
        else:
            columns[name] = fields.ID(sortable=True)
    return fields.Schema(**columns)


class WhooshSession:
    """A searcher; one for each thread."""

    def __init__(self, corpus: Corpus, searcher: Any) -> None:
        self._searcher = searcher
        plan = corpus.plan
        self._several = plan.several
        self._columns = {name: f"set_{name}" if name in self._several else name for name in plan.facets}

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        wanted = _text(query)
        own = query.filter[0] if query.filter else None
        names = [name for name in self._columns if name != own]
        found = self._search(wanted, names, PAGE, query.filter)
        counts = {name: self._counts(found, name) for name in names}
        if own:
            counts[own] = self._counts(self._search(wanted, [own], 1, None), own)
        hits = tuple((hit["code"], hit.get("title")) for hit in found)
        # Each match is in one group, that of its value or of its set of values.
        total = sum(found.groups(self._columns[names[0]]).values())
        return Answer(total, counts, hits)

    def _search(self, wanted: Any, names: list[str], limit: int, chosen: Any) -> Any:
        kept = query.Or([query.Term(chosen[0], value) for value in chosen[1]]) if chosen else None
        return self._searcher.search(
            wanted,
            limit=limit,
            filter=kept,
            mask=query.Term("live", NOT_LIVE),
            groupedby=[self._columns[name] for name in names],
            maptype=sorting.Count,
        )

    def _counts(self, found: Any, name: str) -> dict[str, int]:
        groups: dict[str, int] = found.groups(self._columns[name])
        if name not in self._several:
            return dict(groups)
        counts: Counter[str] = Counter()
        for values, number in groups.items():
            for value in values.split(_BETWEEN):
                counts[value] += number
        return dict(counts)


def _text(asked: Query) -> Any:
    if asked.words:
        return query.And([query.Term("words", word) for word in asked.words])
    keys = [query.Term("keys", key) for key in asked.keys]
    return query.Or([*keys, *(_phrase(phrase) for phrase in asked.phrases)])


def _phrase(words: tuple[str, ...]) -> Any:
    return query.Term("words", words[0]) if len(words) == 1 else query.Phrase("words", list(words))
