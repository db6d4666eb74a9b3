"""Scores of the records of a joined kind: sums of the scores of their parts, worked out when needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import join_kernels, order_kernels
from searchcore.whoosh_engine.found import Docs, Places, Scores

# From so many records on, runs that cannot have one of the first places are passed over.
MANY = 1 << 17


@dataclass(frozen=True)
class PartScores:
    """What gives the score of any record.

    Args:
        cells: of each record its cell in each group.
        columns: places in `cells` of the columns whose parts have scores.
        scores: per column and part.
        run_parts: parts of the runs of records with the same part in the first of these columns, by which
            they stand; none where records do not stand by it.
        run_begins: where the runs begin, and behind them the number of records.
    """

    cells: npt.NDArray[np.unsignedinteger]
    columns: npt.NDArray[np.uint64]
    scores: npt.NDArray[np.float64]
    run_parts: npt.NDArray[np.int64]
    run_begins: npt.NDArray[np.int64]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What kernels are given to rank records, up to the limits of runs."""
        return self.columns, self.scores, self.run_begins

    def __call__(self, docs: Docs) -> Scores:
        """Return the scores of some records."""
        found = np.empty(len(docs))
        join_kernels.add_scores(self.cells, self.columns, self.scores, docs, found)
        return found

    def lowest(
        self,
        docs: Docs,
        status: npt.NDArray[np.uint8],
        factors: Scores,
        budget: int,
        first: Places,
    ) -> int:
        """Find the records with the highest scores; see `LateScores`."""
        limits = self.run_limits(factors) if len(docs) > MANY else np.zeros(0)
        return int(
            order_kernels.lowest_sums(
                self.cells,
                self.columns,
                self.scores,
                docs,
                status,
                factors,
                self.run_begins,
                limits,
                budget,
                first,
            )
        )

    def run_limits(self, factors: Scores) -> Scores:
        """Return for each run a key that none of its records goes below; empty where that is not known."""
        if not len(self.run_parts):
            return np.zeros(0)
        # Added up in the same order as the scores of a record, so that roundings cannot turn it over.
        highest = self.scores[0].copy()
        for column in self.scores[1:]:
            highest += column.max()
        found: Scores = -(highest * float(factors.max()))[self.run_parts]
        return found
