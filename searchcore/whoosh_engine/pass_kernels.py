"""Compiled kernels that find, count and rank the records of a joined kind in one pass; see `kernels`.

So many records at a time that they are still in the cache when they are counted and ranked: very many matches
are never listed.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.cell_kernels import count_and_keep
from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.join_kernels import scan_runs
from searchcore.whoosh_engine.order_kernels import push_sums

_UNLIMITED = np.int64(1 << 62)

# How matches are counted: see `cell_kernels.count_and_keep`; those of the cells stand elsewhere.
_COUNT = (
    "uint8[::1], uint64[::1], uint64[::1], uint64[::1], uint64[::1], uint32[::1], int32[::1], uint64[::1],"
    " uint64[::1], int32[::1], float64[::1]"
)
# What they score, and a heap of the first ones: see `order_kernels.push_sums`.
_RANK = "uint64[::1], float64[:, ::1], int64[::1], float64[::1], float64[::1], int64[::1], int64[::1]"
_DOCS = "UniTuple(uint64, 2)({cells}[:, ::1], uint32[::1], int64, " + _COUNT + ", " + _RANK + ")"


@compiled([_DOCS.format(cells="uint16"), _DOCS.format(cells="uint32")])
def pass_over_docs(  # type: ignore[no-untyped-def]
    cells, docs, room, shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups,
    near, factors, score_columns, scores, run_begins, run_limits, keys, ranks, heads,
):  # fmt: skip
    """Count and rank records.

    Args:
        docs: the records.
        room: so many are counted before they are ranked.
        cells, shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups, near,
            factors: how they are counted, and which are kept; see `cell_kernels.count_and_keep`.
        score_columns, scores, run_begins, run_limits: what those score that are kept; see
            `order_kernels.lowest_sums`.
        keys, ranks, heads: a heap of the first ones; see `order_kernels.push_sums`.

    Returns:
        The number of records that stand on the day, and of those kept.
    """
    standing = np.uint64(0)
    total = np.uint64(0)
    kept = np.empty(min(room, docs.shape[0]), np.uint32)
    unscored = np.empty(0, np.float64)
    for begin in range(0, docs.shape[0], room):
        standing_here, kept_here = count_and_keep(
            docs[begin : begin + room], unscored, cells, shown, bases, leading, leading_bases, further, fails,
            counts, near_bases, near_groups, near, factors, kept, unscored,
        )  # fmt: skip
        push_sums(
            cells, score_columns, scores, kept[:kept_here], shown, factors, run_begins, run_limits,
            _UNLIMITED, keys, ranks, heads,
        )  # fmt: skip
        standing += standing_here
        total += kept_here
    return standing, total


_RUNS = (
    "UniTuple(uint64, 2)({cells}[:, ::1], int64[::1], int64, int64, int64,"
    " uint64[::1], uint64[:, ::1], uint64, int64, uint64, " + _COUNT + ", " + _RANK + ")"
)


@compiled([_RUNS.format(cells="uint16"), _RUNS.format(cells="uint32")])
def pass_over_runs(  # type: ignore[no-untyped-def]
    cells, run_parts, first, last, room, columns, bits, others, least, every,
    shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups,
    near, factors, score_columns, scores, run_begins, run_limits, keys, ranks, heads,
):  # fmt: skip
    """Find, count and rank the records of some runs; see `pass_over_docs`.

    Args:
        run_parts, run_begins, first, last, columns, bits, others, least, every: which records are found; see
            `join_kernels.scan_runs`.
        room: so many records are looked at before they are counted; more where one run has more.
    """
    standing = np.uint64(0)
    total = np.uint64(0)
    longest = np.int64(0)
    for run in range(first, last):
        longest = max(longest, run_begins[run + 1] - run_begins[run])
    found = np.empty(room + longest, np.uint32)
    begin = first
    while begin < last:
        end = begin + 1
        while end < last and run_begins[end] - run_begins[begin] < room:
            end += 1
        matches = scan_runs(
            cells, columns, run_parts, run_begins, begin, end, bits, others, least, every, found
        )
        standing_here, kept_here = pass_over_docs(
            cells, found[:matches], room, shown, bases, leading, leading_bases, further, fails, counts,
            near_bases, near_groups, near, factors, score_columns, scores, run_begins, run_limits, keys,
            ranks, heads,
        )  # fmt: skip
        standing += standing_here
        total += kept_here
        begin = end
    return standing, total
