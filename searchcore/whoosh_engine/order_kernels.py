"""A compiled kernel that picks the first records in an order; see `kernels` for how it is compiled."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled

# Behind every record, in a heap that is not full.
LAST = np.int64(1 << 40)


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


@compiled("void(float64[::1], int64[::1], int64[::1])")
def make_heap(keys, ranks, places):  # type: ignore[no-untyped-def]
    """Make a heap of some records, the last one in order at the top."""
    count = keys.shape[0]
    for at in range(count // 2 - 1, -1, -1):
        sift_down(keys, ranks, places, at, count)


@compiled("void(float64[::1], int64[::1], int64[::1], int64[::1])")
def drain_heap(keys, ranks, places, out):  # type: ignore[no-untyped-def]
    """Fill `out` with the places of a heap, in order; the heap is used up."""
    for last in range(keys.shape[0] - 1, -1, -1):
        out[last] = places[0]
        keys[0] = keys[last]
        ranks[0] = ranks[last]
        places[0] = places[last]
        sift_down(keys, ranks, places, 0, last)


_LOWEST = "int64(float64[::1], uint32[::1], {ranks}[::1], int64, int64, int64, int64[::1])"


@compiled([_LOWEST.format(ranks="int64"), _LOWEST.format(ranks="int32")])
def lowest(keys, docs, ranks, begin, end, budget, out):  # type: ignore[no-untyped-def]
    """Find the first matches of keys[begin:end] in one pass, with a heap of as many as are wanted.

    Args:
        keys: of each match; lower ones go first. No NaN.
        docs: the record of each match.
        ranks: of each record, to decide between equal keys. Empty: the match before goes first.
        begin, end: which matches.
        budget: how often a record may displace another. Keys in falling order would displace one each time,
            and then a partition of all of them is quicker.
        out: filled with the places of the first matches, in order; not longer than end - begin.

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
        heap_ranks[at] = np.int64(ranks[docs[begin + at]]) if ranked else begin + at
        places[at] = begin + at
    make_heap(heap_keys, heap_ranks, places)
    limit = heap_keys[0]
    for at in range(begin + count, end):
        key = keys[at]
        if key > limit:
            continue
        rank = np.int64(ranks[docs[at]]) if ranked else at
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
    drain_heap(heap_keys, heap_ranks, places, out)
    return count


_PUSH = (
    "void({cells}[:, ::1], uint64[::1], float64[:, ::1], float64, uint32[::1], uint8[::1], float64[::1],"
    " float64[::1], int64[::1], int64[::1])"
)


@compiled([_PUSH.format(cells="uint16"), _PUSH.format(cells="uint32")], inline=True)
def push_sums(cells, columns, scores, own, docs, status, factors, keys, ranks, heads):  # type: ignore[no-untyped-def]
    """Put those records into a heap of the first ones that go before its last one.

    A score is a sum over the parts of a record. It is the same, bit by bit, as that of
    `join_kernels.add_scores` and `cell_kernels.weigh`. Of equal ones the record before goes first.

    Args:
        cells: of each record its cell in each group.
        columns: places in `cells` of the columns whose parts have scores.
        scores: per column and part.
        own: the score of all these records in the first column; NaN where they do not have the same.
        docs: records, ascending; all of them stand behind those that are in the heap.
        status, factors: the status of each record of the index, and by what a status multiplies a score.
        keys, ranks, heads: the heap; keys are infinite where there is no record yet.
    """
    if keys.shape[0] == 0:
        return
    limit = keys[0]
    highest = factors.max()
    wide = columns.shape[0]
    same = own == own
    first, second, third = columns[0], columns[min(1, wide - 1)], columns[min(2, wide - 1)]
    first_scores, second_scores, third_scores = scores[0], scores[min(1, wide - 1)], scores[min(2, wide - 1)]
    for at in range(np.uint64(docs.shape[0])):
        doc = docs[at]
        score = own if same else first_scores[cells[doc, first]]
        # The same for all records, so that there is a loop of its own for each number of columns.
        if wide > 1:
            score += second_scores[cells[doc, second]]
        if wide > 2:
            score += third_scores[cells[doc, third]]
        if wide > 3:
            for column in range(3, wide):
                score += scores[column, cells[doc, columns[column]]]
        if -(score * highest) >= limit:
            continue
        key = -(score * factors[status[doc]])
        if key < limit:
            keys[0] = key
            ranks[0] = doc
            heads[0] = doc
            sift_down(keys, ranks, heads, 0, keys.shape[0])
            limit = keys[0]
