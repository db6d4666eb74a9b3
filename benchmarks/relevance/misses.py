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
from searchcore.result import Hit
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.analysis import places
from searchcore.whoosh_engine.codes import Docs

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
        cause: see `causes`.
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
        lacks, code = self.lacking(judged, row)
        return Miss(
            judged.name,
            row,
            rank,
            result.total,
            _cause(lacks if code else None, rank, result.total, len(places(row.text)), result.notes),
            lacks,
            self._named(judged, code) if code else None,
            tuple(_shown(hit) for hit in result.hits[:SHOWN]),
            tuple(self._named(judged, code) for code in row.codes[:SHOWN]),
            result.notes,
        )

    def lacking(self, judged: JudgedSet, row: Row) -> tuple[tuple[str, ...], str | None]:
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
        words = list(dict.fromkeys(place.surface for place in places(row.text)))
        has = np.array([np.isin(right, self._docs(word)) for word in words]).reshape(len(words), len(right))
        best = int(has.sum(axis=0).argmax())
        lacks = tuple(word for word, there in zip(words, has[:, best], strict=True) if not there)
        record = self._context.records.read(int(right[best]), columns.on_day(judged.day))
        return lacks, record.code

    def _docs(self, word: str) -> Docs:
        switches = self._context.switches(Request(""))
        wanted = self._context.translator(switches).query(Word(word))
        return self._context.executor.run(wanted).docs

    def _named(self, judged: JudgedSet, code: str) -> Named:
        found = self._library.representatives("code", code, (judged.system,), judged.day)
        return _name((judged.system, code), found[0].title if found else "(not loaded)")


def _cause(lacks: Sequence[str] | None, rank: int, total: int, words: int, notes: Sequence[str]) -> str:
    """Return in which of some cases a miss falls."""
    if lacks is None:
        return "code not loaded"
    if not lacks:
        return "has all words, ranked low" if total else "has all words, not found"
    if not total:
        return "no hit"
    if len(lacks) == words:
        return "has none of the words"
    relaxed = any("all of these words" in note for note in notes)
    return "lacks words; relaxed" if relaxed else "lacks words; others have all"


def _shown(hit: Hit) -> Named:
    return _name((hit.record.system, hit.record.code), hit.record.title)


def _name(key: Key, title: str | None) -> Named:
    system, code = key
    public = system in _PUBLIC and not (system == "HCPCS" and code.startswith("D"))
    return Named(display_form(system, code), (title or "") if public else "")
