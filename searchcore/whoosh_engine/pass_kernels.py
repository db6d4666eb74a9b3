"""Compiled kernels that find, count and rank the records of a joined kind in one pass; see `kernels`.

So many records at a time that they are still in the cache when they are counted and ranked: very many matches
are never listed.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.cell_kernels import HIDDEN, count_and_keep
from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.join_kernels import bit_count, find_in_run
from searchcore.whoosh_engine.order_kernels import push_sums

_ONE = np.uint64(1)

# How matches are counted: see `cell_kernels.count_and_keep`; the cells of records go before.
_COUNT = (
    "uint8[::1], uint64[::1], uint64[::1], uint64[::1], uint64[::1], uint32[::1], int32[::1], uint64[::1],"
    " uint64[::1], int32[::1], float64[::1]"
)
# What they score, and a heap of the first ones: see `order_kernels.push_sums`.
_RANK = "uint64[::1], float64[:, ::1], float64[::1], int64[::1], int64[::1]"
_DOCS = "UniTuple(uint64, 2)({cells}[:, ::1], uint32[::1], int64, " + _COUNT + ", " + _RANK + ")"


@compiled([_DOCS.format(cells="uint16"), _DOCS.format(cells="uint32")])
def pass_over_docs(  # type: ignore[no-untyped-def]
    cells, docs, room, shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups,
    near, factors, score_columns, scores, keys, ranks, heads,
):  # fmt: skip
    """Count and rank records.

    Args:
        docs: the records.
        room: so many are counted before they are ranked.
        cells, shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups, near,
            factors: how they are counted, and which are kept; see `cell_kernels.count_and_keep`.
        score_columns, scores: what those score that are kept; see `order_kernels.push_sums`.
        keys, ranks, heads: a heap of the first ones.

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
        push_sums(cells, score_columns, scores, np.nan, kept[:kept_here], shown, factors, keys, ranks, heads)
        standing += standing_here
        total += kept_here
    return standing, total


@compiled("uint64(uint32[::1], uint64, uint8[::1])", inline=True)
def move_standing(docs, count, shown):  # type: ignore[no-untyped-def]
    """Move the first `count` records that stand on the day to the front; return how many do."""
    standing = np.uint64(0)
    for at in range(count):
        docs[standing] = docs[at]
        standing += np.uint64(shown[docs[at]] != HIDDEN)
    return standing


_SELECTED = (
    "uint64({cells}[:, ::1], uint32[::1], uint64, uint8[::1], uint64[::1], uint64, uint32[::1], int32[::1],"
    " uint32[::1])"
)


@compiled([_SELECTED.format(cells="uint16"), _SELECTED.format(cells="uint32")], inline=True)
def move_selected(cells, docs, count, shown, bases, group, fails, near, others):  # type: ignore[no-untyped-def]
    """Move the first `count` records that pass the only selection to the front; return how many do.

    Args:
        shown, bases, fails, near: see `cell_kernels.count_and_keep`; the records that fail count in `near`.
        group: that of the selection.
        others: as long as `docs`; changed.
    """
    kept = np.uint64(0)
    failed = np.uint64(0)
    base = bases[group]
    by_status = group == np.uint64(cells.shape[1])
    for at in range(count):
        doc = docs[at]
        cell = np.uint64(shown[doc]) if by_status else np.uint64(cells[doc, group])
        fails_here = np.uint64(fails[base + cell])
        # Written in any case, to both: no branch that is guessed wrongly.
        docs[kept] = doc
        others[failed] = doc
        kept += np.uint64(1) - fails_here
        failed += fails_here
    for at in range(failed):
        doc = others[at]
        near[np.uint64(shown[doc]) if by_status else np.uint64(cells[doc, group])] += 1
    return kept


_STANDING = (
    "void({cells}[:, ::1], uint32[::1], uint64, uint64, uint64, uint8[::1], uint64[::1], uint64[::1],"
    " uint64[::1], uint64[::1], int32[::1], int32[::1])"
)


@compiled([_STANDING.format(cells="uint16"), _STANDING.format(cells="uint32")], inline=True)
def count_run(  # type: ignore[no-untyped-def]
    cells, docs, count, group, part, shown, bases, leading, leading_bases, further, counts, twins
):
    """Count records of a run that are kept; see `cell_kernels.count_and_keep`.

    Args:
        docs, count: the records, and how many.
        group, part: the group of the runs, and the cell that all of these records have in it.
        twins: a second set of counts, for every other record. A count that is changed again at once has to
            wait for the first change, and records of a run are much alike.
    """
    statuses = bases[np.uint64(cells.shape[1])]
    second, third = leading[1], leading[2]
    second_base, third_base = leading_bases[1], leading_bases[2]
    pairs = count >> _ONE
    for pair in range(pairs):
        doc, other = docs[pair << _ONE], docs[(pair << _ONE) + _ONE]
        counts[second_base + np.uint64(cells[doc, second])] += 1
        counts[second_base + np.uint64(cells[other, second])] += 1
        counts[third_base + np.uint64(cells[doc, third])] += 1
        twins[third_base + np.uint64(cells[other, third])] += 1
        counts[statuses + np.uint64(shown[doc])] += 1
        twins[statuses + np.uint64(shown[other])] += 1
    if pairs << _ONE < count:
        doc = docs[count - _ONE]
        counts[second_base + np.uint64(cells[doc, second])] += 1
        counts[third_base + np.uint64(cells[doc, third])] += 1
        counts[statuses + np.uint64(shown[doc])] += 1
    if leading[0] == group:
        counts[leading_bases[0] + part] += np.int32(count)
    else:
        for at in range(count):
            counts[leading_bases[0] + np.uint64(cells[docs[at], leading[0]])] += 1
    for each in further:
        for at in range(count):
            counts[bases[each] + np.uint64(cells[docs[at], each])] += 1


_RUNS = (
    "UniTuple(uint64, 2)({cells}[:, ::1], int64[::1], int64[::1], int64, int64,"
    " uint64[::1], uint64[:, ::1], uint64, int64, uint64, float64[::1], " + _COUNT + ", " + _RANK + ")"
)


@compiled([_RUNS.format(cells="uint16"), _RUNS.format(cells="uint32")])
def pass_over_runs(  # type: ignore[no-untyped-def]
    cells, run_parts, run_begins, first, last, columns, bits, others, least, every, run_limits,
    shown, bases, leading, leading_bases, further, fails, counts, near_bases, near_groups,
    near, factors, score_columns, scores, keys, ranks, heads,
):  # fmt: skip
    """Find, count and rank the records of some runs; see `pass_over_docs`.

    Args:
        run_parts, run_begins, first, last, columns, bits, others, least, every: which records are found; see
            `join_kernels.scan_runs`.
        run_limits: per run a key that none of its records goes below.
    """
    standing = np.uint64(0)
    total = np.uint64(0)
    longest = np.int64(0)
    for run in range(first, last):
        longest = max(longest, run_begins[run + 1] - run_begins[run])
    found = np.empty(longest, np.uint32)
    others_found = np.empty(longest, np.uint32)
    unscored = np.empty(0, np.float64)
    selections = near_groups.shape[0]
    twins = np.zeros(counts.shape[0], np.int32)
    for run in range(first, last):
        part = np.uint64(run_parts[run])
        own = bits[0, part]
        if bit_count(own | others) < least:
            continue
        begin, end = np.uint64(run_begins[run]), np.uint64(run_begins[run + 1])
        matches = find_in_run(cells, columns, bits, own, least, every, begin, end, found)
        if matches == 0:
            continue
        kept = found
        if selections > 1:
            standing_here, kept_here = count_and_keep(
                found[:matches], unscored, cells, shown, bases, leading, leading_bases, further, fails,
                counts, near_bases, near_groups, near, factors, others_found, unscored,
            )  # fmt: skip
            kept = others_found
        else:
            standing_here = move_standing(found, matches, shown)
            kept_here = standing_here
            if selections:
                kept_here = move_selected(
                    cells, found, standing_here, shown, bases, near_groups[0], fails, near, others_found
                )
            count_run(
                cells, found, kept_here, columns[0], part, shown, bases, leading, leading_bases, further,
                counts, twins,
            )  # fmt: skip
        standing += standing_here
        total += kept_here
        if keys.shape[0] and run_limits[run] < keys[0]:
            push_sums(
                cells, score_columns, scores, scores[0, part], kept[:kept_here], shown, factors, keys, ranks,
                heads,
            )  # fmt: skip
    for cell in range(twins.shape[0]):
        counts[cell] += twins[cell]
    return standing, total
