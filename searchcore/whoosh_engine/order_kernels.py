"""A compiled kernel that picks the first records in an order; see `kernels` for how it is compiled."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled


@compiled("boolean(float64, int64, float64, int64)")
def stands_before(key, rank, other_key, other_rank):  # type: ignore[no-untyped-def]
    """Tell whether a record stands before another: by key, then rank."""
    return key < other_key or (key == other_key and rank < other_rank)


@compiled("void(float64[::1], int64[::1], int64[::1], int64, int64)")
def sift_down(keys, ranks, places, at, count):  # type: ignore[no-untyped-def]
    """Move one record of a heap, whose last record stands at the top, down to where it belongs."""
    key = keys[at]
    rank = ranks[at]
    place = places[at]
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        if child + 1 < count and stands_before(keys[child], ranks[child], keys[child + 1], ranks[child + 1]):
            child += 1
        if not stands_before(key, rank, keys[child], ranks[child]):
            break
        keys[at] = keys[child]
        ranks[at] = ranks[child]
        places[at] = places[child]
        at = child
    keys[at] = key
    ranks[at] = rank
    places[at] = place


@compiled("int64(float64[::1], int64[::1], int64, int64, int64, int64[::1])")
def lowest(keys, ranks, begin, end, budget, out):  # type: ignore[no-untyped-def]
    """Find the first records of keys[begin:end] in one pass, with a heap of as many as are wanted.

    Args:
        keys: of each record; lower ones go first. No NaN.
        ranks: of each record, to decide between equal keys. Empty: the one before goes first.
        begin, end: which records.
        budget: how often a record may displace another. Keys in falling order would displace one each time,
            and then a partition of all of them is quicker.
        out: filled with the places of the first records, in order; not longer than end - begin.

    Returns:
        How many were found: the length of `out`, or -1 if the budget was used up.
    """
    count = out.shape[0]
    if count == 0:
        return 0
    ranked = ranks.shape[0] > 0
    heap_keys = np.empty(count, np.float64)
    heap_ranks = np.empty(count, np.int64)
    places = np.empty(count, np.int64)
    for at in range(count):
        heap_keys[at] = keys[begin + at]
        heap_ranks[at] = ranks[begin + at] if ranked else begin + at
        places[at] = begin + at
    for at in range(count // 2 - 1, -1, -1):
        sift_down(heap_keys, heap_ranks, places, at, count)
    limit = heap_keys[0]
    for at in range(begin + count, end):
        key = keys[at]
        if key > limit:
            continue
        rank = ranks[at] if ranked else at
        if key == limit and rank >= heap_ranks[0]:
            continue
        if budget == 0:
            return -1
        budget -= 1
        heap_keys[0] = key
        heap_ranks[0] = rank
        places[0] = at
        sift_down(heap_keys, heap_ranks, places, 0, count)
        limit = heap_keys[0]
    for last in range(count - 1, -1, -1):
        out[last] = places[0]
        heap_keys[0] = heap_keys[last]
        heap_ranks[0] = heap_ranks[last]
        places[0] = places[last]
        sift_down(heap_keys, heap_ranks, places, 0, last)
    return count
