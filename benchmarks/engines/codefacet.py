"""Our own engine: its writer and its index, as a build and a server use them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.engines.base import Answer, Session
from benchmarks.queries import Query, request_of
from searchcore.engine import KindIndex
from searchcore.engines import index_writer, open_kind
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KindSchema

NAME = "codefacet"
ALL_FACETS = f"{NAME}-all-facets"


class CodeFacet:
    """The engine in use, with the compared facets or with all facets of the kind.

    It gets the records (of a joined kind, with their parts) as they come from linking and analyses their text
    itself; the other engines get words that are analysed already.
    """

    most_records: int | None = None
    every = 1
    most_rounds: int | None = None
    one_session = True

    def __init__(self, *, all_facets: bool = False) -> None:
        self.name = ALL_FACETS if all_facets else NAME
        self.label = "CodeFacet, all facets" if all_facets else "CodeFacet"
        self._all_facets = all_facets

    def missing(self) -> str:
        """See `Engine`."""
        return ""

    def build(self, corpus: Corpus, folder: Path) -> None:
        """See `Engine`."""
        records, parts = corpus.frames
        # Without language rules: the other engines know no words but those of the records.
        index_writer(rules=()).write(self._schema(corpus), records, folder, lambda _done, _total: None, parts)

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return IndexSession(open_kind(self._schema(corpus), folder), corpus)

    def _schema(self, corpus: Corpus) -> KindSchema:
        schema, plan = corpus.plan.schema, corpus.plan
        if self._all_facets:
            return schema
        return replace(schema, facets={name: schema.facets[name] for name in plan.facets})


class IndexSession:
    """Asks the index of one kind. It may be shared by threads, as in a server."""

    def __init__(self, index: KindIndex, corpus: Corpus) -> None:
        self.index = index
        self._corpus = corpus
        self._requests: dict[Query, Request] = {}

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        request = self._requests.get(query)
        if request is None:
            request = self._requests[query] = request_of(query, self._corpus.plan, self._corpus)
        found = self.index.search(request)
        hits = tuple((hit.record.code, hit.record.title) for hit in found.hits)
        return Answer(found.total, found.counts, hits)


class LibrarySession:
    """Asks a served generation: labels, successors, all facets, and language rules unless left out."""

    def __init__(self, library: Library, corpus: Corpus, *, expand: bool = True) -> None:
        self._library = library
        self._corpus = corpus
        self._expand = expand

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        request = replace(request_of(query, self._corpus.plan, self._corpus), expand=self._expand)
        found = self._library.search(request)
        # Facet trees are cut for people, so the counts are not compared.
        hits = tuple((hit.record.code, hit.record.title) for hit in found.hits)
        return Answer(found.total, {}, hits)
