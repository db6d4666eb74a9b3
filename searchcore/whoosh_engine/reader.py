"""The index of one kind, opened for reading."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from searchcore.engine import RawResult
from searchcore.errors import QueryError
from searchcore.request import Request
from searchcore.result import Record
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.facets import Docs
from searchcore.whoosh_engine.layout import INDEX_NAME
from searchcore.whoosh_engine.ranking import load_ranking
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.scoring import MergedBM25F
from searchcore.whoosh_engine.search import Context, run
from searchcore.whoosh_engine.store import WHOOSH_FOLDER, Store, damaged
from searchcore.whoosh_engine.words import Words


class WhooshKindIndex:
    """The `KindIndex` of the Whoosh engine.

    Each thread has its own Whoosh searcher, because a shared one gives errors and wrong counts; the columns
    are shared. An index never changes: a new generation is a new object, and nothing is refreshed.

    Raises:
        GenerationError: the index is missing, damaged, or written for another schema.
    """

    def __init__(self, schema: KindSchema, directory: Path) -> None:
        self._schema = schema
        self._store = Store(directory)
        self._columns = Columns(self._store, schema)
        self._words = Words(self._store)
        self._ranking = load_ranking()
        bm25 = self._ranking.bm25
        self._weighting = MergedBM25F(self._store.array("lengths"), bm25.k1, bm25.b)
        self._local = threading.local()
        self._searchers: list[Any] = []
        self._lock = threading.Lock()
        self._folder = directory / WHOOSH_FOLDER
        self._index = self._open_whoosh()

    def search(self, request: Request) -> RawResult:
        """Answer a request; see `searchcore.engine.KindIndex`."""
        if request.kind != self._schema.kind:
            raise QueryError(f"this is the index of kind {self._schema.kind!r}, not {request.kind!r}")
        context = Context(self._schema, self._columns, self._words, self._ranking, self._searcher())
        return run(context, request)

    def versions(self, code: str, systems: Sequence[str] | None, as_of: dt.date | None) -> list[Record]:
        """Return all versions of a stored code, oldest first; see `searchcore.engine.KindIndex`."""
        return self._records(self._docs_of(code, systems), as_of)

    def representative(self, code: str, systems: Sequence[str] | None, as_of: dt.date) -> list[Record]:
        """Return the version of each system that stands for the code; see `searchcore.engine.KindIndex`."""
        docs = self._docs_of(code, systems)
        return self._records(docs[self._columns.on_day(as_of).state[docs] != 0], as_of)

    def check(self) -> int:
        """Compare every checksum, and columns and Whoosh index with each other.

        Returns:
            The number of versions.

        Raises:
            GenerationError: something differs.
        """
        self._store.verify()
        count = self._columns.count
        if self._store.values.get("count") != count:
            raise damaged(f"the columns hold {count} versions, not those written", self._store.folder)
        contradiction = self._columns.check()
        if contradiction:
            raise damaged(contradiction, self._store.folder)
        held = self._searcher().doc_count_all()
        if held != count:
            raise damaged(f"Whoosh holds {held} records, the columns {count}", self._folder)
        return count

    def close(self) -> None:
        """Close the searchers of all threads; the mapped files go when nothing refers to them any more."""
        with self._lock:
            searchers, self._searchers = self._searchers, []
        for searcher in searchers:
            searcher.close()
        self._local = threading.local()

    def _open_whoosh(self) -> Any:
        try:
            index = FileIndex(FileStorage(str(self._folder), readonly=True), indexname=INDEX_NAME)
            index.doc_count_all()
        except Exception as error:  # Whoosh and pickle raise anything on a damaged file
            raise damaged(f"cannot open the Whoosh index: {error}", self._folder) from error
        return index

    def _searcher(self) -> Any:
        """Return the searcher of this thread, and of this process: a fork would share its file positions."""
        process, known = getattr(self._local, "searcher", (0, None))
        if process == os.getpid():
            return known
        searcher = self._index.searcher(weighting=self._weighting)
        self._local.searcher = (os.getpid(), searcher)
        with self._lock:
            self._searchers.append(searcher)
        return searcher

    def _docs_of(self, code: str, systems: Sequence[str] | None) -> Docs:
        docs = self._columns.with_codes((code,))
        if systems is None:
            return docs
        return np.asarray(docs[self._columns.systems.has_any(docs, systems)], np.int64)

    def _records(self, docs: Docs, as_of: dt.date | None) -> list[Record]:
        reader = RecordReader(self._schema, self._columns, self._searcher(), self._columns.on_day(as_of))
        return [reader.read(doc) for doc in docs.tolist()]
