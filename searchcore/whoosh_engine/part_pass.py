"""Counts and ranks the records of a joined kind as they are found: very many are never listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import pass_kernels
from searchcore.whoosh_engine.counting import Best, Counting, Docs, Kept, Scores, Tally
from searchcore.whoosh_engine.halves import in_halves
from searchcore.whoosh_engine.order_kernels import LAST
from searchcore.whoosh_engine.part_records import Asked, PartRecords
from searchcore.whoosh_engine.part_scores import PartScores

# A heap of more records is filled so often that a list of all matches is quicker.
MOST_BEST = 200
# So many records of a list are counted before they are ranked.
_ROOM = 8192

Part = tuple[Tally, Docs, Scores]
Run = Callable[[int, int, tuple[Any, ...]], tuple[int, int]]


@dataclass(frozen=True)
class PartPass:
    """One pass over the records that have enough bits.

    Args:
        records: of all parts.
        asked: which parts must be named.
        scores: what the records found score.
        blocks: where the records of each system begin, and behind them the number of records. Within a
            system records stand by code, so that of equal scores the one before goes first.
    """

    records: PartRecords
    asked: Asked
    scores: PartScores
    blocks: npt.NDArray[np.uint32]

    def kept(self, counting: Counting, best: int) -> Kept:
        """Return what is kept of the records found, the first ones of each system known.

        Args:
            counting: how they are counted.
            best: how many go first, at most `MOST_BEST`.
        """
        if self.asked.scans:
            found = in_halves(
                lambda begin, end: self._of_runs(counting, best, begin, end), self.records.count
            )
        else:
            docs = self.records.docs(self.asked)
            found = in_halves(lambda begin, end: self._of_docs(counting, best, docs[begin:end]), len(docs))
        tally = found[0][0] if len(found) == 1 else found[0][0] + found[1][0]
        first = Best(*(np.concatenate([part[place] for part in found]) for place in (1, 2)))

        def list_all() -> tuple[Docs, Scores]:
            listed = counting.count(self.records.docs(self.asked), np.zeros(0))
            return listed.docs, listed.scores

        return Kept(tally, counting.facet_counts, list_all, first)

    def _of_runs(self, counting: Counting, best: int, begin: int, end: int) -> Part:
        """Return what was counted of the runs that begin with some records, and the first ones."""
        asked, (parts, begins) = self.asked, self.records.runs
        bounds = np.searchsorted(begins, np.unique(np.clip(self.blocks, begin, end))).tolist()
        limits = self.scores.run_limits(counting.factors)

        def run(first: int, last: int, rest: tuple[Any, ...]) -> tuple[int, int]:
            numbers: tuple[int, int] = pass_kernels.pass_over_runs(
                self.records.cells, parts, begins, first, last,
                asked.places, asked.bits, asked.others[0], asked.least, asked.every, limits, *rest,
            )  # fmt: skip
            return numbers

        return self._part(counting, best, bounds, run)

    def _of_docs(self, counting: Counting, best: int, docs: Docs) -> Part:
        """Return what was counted of some records, and the first ones."""
        bounds = np.searchsorted(docs, self.blocks).tolist()

        def run(first: int, last: int, rest: tuple[Any, ...]) -> tuple[int, int]:
            numbers: tuple[int, int] = pass_kernels.pass_over_docs(
                self.records.cells, docs[first:last], _ROOM, *rest
            )
            return numbers

        return self._part(counting, best, bounds, run)

    def _part(self, counting: Counting, best: int, bounds: list[int], run: Run) -> Part:
        """Return what was counted, and the first ones, of the records of some systems.

        Args:
            counting, best: see `kept`.
            bounds: between these numbers the records (or runs) are those of one system.
            run: passes over the records of a system: the first one, the end, further arguments of the kernel.
        """
        counts, near = counting.counts()
        standing = total = 0
        docs, keys = [np.zeros(0, np.uint32)], [np.zeros(0)]
        for first, last in pairwise(bounds):
            lowest, ranks, heads = np.full(best, np.inf), np.full(best, LAST), np.full(best, LAST)
            ranking = self.scores.columns, self.scores.scores, lowest, ranks, heads
            passed = run(first, last, (*counting.arguments(counts, near), *ranking))
            standing, total = standing + passed[0], total + passed[1]
            filled = lowest < np.inf
            docs.append(heads[filled].astype(np.uint32))
            keys.append(lowest[filled])
        return Tally(counts, near, standing, total), np.concatenate(docs), np.concatenate(keys)
