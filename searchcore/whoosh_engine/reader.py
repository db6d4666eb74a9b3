"""The index of one kind, opened for reading."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from searchcore.engine import RawResult
from searchcore.errors import QueryError
from searchcore.request import Request
from searchcore.result import Record
from searchcore.schema import KindSchema
from searchcore.suggestion import Suggestion
from searchcore.validity import IN_FORCE
from searchcore.whoosh_engine import suggest_rules
from searchcore.whoosh_engine.codec import segment_path, toc_path
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.context import Context
from searchcore.whoosh_engine.denials import Denials
from searchcore.whoosh_engine.execute import Executor, make_scoring
from searchcore.whoosh_engine.expansions import Expansions
from searchcore.whoosh_engine.layout import MERGED, whoosh_schema
from searchcore.whoosh_engine.nearness import Nearness
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.ranking import load_ranking
from searchcore.whoosh_engine.reasons import Texts
from searchcore.whoosh_engine.records import RecordReader
from searchcore.whoosh_engine.scoring import MergedBM25F
from searchcore.whoosh_engine.search import run
from searchcore.whoosh_engine.searchers import Searchers
from searchcore.whoosh_engine.segment_file import SegmentFile
from searchcore.whoosh_engine.segment_format import damaged
from searchcore.whoosh_engine.spelling import Speller
from searchcore.whoosh_engine.spelling_rules import load_rules
from searchcore.whoosh_engine.suggest import Suggester
from searchcore.whoosh_engine.suggest_words import SuggestWords
from searchcore.whoosh_engine.whole_texts import WholeTexts
from searchcore.whoosh_engine.words import Words


class WhooshKindIndex:
    """The `KindIndex` of the Whoosh engine.

    Each thread has its own Whoosh searcher, because a shared one gives errors and wrong counts; the columns
    are shared. An index never changes: a new generation is a new object, and nothing is refreshed.

    Raises:
        GenerationError: the index is missing, damaged, or written for another schema.
    """

    def __init__(self, schema: KindSchema, directory: Path, *, verify: bool = True) -> None:
        self._schema = schema
        self._file = SegmentFile(segment_path(directory), verify=verify)
        self._toc = toc_path(directory)
        self._check_toc()
        self._segment = OpenSegment(self._file)
        self._columns = columns = Columns(self._file, schema)
        ranking = load_ranking()
        weighting = MergedBM25F(self._segment.lengths, ranking.bm25.k1, ranking.bm25.b)
        self._searchers = Searchers(self._segment, whoosh_schema(schema), weighting)
        scoring = make_scoring(self._segment.lengths, ranking.bm25.k1, ranking.bm25.b)
        executor = Executor(self._segment, scoring, self._searchers)
        parts = Parts(self._file, schema, columns, ranking) if schema.joined else None
        records = RecordReader(schema, columns, self._segment.stored, parts)
        words = Words(self._file) if parts is None else parts.words
        searched = self._segment if parts is None else parts.segment
        speller = Speller(words, searched.postings(MERGED), load_rules())
        whole = None if schema.joined else WholeTexts(self._file, schema, ranking.whole)
        near = None if schema.joined else Nearness(self._segment, ranking.near)
        negations = load_rules().negations
        denials = None if schema.joined else Denials(self._file, executor, ranking.denied, negations)
        weights = {field.name: field.weight for field in (schema.parts or schema.text).values()}
        expansions = Expansions(searched)
        texts = Texts(searched, weights, expansions, words)
        self._suggester = Suggester(
            self._file, columns, records, speller, SuggestWords(expansions, load_rules().sides),
            suggest_rules.load_rules(),
        )  # fmt: skip
        self._context = Context(
            schema, columns, words, ranking, executor, records, texts, speller, parts, whole, near, denials
        )

    def search(self, request: Request) -> RawResult:
        """Answer a request; see `searchcore.engine.KindIndex`."""
        if request.kind != self._schema.kind:
            raise QueryError(f"this is the index of kind {self._schema.kind!r}, not {request.kind!r}")
        return run(self._context, request)

    def suggest(self, text: str, limit: int, as_of: dt.date | None) -> list[Suggestion]:
        """Return what a text may become; see `searchcore.engine.KindIndex`."""
        return self._suggester.suggest(text, limit, as_of)

    def versions(self, code: str, systems: Sequence[str] | None, as_of: dt.date | None) -> list[Record]:
        """Return all versions of a stored code, oldest first; see `searchcore.engine.KindIndex`."""
        return self._records(self._columns.with_codes((code,), systems), as_of)

    def representative(self, code: str, systems: Sequence[str] | None, as_of: dt.date) -> list[Record]:
        """Return the version of each system that stands for the code; see `searchcore.engine.KindIndex`."""
        docs = self._columns.with_codes((code,), systems)
        return self._records(docs[self._columns.on_day(as_of).state[docs] != 0], as_of)

    def beside(self, system: str, code: str, as_of: dt.date, count: int) -> tuple[list[Record], list[Record]]:
        """Return the records before and behind a code; see `searchcore.engine.KindIndex`."""
        state = self._columns.on_day(as_of).state
        before, behind = self._columns.beside(system, code, state, count)
        return self._records(before, as_of), self._records(behind, as_of)

    def among(self, codes: Sequence[str], as_of: dt.date, most: int) -> tuple[list[Record], int]:
        """Return the records that join two of some codes; see `searchcore.engine.KindIndex`."""
        docs = self._columns.among(codes)
        state = self._columns.on_day(as_of).state[docs]
        docs = np.concatenate((docs[state == IN_FORCE], docs[state > IN_FORCE]))
        return self._records(docs[:most], as_of), len(docs)

    def check(self) -> int:
        """Compare every checksum, and the parts of the index with each other.

        Returns:
            The number of versions.

        Raises:
            GenerationError: something differs.
        """
        self._file.verify()
        self._check_toc()
        count = self._columns.count
        if self._file.values.get("count") != count or self._segment.count != count:
            raise damaged(f"the columns hold {count} versions, not those written", self._file.path)
        contradiction = self._columns.check()
        if contradiction:
            raise damaged(contradiction, self._file.path)
        return count

    def close(self) -> None:
        """Forget the searchers of all threads; the mapped file goes when nothing refers to it any more."""
        self._searchers.forget()

    def _check_toc(self) -> None:
        """Check the file by which stock Whoosh opens the index; this class has no need of it."""
        try:
            data = self._toc.read_bytes()
        except OSError as error:
            raise damaged(f"cannot read the file: {error.strerror}", self._toc) from error
        if self._file.values.get("toc") != [len(data), zlib.crc32(data)]:
            raise damaged("the file is damaged: its checksum differs", self._toc)

    def _records(self, docs: Docs, as_of: dt.date | None) -> list[Record]:
        day = self._columns.on_day(as_of)
        return [self._context.records.read(doc, day) for doc in docs.tolist()]
