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
from searchcore.whoosh_engine.execute import Docs, Executor, Found, make_scoring
from searchcore.whoosh_engine.layout import PARTS
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.queries import OfParts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.sections import Arrays, Section
from searchcore.whoosh_engine.words import Words


class Parts:
    """The parts of one index. Safe to share between threads.

    Args:
        file: the segment.
        schema: a joined kind.
        cells: of each record its cell in each group.
        ranking: the weights.
    """

    def __init__(
        self, file: Arrays, schema: KindSchema, cells: npt.NDArray[np.unsignedinteger], ranking: Ranking
    ) -> None:
        section = Section(file, PARTS)
        self.names: list[str] = section.json("names")
        self.words = Words(section)
        self.columns = tuple(schema.text)
        self._cells = cells
        groups = [group["part"] for group in file.values["cells"]]
        self.places = {column: groups.index(column) for column in self.columns}
        self._segment = OpenSegment(section)
        scoring = make_scoring(self._segment.lengths, ranking.bm25.k1, ranking.bm25.b)
        self._executor = Executor(self._segment, scoring, _no_searcher)
        self._runs = file.array("runs.parts"), file.array("runs.begins")
        self._lists = {
            column: (file.array(f"lists.{column}.offsets"), file.array(f"lists.{column}"))
            for column in self.columns[1:]
        }
        self._order = np.array([self.places[column] for column in self.columns], np.int64)

    def name(self, column: str, doc: int) -> str | None:
        """Return the part that a record names in a column."""
        number = int(self._cells[doc, self.places[column]])
        return self.names[number - 1] if number else None

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
        for number, query in enumerate(wanted):
            found = self.having(query.child)
            for column in query.columns:
                place = self.columns.index(column)
                bits[place, found.docs + 1] |= np.uint64(1 << number)
                scores[place, found.docs + 1] += found.scores * query.boost
        marks = self._marked(bits, least)
        docs = np.empty(join_kernels.count_marks(marks), np.uint32)
        join_kernels.list_marks(marks, docs)
        matched = np.empty(len(docs) if counted else 0, np.uint16)
        if counted:
            join_kernels.count_bits(self._cells, self._order, bits, docs, matched)
        return Found(docs, partial(self._scores_of, scores), matched if counted else None)

    def _scores_of(self, scores: npt.NDArray[np.float64], docs: Docs) -> npt.NDArray[np.float64]:
        found = np.empty(len(docs))
        join_kernels.add_scores(self._cells, self._order, scores, docs, found)
        return found

    def _marked(self, bits: npt.NDArray[np.uint64], least: int) -> npt.NDArray[np.uint64]:
        """Return the marks of all records whose parts have at least `least` bits.

        Column by column, the one with the fewest records to look at first: a record of a later column that
        has a bit in an earlier one was looked at there, so that only the bits of columns to come can help.
        """
        marks = np.zeros(-(-len(self._cells) // 64), np.uint64)
        lengths = self._lengths
        costs = [int(lengths[place][bits[place] != 0].sum()) for place in range(len(self.columns))]
        todo = [place for place in np.argsort(costs, kind="stable").tolist() if costs[place]]
        has = [
            int(np.bitwise_or.reduce(bits[place][lengths[place] > 0], initial=np.uint64(0)))
            for place in range(len(self.columns))
        ]
        for number, place in enumerate(todo):
            others = np.uint64(reduce(or_, (has[later] for later in todo[number + 1 :]), 0))
            if place == 0:
                join_kernels.mark_runs(self._cells, self._order, *self._runs, bits, others, least, marks)
            else:
                lists = self._lists[self.columns[place]]
                join_kernels.mark_lists(self._cells, self._order, place, *lists, bits, others, least, marks)
        return marks

    @cached_property
    def _lengths(self) -> list[npt.NDArray[np.int64]]:
        """For each column how many records name each part, numbered from 1."""
        parts, begins = self._runs
        found = [np.bincount(parts, np.diff(begins), len(self.names) + 1).astype(np.int64)]
        for column in self.columns[1:]:
            offsets, _ = self._lists[column]
            found.append(np.diff(offsets))
        for lengths in found:
            lengths[0] = 0
        return found


def _no_searcher() -> Any:
    raise NotImplementedError("parts are searched by kernels only")
