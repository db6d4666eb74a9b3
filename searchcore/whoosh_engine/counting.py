"""One pass over the matches of a search: counts cells, keeps what passes; two threads share very many."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Docs = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]

# The kernel: matches, their scores, counts, counts near by, records and scores kept; see `count_and_keep`.
Kernel = Callable[[Docs, Scores, Counts, Counts, Docs, Scores], tuple[int, int]]
# Works out the final scores of records that were kept.
Scorer = Callable[[Docs], Scores]

# From so many matches on a second thread saves more than it costs.
WORTH_TWO = 1 << 16


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


def tally(
    kernel: Kernel, docs: Docs, scores: Scores | None, scorer: Scorer | None, cells: int, near: int
) -> Tally:
    """Run the kernel over all matches.

    Args:
        kernel: see `Kernel`.
        docs: the matches.
        scores: their scores; None where they are not known yet.
        scorer: what gives the scores of the records kept then; None where nobody wants scores.
        cells, near: how many counts there are of each sort.
    """
    known = np.zeros(0) if scores is None else scores
    scored = scores is not None or scorer is not None
    kept, kept_scores = np.empty(len(docs), np.uint32), np.empty(len(docs) if scored else 0)

    def run(begin: int, end: int) -> Tally:
        counts, close = np.zeros(cells, np.int32), np.zeros(near, np.int32)
        out, out_scores = kept[begin:end], kept_scores[begin:end]
        standing, count = kernel(docs[begin:end], known[begin:end], counts, close, out, out_scores)
        if scores is None and scorer is not None:
            out_scores[:count] = scorer(out[:count])
        return Tally(out[:count], out_scores[:count], counts, close, standing)

    if len(docs) < WORTH_TWO:
        return run(0, len(docs))
    middle = len(docs) // 2
    second = _helper(os.getpid()).submit(run, middle, len(docs))
    a, b = run(0, middle), second.result()
    end = len(a.docs) + len(b.docs)
    kept[len(a.docs) : end] = b.docs
    if scored:
        kept_scores[len(a.docs) : end] = b.scores
    return Tally(kept[:end], kept_scores[:end], a.counts + b.counts, a.near + b.near, a.standing + b.standing)


@cache
def _helper(_process: int) -> ThreadPoolExecutor:
    """Return the second thread of a process; one that was forked needs its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="counting")
