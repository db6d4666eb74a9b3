"""One pass over the matches of a search: counts cells, keeps what passes; two threads share very many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import cell_kernels
from searchcore.whoosh_engine.halves import in_halves

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Tally:
    """What a pass counted.

    Attributes:
        counts: per cell how many records pass.
        near: per selected facet and cell how many records fail nothing but that selection.
        standing: how many records stand for their key on the day, whether they pass or not.
        total: how many pass.
    """

    counts: Counts
    near: Counts
    standing: int
    total: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.counts + other.counts,
            self.near + other.near,
            self.standing + other.standing,
            self.total + other.total,
        )


@dataclass(frozen=True)
class Best:
    """The records that go before all others, in any order, with their sort keys (lower ones first)."""

    docs: Docs
    keys: Scores


class Kept:
    """The records that pass every selection, and the counts of every facet.

    Args:
        tally: what was counted.
        facet_counts: adds the counts of every facet up; not every attempt of a search needs them.
        list_all: lists the records, with their final scores; no scores where the matches had none.
        best: where the first ones are known without a list of all.
    """

    def __init__(
        self,
        tally: Tally,
        facet_counts: Callable[[Tally], Mapping[str, Mapping[str, int]]],
        list_all: Callable[[], tuple[Docs, Scores]],
        best: Best | None = None,
    ) -> None:
        self.total = tally.total
        self.standing = tally.standing
        self.best = best
        self._tally = tally
        self._facet_counts = facet_counts
        self._list_all = list_all

    @cached_property
    def _listed(self) -> tuple[Docs, Scores]:
        return self._list_all()

    @property
    def docs(self) -> Docs:
        """The records, ascending."""
        return self._listed[0]

    @property
    def scores(self) -> Scores:
        """Their final scores; empty where the matches had none."""
        return self._listed[1]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return the counts of every facet, in the order of the schema."""
        return self._facet_counts(self._tally)


@dataclass(frozen=True)
class Counting:
    """How the matches of one search are counted and kept; see `cell_kernels.count_and_keep` for most of it.

    Attributes:
        rows: of each record its cell in each group.
        cells, near: how many counts there are of each sort.
        facet_counts: makes counts of values out of counts of cells.
    """

    shown: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.unsignedinteger]
    bases: Numbers
    leading: Numbers
    leading_bases: Numbers
    further: Numbers
    fails: npt.NDArray[np.uint32]
    near_bases: Numbers
    near_groups: Numbers
    factors: Scores
    cells: int
    near: int
    facet_counts: Callable[[Tally], Mapping[str, Mapping[str, int]]]

    def counts(self) -> tuple[Counts, Counts]:
        """Return new counts of both sorts."""
        return np.zeros(self.cells, np.int32), np.zeros(self.near, np.int32)

    def arguments(self, counts: Counts, near: Counts) -> tuple[Any, ...]:
        """Return what kernels are given to count records, behind the cells."""
        return (
            self.shown, self.bases, self.leading, self.leading_bases, self.further, self.fails, counts,
            self.near_bases, self.near_groups, near, self.factors,
        )  # fmt: skip

    def count(self, docs: Docs, scores: Scores) -> Kept:
        """Count matches; their scores are empty where they are not known yet."""
        kept, kept_scores = np.empty(len(docs), np.uint32), np.empty(len(scores))

        def run(begin: int, end: int) -> tuple[Tally, Docs, Scores]:
            counts, near = self.counts()
            out, out_scores = kept[begin:end], kept_scores[begin:end]
            standing, total = cell_kernels.count_and_keep(
                docs[begin:end], scores[begin:end], self.rows, *self.arguments(counts, near), out, out_scores
            )
            return Tally(counts, near, standing, total), out[:total], out_scores[:total]

        (tally, first, first_scores), *others = in_halves(run, len(docs))
        for more, rest, rest_scores in others:
            kept[len(first) : len(first) + len(rest)] = rest
            kept_scores[len(first_scores) : len(first_scores) + len(rest_scores)] = rest_scores
            tally += more
        found = kept[: tally.total], kept_scores[: min(tally.total, len(kept_scores))]
        return Kept(tally, self.facet_counts, lambda: found)
