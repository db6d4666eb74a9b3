"""The queries whose first hit is wrong: what came instead, and which words the right record lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.relevance.asking import request_of
from benchmarks.relevance.judged import TREE, JudgedSet, Key, Row
from searchcore.codes import display_form
from searchcore.engines import open_kind
from searchcore.library import Library
from searchcore.query import Word
from searchcore.request import Request
from searchcore.result import Hit, Result
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.analysis import places
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.idle_words import idle_stems

SHOWN = 5
DEEP = 100
# Systems whose titles are in the public domain; those of D codes of HCPCS are not (ADA).
_PUBLIC = ("ICD10CM", "ICD10PCS", "HCPCS")


@dataclass(frozen=True)
class Named:
    """A code as people write it, with its title where that is in the public domain."""

    code: str
    title: str


@dataclass(frozen=True)
class Miss:
    """A query whose first hit is wrong.

    Attributes:
        rank: of the first right hit, within `DEEP`; 0 if it is not among them.
        total: number of matches.
        cause: see docs/relevance.md.
        lacks: words of the query that the right record lacks; of several right ones, that which lacks fewest.
        of: that record, None if none of the right codes is loaded.
        returned: the first hits.
        judged: the right codes, the first ones of many.
        notes: how the text was read.
    """

    set: str
    row: Row
    rank: int
    total: int
    cause: str
    lacks: tuple[str, ...]
    of: Named | None
    returned: tuple[Named, ...]
    judged: tuple[Named, ...]
    notes: tuple[str, ...]


class Misses:
    """Looks into one generation for the causes of misses."""

    def __init__(self, library: Library) -> None:
        self._library = library
        index = open_kind(load_kind("code"), library.manifest.kind_dir("code"), verify=False)
        assert isinstance(index, WhooshKindIndex)
        self._context = index._context

    def of(self, judged: JudgedSet, row: Row, **switches: Any) -> Miss | None:
        """Return a query as a miss; None if its first hit is right."""
        request = request_of(judged, per_page=DEEP, **switches).with_(text=row.text)
        result = self._library.search(request)
        rank = judged.rank(row, [(hit.record.system, hit.record.code) for hit in result.hits])
        if rank == 1:
            return None
        lacks, code = self.lacking(judged, row, **switches)
        return Miss(
            judged.name,
            row,
            rank,
            result.total,
            _cause(lacks if code else None, len(_words(row.text)), result),
            lacks,
            self._named(judged, code) if code else None,
            tuple(_shown(hit) for hit in result.hits[:SHOWN]),
            tuple(self._named(judged, code) for code in row.codes[:SHOWN]),
            result.notes,
        )

    def lacking(self, judged: JudgedSet, row: Row, **switches: Any) -> tuple[tuple[str, ...], str | None]:
        """Return the words that the best of the right records lacks, and its code; None if none is loaded."""
        columns = self._context.columns
        docs = [columns.with_codes(row.codes, (judged.system,))]
        if judged.system == TREE:
            docs += [columns.with_code_prefix(code, (TREE,)) for code in row.codes]
            docs += [columns.with_codes(tuple(filter(None, map(judged.parents.get, row.codes))), (TREE,))]
        right = np.unique(np.concatenate(docs))
        right = right[columns.on_day(judged.day).state[right] != 0]
        if not len(right):
            return (), None
        words = _words(row.text)
        request = request_of(judged, **switches)
        having = [np.isin(right, self._docs(word, request)) for word in words]
        has = np.array(having).reshape(len(words), len(right))
        best = int(has.sum(axis=0).argmax())
        lacks = tuple(word for word, there in zip(words, has[:, best], strict=True) if not there)
        record = self._context.records.read(int(right[best]), columns.on_day(judged.day))
        return lacks, record.code

    def _docs(self, word: str, request: Request) -> Docs:
        wanted = self._context.translator(self._context.switches(request)).query(Word(word))
        return self._context.executor.run(wanted).docs

    def _named(self, judged: JudgedSet, code: str) -> Named:
        found = self._library.representatives("code", code, (judged.system,), judged.day)
        return _name((judged.system, code), found[0].title if found else "(not loaded)")


def _cause(lacks: Sequence[str] | None, words: int, result: Result) -> str:
    """Return in which of some cases a miss falls."""
    if lacks is None:
        return "code not loaded"
    if not lacks:
        return "has all words, ranked low" if result.total else "has all words, not found"
    if not result.total:
        return "no hit"
    if len(lacks) == words:
        return "has none of the words"
    return "lacks words; relaxed" if result.complete == 0 else "lacks words; others have all"


def _words(text: str) -> list[str]:
    """Return the words that a record should have; idle ones only where there is nothing else."""
    found = {place.surface: place.stem for place in places(text)}
    return [word for word, stem in found.items() if stem not in idle_stems()] or list(found)


def _shown(hit: Hit) -> Named:
    return _name((hit.record.system, hit.record.code), hit.record.title)


def _name(key: Key, title: str | None) -> Named:
    system, code = key
    public = system in _PUBLIC and not (system == "HCPCS" and code.startswith("D"))
    return Named(display_form(system, code), (title or "") if public else "")
