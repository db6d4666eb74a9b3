"""The parts of a joined kind: words find parts, and parts find the records that name them.

A record of a joined kind has no text. Its text columns name parts (the two codes of an edit, its rationale),
and the words are in the texts of the parts: some thousand texts in place of millions. In the segment:

parts/...    the texts of parts, written like the texts of records; `parts/names`
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.schema import KindSchema
from searchcore.whoosh_engine import join_kernels
from searchcore.whoosh_engine.codes import part_name
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.execute import Executor, Found, make_scoring
from searchcore.whoosh_engine.found import no_parts, nothing
from searchcore.whoosh_engine.layout import PARTS
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.part_pass import PartPass
from searchcore.whoosh_engine.part_records import PartRecords
from searchcore.whoosh_engine.part_scores import PartScores
from searchcore.whoosh_engine.queries import OfParts
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.sections import Arrays, Section
from searchcore.whoosh_engine.words import Words


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
        self._order = np.array([self.places[column] for column in self.columns], np.uint64)
        begins = [*columns.systems.begins, columns.count]
        self._blocks = np.array(begins, np.uint32)
        self._records = PartRecords(file, self.columns, self._cells, self._order, len(self.names))

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
        words = self._records.words()
        for query in wanted:
            words.add(self.having(query.child).boosted(query.boost), query.columns)
        asked = self._records.asked(words, least)
        if asked is None:
            return no_parts() if counted else nothing()
        # Most words are in codes only, and then no rationale has a score.
        wide = asked.columns[-1] + 1
        found_scores = PartScores(self._cells, self._order[:wide], words.scores[:wide], self._records.runs[0])
        if counted:
            docs = self._records.docs(asked)
            matched = np.empty(len(docs), np.uint16)
            join_kernels.count_bits(self._cells, self._order, words.bits, docs, matched)
            return Found(docs, found_scores, matched)
        one_pass = PartPass(self._records, asked, found_scores, self._blocks)
        return Found(partial(self._records.docs, asked), found_scores, one_pass=one_pass)


def _no_searcher() -> Any:
    raise NotImplementedError("parts are searched by kernels only")
