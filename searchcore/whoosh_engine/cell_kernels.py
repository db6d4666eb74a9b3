"""Compiled kernels over validity arrays and facet cells; see `kernels` for how they are compiled."""

from __future__ import annotations

import numpy as np

from searchcore.validity import DELETED, FUTURE, IN_FORCE, UNKNOWN
from searchcore.whoosh_engine.kernels import compiled


@compiled(
    "void(int32[::1], int32[::1], int32[::1], boolean[::1], boolean[::1], boolean[::1], int32,"
    " uint8[:, ::1], uint8[::1], uint8[::1])"
)
def as_of_states(  # type: ignore[no-untyped-def]
    group, start, end, certain, undecided, header, day, meaning, state, status
):
    """Fill the as-of array (as `searchcore.validity.as_of_array`) and the status of every key, in one pass.

    Args:
        group, start, end, certain, undecided, day: see `as_of_array`.
        header: versions that exist and cannot be billed.
        meaning: the status of each as-of value, billable and header.
        state, status: filled; the status is that of the key for each of its versions.
    """
    count = group.shape[0]
    low = 0
    while low < count:
        high = low + 1
        while high < count and group[high] == group[low]:
            high += 1
        best = low
        rank = 0
        for row in range(low, high):
            state[row] = 0
            if end[row] < start[row]:
                continue  # Never in force: it stands for the key only where all versions are such.
            if start[row] <= day:
                live = 3 if end[row] >= day else 2
                if live >= rank:
                    rank = live
                    best = row
            elif rank == 0:
                rank = 1
                best = row
        if undecided[best]:
            value = UNKNOWN
        elif rank == 3:
            value = IN_FORCE
        elif rank == 1:
            value = FUTURE if certain[best] else UNKNOWN
        else:
            value = DELETED
        state[best] = value
        for row in range(low, high):
            status[row] = meaning[value, np.int64(header[best])]
        low = high


@compiled("void(int64[::1], int32[::1], boolean[::1], uint32[::1], uint32)")
def mark_failing(offsets, values, wanted, fails, bit):  # type: ignore[no-untyped-def]
    """Set the bit of a facet for every cell that has none of the wanted values.

    Args:
        offsets, values: the ordinals of each cell in this facet; "not specified" is ordinal 0.
        wanted: flag per ordinal.
        fails: per cell a set of bits.
        bit: the bit of this facet.
    """
    for cell in range(fails.shape[0]):
        found = False
        for at in range(offsets[cell], offsets[cell + 1]):
            if wanted[values[at]]:
                found = True
                break
        if not found:
            fails[cell] |= bit


@compiled(
    "int64(uint32[::1], float64[::1], uint8[::1], uint32[:, ::1], int64[::1], uint32[::1],"
    " int32[::1], int64[::1], int64[::1], int32[::1], float64[::1], uint64[::1], uint64, float64,"
    " uint32[::1], float64[::1])"
)
def count_and_keep(  # type: ignore[no-untyped-def]
    docs,
    scores,
    status,
    cells,
    bases,
    fails,
    counts,
    near_bases,
    near_groups,
    near,
    factors,
    titles,
    title,
    whole,
    out_docs,
    out_scores,
):
    """Count records in facet cells, and keep those that pass every selection with their final scores.

    Records that pass all selections count in the cell of each group. Those that fail exactly one count in
    `near`, in the cell of the group of the facet that they fail: that facet leaves its own selection out.

    Args:
        docs, scores: the matches.
        status: status of each record's key on the day, 0 to 4; it is the last group.
        cells: per group the cell of each record.
        bases: where the cells of each group begin in `counts` and `fails`, those of the status last.
        fails: per cell the bits of the selected facets that it fails.
        counts: per cell; incremented.
        near_bases, near_groups: per bit where its cells begin in `near`, and its group.
        near: per bit and cell of its group; incremented.
        factors: per status, multiplied into the score.
        titles: hash of each record's title; where it is `title` the score is multiplied by `whole`.
        out_docs, out_scores: as long as the matches.

    Returns:
        The number of records kept.
    """
    kept = 0
    groups = cells.shape[0]
    for at in range(docs.shape[0]):
        doc = docs[at]
        kind = status[doc]
        failed = fails[bases[groups] + kind]
        for group in range(groups):
            failed |= fails[bases[group] + cells[group, doc]]
        if failed == 0:
            for group in range(groups):
                counts[bases[group] + cells[group, doc]] += 1
            counts[bases[groups] + kind] += 1
            score = scores[at] * factors[kind]
            if title != 0 and titles[doc] == title:
                score *= whole
            out_docs[kept] = doc
            out_scores[kept] = score
            kept += 1
        elif failed & (failed - np.uint32(1)) == 0:
            bit = 0
            while failed > 1:
                failed >>= np.uint32(1)
                bit += 1
            group = near_groups[bit]
            if group == groups:
                near[near_bases[bit] + kind] += 1
            else:
                near[near_bases[bit] + np.int64(cells[group, doc])] += 1
    return kept


@compiled("void(int32[::1], int64[::1], int32[::1], int64[::1])")
def add_up(counts, offsets, values, out):  # type: ignore[no-untyped-def]
    """Sum the counts of cells to counts of the values of one facet.

    Args:
        counts: per cell of the facet's group.
        offsets, values: the ordinals of each cell in the facet.
        out: per ordinal; incremented.
    """
    for cell in range(counts.shape[0]):
        number = counts[cell]
        if number:
            for at in range(offsets[cell], offsets[cell + 1]):
                out[values[at]] += number


@compiled("void(int32[::1], int64[:, ::1], int32[::1], int64[::1])")
def add_up_all(counts, offsets, values, out):  # type: ignore[no-untyped-def]
    """Sum the counts of cells to counts of the values of all facets of a group; see `add_up`.

    Args:
        counts: per cell.
        offsets: per cell and facet where its values begin in `values`; one row more than cells.
        values: ordinals over all facets.
        out: per ordinal; incremented.
    """
    for cell in range(counts.shape[0]):
        number = counts[cell]
        if number:
            for facet in range(offsets.shape[1]):
                for at in range(offsets[cell, facet], offsets[cell + 1, facet]):
                    out[values[at]] += number
