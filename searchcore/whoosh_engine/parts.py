"""The parts of a joined kind: words find parts, and parts find the records that name them.

A record of a joined kind has no text. Its text columns name parts (the two codes of an edit, its rationale),
and the words are in the texts of the parts: some thousand texts in place of millions. In the segment:

parts/...                   the texts of parts, written like the texts of records; `parts/names`
runs.parts, runs.begins     runs of records with the same part in the first column, by which records stand
lists.COLUMN, .offsets      the records of each part of another column
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial, reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.schema import KindSchema
from searchcore.whoosh_engine import join_kernels
from searchcore.whoosh_engine.codes import part_name
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.execute import Docs, Executor, Found, make_scoring
from searchcore.whoosh_engine.layout import PARTS
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.queries import OfParts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.sections import Arrays, Section
from searchcore.whoosh_engine.words import Words

Bits = npt.NDArray[np.uint64]


class Parts:
    """The parts of one index. Safe to share between threads.

    Args:
        file: the segment.
        schema: a joined kind.
        columns: of the same segment; they have the names of parts, and which ones each record names.
        ranking: the weights.
    """

    def __init__(self, file: Arrays, schema: KindSchema, columns: Columns, ranking: Ranking) -> None:
        section = Section(file, PARTS)
        self.names = columns.part_names
        self.words = Words(section)
        self.columns = tuple(schema.text)
        self._cells = columns.cells.cells
        groups = [group["part"] for group in file.values["cells"]]
        self.places = {column: groups.index(column) for column in self.columns}
        self.segment = OpenSegment(section)
        scoring = make_scoring(self.segment.lengths, ranking.bm25.k1, ranking.bm25.b)
        self._executor = Executor(self.segment, scoring, _no_searcher)
        self._runs = _Runs(file.array("runs.parts"), file.array("runs.begins"), len(self.names) + 1)
        self._lists = {
            column: (file.array(f"lists.{column}.offsets"), file.array(f"lists.{column}"))
            for column in self.columns[1:]
        }
        self._order = np.array([self.places[column] for column in self.columns], np.int64)

    def name(self, column: str, doc: int) -> str | None:
        """Return the part that a record names in a column."""
        return part_name(self.names, self._cells[doc, self.places[column]])

    def of(self, doc: int) -> dict[str, int]:
        """Return which parts a record names, from 0, by column."""
        found = {column: int(self._cells[doc, self.places[column]]) for column in self.columns}
        return {column: number - 1 for column, number in found.items() if number}

    def numbers(self, column: str) -> npt.NDArray[np.unsignedinteger]:
        """Return the part that each record names in a column, from 1; 0 for none."""
        return self._cells[:, self.places[column]]

    def having(self, wanted: Any) -> Found:
        """Return the parts of a query over the texts of parts."""
        return self._executor.run(wanted)

    def join(self, wanted: Sequence[OfParts], least: int, *, counted: bool = False) -> Found:
        """Return the records whose parts match at least so many of some queries (at most `MOST_JOINED`).

        Args:
            wanted: the queries; a record has the sum of the scores of its parts in all of them.
            least: how many of them.
            counted: tell how many each record matches.
        """
        shape = len(self.columns), len(self.names) + 1
        bits, scores = np.zeros(shape, np.uint64), np.zeros(shape)
        touched = []
        for number, query in enumerate(wanted):
            found = self.having(query.child)
            having = found.docs + 1
            touched.append(having)
            for column in query.columns:
                place = self.columns.index(column)
                bits[place, having] |= np.uint64(1 << number)
                scores[place, having] += found.scores * query.boost
        parts = np.unique(np.concatenate(touched)).astype(np.int64)
        docs = self._marked(bits, parts, least)
        matched = np.empty(len(docs) if counted else 0, np.uint16)
        if counted:
            join_kernels.count_bits(self._cells, self._order, bits, docs, matched)
        # Most words are in codes only, and then no rationale has a score.
        scoring = (scores[:, parts] * (self._lengths[:, parts] > 0)).any(axis=1)
        scorer = partial(self._scores_of, self._order[scoring], scores[scoring])
        return Found(docs, scorer, matched if counted else None)

    def _scores_of(
        self, columns: npt.NDArray[np.int64], scores: npt.NDArray[np.float64], docs: Docs
    ) -> npt.NDArray[np.float64]:
        found = np.empty(len(docs))
        join_kernels.add_scores(self._cells, columns, scores, docs, found)
        return found

    def _marked(self, bits: Bits, parts: npt.NDArray[np.int64], least: int) -> Docs:
        """Return all records whose parts have at least `least` bits.

        Column by column, the one with the fewest records to look at first: a record of a later column that
        has a bit in an earlier one was looked at there, so that only the bits of columns to come can help.

        Args:
            bits: per column and part.
            parts: the parts that have bits.
            least: at least 1.
        """
        here = bits[:, parts] * (self._lengths[:, parts] > 0)
        costs = np.sum(self._lengths[:, parts], axis=1, where=here != 0)
        todo = [place for place in np.argsort(costs, kind="stable").tolist() if costs[place]]
        has = np.bitwise_or.reduce(here, axis=1).tolist() if len(parts) else [0] * len(bits)
        marks = np.zeros(-(-len(self._cells) // 64), np.uint64)
        for number, place in enumerate(todo):
            others = np.uint64(reduce(or_, (has[later] for later in todo[number + 1 :]), 0))
            if place == 0:
                join_kernels.mark_runs(
                    self._cells, self._order, parts, *self._runs.by_part, bits, others, least, marks
                )
            else:
                offsets, docs = self._lists[self.columns[place]]
                join_kernels.mark_lists(
                    self._cells, self._order, parts, place, offsets, docs, bits, others, least, marks
                )
        found = np.empty(min(int(costs.sum()), len(self._cells)), np.uint32)
        return found[: join_kernels.list_marks(marks, found)]

    @cached_property
    def _lengths(self) -> npt.NDArray[np.int64]:
        """For each column how many records name each part, numbered from 1."""
        found = np.stack([self._runs.lengths, *(np.diff(offsets) for offsets, _ in self._lists.values())])
        found[:, 0] = 0
        return found


class _Runs:
    """Runs of records with the same part in the leading column.

    Args:
        parts: of each run.
        begins: of each run, and behind them the number of records.
        count: how many parts there are, "none" included.
    """

    def __init__(self, parts: npt.NDArray[np.int64], begins: npt.NDArray[np.int64], count: int) -> None:
        sizes = np.diff(begins)
        self.lengths = np.bincount(parts, sizes, count).astype(np.int64)
        order = np.argsort(parts, kind="stable")
        offsets = np.concatenate(([0], np.cumsum(np.bincount(parts, minlength=count))))
        # The runs of each part one after the other: where they begin in these lists, begins and ends.
        self.by_part = offsets.astype(np.int64), begins[:-1][order], begins[1:][order]


def _no_searcher() -> Any:
    raise NotImplementedError("parts are searched by kernels only")
