"""Compiled kernels over lists of records with scores: what `found` is made of; see `kernels`."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.kernels import WINDOW, empty_window, first_at_least, least_record


@compiled("int64(uint32[::1], float64[::1], uint32[::1], float64[::1], uint32[::1], float64[::1])")
def intersect(docs, scores, other_docs, other_scores, out_docs, out_scores):  # type: ignore[no-untyped-def]
    """Keep the records of both lists with the sum of their scores; `docs` should be the shorter one."""
    count = 0
    place = np.int64(0)
    end = np.int64(other_docs.shape[0])
    for at in range(docs.shape[0]):
        place = first_at_least(other_docs, place, end, docs[at])
        if place >= end:
            break
        if other_docs[place] == docs[at]:
            out_docs[count] = docs[at]
            out_scores[count] = scores[at] + other_scores[place]
            count += 1
    return count


@compiled("int64(uint32[::1], float64[::1], uint32[::1], float64[::1], uint32[::1], float64[::1])")
def unite(docs, scores, other_docs, other_scores, out_docs, out_scores):  # type: ignore[no-untyped-def]
    """Merge two lists; records of both have the sum of their scores."""
    count = 0
    a = 0
    b = 0
    while a < docs.shape[0] or b < other_docs.shape[0]:
        if b >= other_docs.shape[0] or (a < docs.shape[0] and docs[a] < other_docs[b]):
            out_docs[count] = docs[a]
            out_scores[count] = scores[a]
            a += 1
        elif a >= docs.shape[0] or other_docs[b] < docs[a]:
            out_docs[count] = other_docs[b]
            out_scores[count] = other_scores[b]
            b += 1
        else:
            out_docs[count] = docs[a]
            out_scores[count] = scores[a] + other_scores[b]
            a += 1
            b += 1
        count += 1
    return count


@compiled("int64(uint32[::1], float64[::1], uint32[::1], float64[::1], uint32[::1], float64[::1], boolean)")
def and_maybe(docs, scores, other_docs, other_scores, out_docs, out_scores, exclude):  # type: ignore[no-untyped-def]
    """Keep the first list, adding the scores of the second; with `exclude` drop the records of the second."""
    count = 0
    place = np.int64(0)
    end = np.int64(other_docs.shape[0])
    for at in range(docs.shape[0]):
        place = first_at_least(other_docs, place, end, docs[at])
        both = place < end and other_docs[place] == docs[at]
        if exclude and both:
            continue
        out_docs[count] = docs[at]
        out_scores[count] = scores[at] + (other_scores[place] if both else 0.0)
        count += 1
    return count


@compiled(
    "int64(uint32[::1], float64[::1], int64[::1], int64[::1], int64, int64, boolean,"
    " uint32[::1], float64[::1], uint16[::1])"
)
def unite_all(  # type: ignore[no-untyped-def]
    docs, scores, begins, ends, records, least, best, out_docs, out_scores, out_matched
):
    """Unite any number of lists window by window.

    Args:
        docs, scores: the lists one behind the other.
        begins, ends: where each of them begins and ends.
        records: number of records of the index.
        least: records that stand in fewer lists are left out.
        best: the score is the highest of a record's scores, not their sum.
        out_matched: in how many lists each record found stands (at most 65535).

    Returns:
        The number of records found.
    """
    count = 0
    cursors = begins.copy()
    sums = np.zeros(WINDOW, np.float64)
    matched = np.zeros(WINDOW, np.uint16)
    while True:
        low = least_record(docs, cursors, ends, records)
        if low >= records:
            return count
        high = min(low + WINDOW, records)
        last = np.int64(0)
        for part in range(begins.shape[0]):
            at = cursors[part]
            while at < ends[part] and docs[at] < high:
                place = np.int64(docs[at]) - low
                if not best or matched[place] == 0:
                    sums[place] += scores[at]
                elif scores[at] > sums[place]:
                    sums[place] = scores[at]
                if matched[place] < 65535:
                    matched[place] += 1
                at += 1
            if at > cursors[part]:
                last = max(last, np.int64(docs[at - 1]) - low)
            cursors[part] = at
        count = empty_window(sums, matched, low, last, least, count, out_docs, out_scores, out_matched)


@compiled("int64(uint32[::1], float64[::1], uint8[::1], uint32[::1], float64[::1])")
def keep_standing(docs, scores, state, out_docs, out_scores):  # type: ignore[no-untyped-def]
    """Keep the records that stand for their key on a day: those whose as-of state is not 0."""
    count = 0
    for at in range(docs.shape[0]):
        if state[docs[at]]:
            out_docs[count] = docs[at]
            out_scores[count] = scores[at]
            count += 1
    return count
