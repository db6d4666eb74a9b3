"""Scores of the records of a joined kind: sums of the scores of their parts, worked out when needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import join_kernels
from searchcore.whoosh_engine.found import Docs, Scores


@dataclass(frozen=True)
class PartScores:
    """What gives the score of any record.

    Args:
        cells: of each record its cell in each group.
        columns: places in `cells` of the columns whose parts have scores.
        scores: per column and part.
        run_parts: parts of the runs of records with the same part in the first of these columns.
    """

    cells: npt.NDArray[np.unsignedinteger]
    columns: npt.NDArray[np.uint64]
    scores: npt.NDArray[np.float64]
    run_parts: npt.NDArray[np.int64]

    def __call__(self, docs: Docs) -> Scores:
        """Return the scores of some records."""
        found = np.empty(len(docs))
        join_kernels.add_scores(self.cells, self.columns, self.scores, docs, found)
        return found

    def run_limits(self, factors: Scores) -> Scores:
        """Return for each run a sort key that none of its records goes below.

        Args:
            factors: per status, multiplied into the scores.
        """
        # Added up in the same order as the scores of a record, so that roundings cannot turn it over.
        highest = self.scores[0].copy()
        for column in self.scores[1:]:
            highest += column.max()
        found: Scores = -(highest * float(factors.max()))[self.run_parts]
        return found
