"""Compiled kernels that tell how near one another the words of a query stand in a text; see `kernels`."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.kernels import first_at_least

_DISTANCE = "int64({starts}[::1], uint32[::1], int64, int64, int64)"


@compiled([_DISTANCE.format(starts="uint32"), _DISTANCE.format(starts="int64")])
def distance(starts, positions, one, other, most):  # type: ignore[no-untyped-def]
    """Return how far two words of a text stand from one another at least; `most` + 1 if further than that.

    Args:
        one, other: the postings of the words in the text.
    """
    nearest = most + 1
    at, end = np.int64(starts[one]), np.int64(starts[one + 1])
    beside, last = np.int64(starts[other]), np.int64(starts[other + 1])
    while at < end and beside < last:
        between = np.int64(positions[beside]) - np.int64(positions[at])
        nearest = min(nearest, abs(between))
        if between > 0:
            at += 1
        else:
            beside += 1
    return nearest


_NEAR = (
    "void(uint32[::1], uint32[::1], {starts}[::1], uint32[::1], int64[::1], int64[::1], int64, float64[::1])"
)


@compiled([_NEAR.format(starts="uint32"), _NEAR.format(starts="int64")])
def near(wanted, docs, starts, positions, begins, ends, most, out):  # type: ignore[no-untyped-def]
    """Find how near one another neighbouring words of a query stand in some records.

    Args:
        wanted: the records, ascending.
        docs, starts, positions: the postings of the field.
        begins, ends: the list of each word, in the order of the query.
        most: how far apart two words may stand.
        out: of each record gets the sum over neighbours of one over their distance, if that is more.
    """
    words = begins.shape[0]
    cursors = begins.copy()
    for place in range(wanted.shape[0]):
        doc = wanted[place]
        score = 0.0
        before = False
        for word in range(words):
            cursors[word] = first_at_least(docs, cursors[word], ends[word], doc)
            here = cursors[word] < ends[word] and docs[cursors[word]] == doc
            if here and before:
                far = distance(starts, positions, cursors[word - 1], cursors[word], most)
                if far <= most:
                    score += 1.0 / max(far, 1)
            before = here
        out[place] = max(out[place], score)
