"""One pass over the matches of a search: counts cells, keeps what passes; two threads share very many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.halves import in_halves

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]

# The kernel: matches, their scores, counts, counts near by, records and scores kept; see `count_and_keep`.
Kernel = Callable[[Docs, Scores, Counts, Counts, Docs, Scores], tuple[int, int]]


@dataclass(frozen=True)
class Tally:
    """What one pass found.

    Attributes:
        docs, scores: the records that pass, with their final scores.
        counts: per cell how many of them.
        near: per selected facet and cell how many records fail nothing but that selection.
        standing: how many records stand for their key on the day.
    """

    docs: Docs
    scores: Scores
    counts: Counts
    near: Counts
    standing: int


def tally(kernel: Kernel, docs: Docs, scores: Scores, cells: int, near: int) -> Tally:
    """Run the kernel over all matches.

    Args:
        kernel: see `Kernel`.
        docs: the matches.
        scores: their scores; empty where they are not known yet.
        cells, near: how many counts there are of each sort.
    """
    kept, kept_scores = np.empty(len(docs), np.uint32), np.empty(len(scores))

    def run(begin: int, end: int) -> Tally:
        counts, close = np.zeros(cells, np.int32), np.zeros(near, np.int32)
        out, out_scores = kept[begin:end], kept_scores[begin:end]
        standing, count = kernel(docs[begin:end], scores[begin:end], counts, close, out, out_scores)
        return Tally(out[:count], out_scores[:count], counts, close, standing)

    a, *others = in_halves(run, len(docs))
    if not others:
        return a
    b = others[0]
    end = len(a.docs) + len(b.docs)
    kept[len(a.docs) : end] = b.docs
    kept_scores[len(a.scores) : len(a.scores) + len(b.scores)] = b.scores
    found_scores = kept_scores[: min(end, len(kept_scores))]
    return Tally(kept[:end], found_scores, a.counts + b.counts, a.near + b.near, a.standing + b.standing)
