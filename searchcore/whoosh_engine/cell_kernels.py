"""Compiled kernels over validity arrays and facet cells; see `kernels` for how they are compiled."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled

# In place of the status of a version that does not stand for its key.
HIDDEN = 255
_HIDDEN = np.uint64(HIDDEN)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_THREE = np.uint64(3)
_FOUR = np.uint64(4)
_EIGHT = np.uint64(8)


@compiled(
    [
        "void(boolean[::1], uint16[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1])",
        "void(boolean[::1], uint32[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1])",
    ]
)
def as_of_states(first, validity, ranks, values, meanings, state, status):  # type: ignore[no-untyped-def]
    """Fill the as-of array (as `searchcore.validity.as_of_array`) and the status of every key, in one pass.

    Args:
        first: whether a version is the first of its key.
        validity: class of each version.
        ranks: per class 3 in force on the day, 2 ended before, 1 begins after, 0 never in force. The
            representative of a key is the last version of the highest rank, but the first of rank 1.
        values, meanings: as-of value and status of a key for which a version of each class stands.
        state, status: filled; the status is that of the key for each of its versions.
    """
    count = first.shape[0]
    low = 0
    while low < count:
        high = low + 1
        best = low
        top = ranks[validity[low]]
        while high < count and not first[high]:
            rank = ranks[validity[high]]
            if rank > top or (rank == top and rank > 1):
                top = rank
                best = high
            state[high] = 0
            high += 1
        state[low] = 0
        state[best] = values[validity[best]]
        for row in range(low, high):
            status[row] = meanings[validity[best]]
        low = high


_COUNT = (
    "UniTuple(uint64, 2)(uint32[::1], float64[::1], {cells}[:, ::1], uint8[::1], uint64[::1], uint64[::1],"
    " uint64[::1], uint64[::1], uint32[::1], int32[::1], uint64[::1], uint64[::1], int32[::1], float64[::1],"
    " uint32[::1], float64[::1])"
)


# One loop, long as it is: a kernel of its own for a part of it is called each time, not inlined, which was
# measured to be slower. All places are unsigned, because numba looks whether a signed one is negative and
# counts from the end then. That alone made this loop twice as slow, and so did a loop over the first groups.
@compiled([_COUNT.format(cells="uint16"), _COUNT.format(cells="uint32")])
def count_and_keep(  # type: ignore[no-untyped-def]
    docs,
    scores,
    cells,
    shown,
    bases,
    leading,
    leading_bases,
    further,
    fails,
    counts,
    near_bases,
    near_groups,
    near,
    factors,
    out_docs,
    out_scores,
):
    """Count records in facet cells, and keep those that pass every selection with their final scores.

    Records that pass all selections count in the cell of each group. Those that fail exactly one count in
    `near`, in the cell of the group of the facet that they fail: that facet leaves its own selection out.

    Args:
        docs, scores: the matches; without scores none are given back.
        cells: of each record its cell in each group.
        shown: status of each record's key on the day, 0 to 4; it is the last group. Others are passed over.
        bases: where the cells of each group begin in `counts` and `fails`, those of the status last.
        leading, leading_bases: three groups that have facets, and where their cells begin in `counts`. Where
            there are fewer of them, one counts again in cells that nobody looks at.
        further: all other groups that have facets.
        fails: per cell the bits of the selected facets that it fails.
        counts: per cell; incremented.
        near_bases, near_groups: per bit where its cells begin in `near`, and its group.
        near: per bit and cell of its group; incremented.
        factors: per status, multiplied into the score.
        out_docs, out_scores: as long as docs and scores.

    Returns:
        The number of records that stand on the day, and of those kept.
    """
    kept = np.uint64(0)
    standing = np.uint64(0)
    groups = np.uint64(cells.shape[1])
    statuses = bases[groups]
    first, second, third = leading[0], leading[1], leading[2]
    first_base, second_base, third_base = leading_bases[0], leading_bases[1], leading_bases[2]
    several = second != first
    selections = np.uint64(near_groups.shape[0])
    selected = near_groups[0] if selections else _ZERO
    by_status = selected == groups
    selected_base = bases[selected]
    scored = scores.shape[0] > 0
    for at in range(np.uint64(docs.shape[0])):
        doc = docs[at]
        kind = np.uint64(shown[doc])
        if kind == _HIDDEN:
            continue
        standing += _ONE
        failed = np.uint32(0)
        # The first selection is the only one as a rule.
        if selections:
            cell = kind if by_status else np.uint64(cells[doc, selected])
            failed = fails[selected_base + cell]
        for number in range(_ONE, selections):
            group = near_groups[number]
            if group == groups:
                failed |= fails[statuses + kind]
            else:
                failed |= fails[bases[group] + np.uint64(cells[doc, group])]
        if failed == 0:
            counts[first_base + np.uint64(cells[doc, first])] += 1
            if several:
                counts[second_base + np.uint64(cells[doc, second])] += 1
                counts[third_base + np.uint64(cells[doc, third])] += 1
            counts[statuses + kind] += 1
            out_docs[kept] = doc
            if scored:
                out_scores[kept] = scores[at] * factors[kind]
            kept += _ONE
        elif failed & (failed - np.uint32(1)) == 0:
            bit = np.uint64(0)
            while failed > 1:
                failed >>= np.uint32(1)
                bit += _ONE
            group = near_groups[bit]
            if group == groups:
                near[near_bases[bit] + kind] += 1
            else:
                near[near_bases[bit] + np.uint64(cells[doc, group])] += 1
    for group in further:
        for at in range(kept):
            counts[bases[group] + np.uint64(cells[out_docs[at], group])] += 1
    return standing, kept


@compiled("boolean(int32[::1], uint64)")
def all_zero(counts, begin):  # type: ignore[no-untyped-def]
    """Tell whether none of eight cells has a count."""
    found = counts[begin] | counts[begin + _ONE] | counts[begin + _TWO] | counts[begin + _THREE]
    begin += _FOUR
    return (found | counts[begin] | counts[begin + _ONE] | counts[begin + _TWO] | counts[begin + _THREE]) == 0


@compiled("void(int32[::1], int64[::1], int32[::1], int64[::1])")
def add_up(counts, offsets, values, out):  # type: ignore[no-untyped-def]
    """Sum the counts of cells to counts of values.

    Args:
        counts: per cell.
        offsets, values: the values of each cell, by number.
        out: per value; incremented.
    """
    cells = np.uint64(counts.shape[0])
    cell = np.uint64(0)
    while cell < cells:
        if counts[cell] == 0:
            cell += _ONE
            # Most searches touch few cells: eight without a count are passed over in one step.
            while cell + _EIGHT <= cells and all_zero(counts, cell):
                cell += _EIGHT
            continue
        for at in range(np.uint64(offsets[cell]), np.uint64(offsets[cell + _ONE])):
            out[values[at]] += counts[cell]
        cell += _ONE


@compiled("void(uint32[::1], uint8[::1], float64[::1], float64[::1])")
def weigh(docs, status, factors, scores):  # type: ignore[no-untyped-def]
    """Multiply the score of each record by the factor of its status on the day."""
    for at in range(docs.shape[0]):
        scores[at] *= factors[status[docs[at]]]
