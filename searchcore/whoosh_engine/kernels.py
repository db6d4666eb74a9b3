"""Compiled kernels over posting lists.

See `compiling` for when they are compiled. Records are uint32 numbers, ascending in every list; scores are
float64. All kernels free the interpreter lock.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled

WINDOW = 8192


@compiled("int64(uint32[::1], int64, int64, uint32)")
def first_at_least(docs, low, high, wanted):  # type: ignore[no-untyped-def]
    """Return the first position in docs[low:high] with a record of at least `wanted`; gallops."""
    step = 1
    while low + step < high and docs[low + step] < wanted:
        low += step
        step <<= 1
    if low < high and docs[low] < wanted:
        end = min(low + step, high)
        low += 1
        while low < end:
            middle = (low + end) >> 1
            if docs[middle] < wanted:
                low = middle + 1
            else:
                end = middle
    return low


@compiled("int64(uint32[::1], int64[::1], int64[::1], uint32)")
def in_all(docs, cursors, ends, doc):  # type: ignore[no-untyped-def]
    """Move the cursors of all lists but the first to a record.

    Returns:
        1 if all have it, 0 if not all do, -1 if one of them has come to its end.
    """
    for each in range(1, cursors.shape[0]):
        place = first_at_least(docs, cursors[each], ends[each], doc)
        cursors[each] = place
        if place >= ends[each]:
            return -1
        if docs[place] != doc:
            return 0
    return 1


@compiled("int64(uint32[::1], int64[::1], int64[::1], int64)")
def least_record(docs, cursors, ends, records):  # type: ignore[no-untyped-def]
    """Return the least record at the cursors of lists; `records` where all have come to their ends."""
    low = records
    for each in range(cursors.shape[0]):
        if cursors[each] < ends[each] and docs[cursors[each]] < low:
            low = np.int64(docs[cursors[each]])
    return low


@compiled(
    "int64(float64[::1], uint16[::1], int64, int64, int64, int64, uint32[::1], float64[::1], uint16[::1])"
)
def empty_window(scores, matched, low, last, least, count, out_docs, out_scores, out_matched):  # type: ignore[no-untyped-def]
    """List the records of a window that stand in enough lists, and set the window to zero.

    Args:
        scores, matched: of the records low, low + 1 and so on up to low + last.
        least: in how many lists a record must stand.
        count: how many records are listed already.

    Returns:
        How many records are listed then.
    """
    for place in range(last + 1):
        if matched[place]:
            if matched[place] >= least:
                out_docs[count] = np.uint32(low + place)
                out_scores[count] = scores[place]
                out_matched[count] = matched[place]
                count += 1
            scores[place] = 0.0
            matched[place] = 0
    return count


@compiled(
    "int64(uint32[::1], uint16[::1], int64[::1], int64[::1], float64[::1], float64[::1], float64[::1],"
    " float64, uint32[::1], float64[::1])"
)
def all_terms(docs, weights, begins, ends, factors, norms, amounts, gain, out_docs, out_scores):  # type: ignore[no-untyped-def]
    """Intersect posting lists, the rarest first, and score the records with BM25.

    Args:
        docs, weights: the postings of all terms.
        begins, ends: the list of each term, shortest first.
        factors: idf times boost of each term.
        norms: k1 * ((1 - b) + b * length / average) of each record.
        amounts: what each weight stands for: a look costs less than a division.
        gain: k1 + 1.
        out_docs, out_scores: as long as the first list.

    Returns:
        The number of records found.
    """
    count = 0
    terms = begins.shape[0]
    cursors = begins.copy()
    for at in range(begins[0], ends[0]):
        doc = docs[at]
        found = in_all(docs, cursors, ends, doc)
        if found < 0:
            return count
        if found == 0:
            continue
        norm = norms[doc]
        weight = amounts[weights[at]]
        score = factors[0] * ((weight * gain) / (weight + norm))
        for term in range(1, terms):
            weight = amounts[weights[cursors[term]]]
            score += factors[term] * ((weight * gain) / (weight + norm))
        out_docs[count] = doc
        out_scores[count] = score
        count += 1
    return count


@compiled(
    "int64(uint32[::1], uint16[::1], int64[::1], int64[::1], float64[::1], float64[::1], float64[::1],"
    " float64, int64, int64, uint32[::1], float64[::1], uint16[::1])"
)
def any_term(  # type: ignore[no-untyped-def]
    docs,
    weights,
    begins,
    ends,
    factors,
    norms,
    amounts,
    gain,
    records,
    least,
    out_docs,
    out_scores,
    out_matched,
):
    """Unite posting lists window by window; see `all_terms`.

    Args:
        records: number of records of the index.
        least: records with fewer of the terms are left out.
        out_matched: how many of the terms each record found has (at most 65535).
    """
    count = 0
    terms = begins.shape[0]
    cursors = begins.copy()
    scores = np.zeros(WINDOW, np.float64)
    matched = np.zeros(WINDOW, np.uint16)
    while True:
        low = least_record(docs, cursors, ends, records)
        if low >= records:
            return count
        high = min(low + WINDOW, records)
        last = np.int64(0)
        for term in range(terms):
            at = cursors[term]
            end = ends[term]
            factor = factors[term]
            while at < end and docs[at] < high:
                place = np.int64(docs[at]) - low
                weight = amounts[weights[at]]
                scores[place] += factor * ((weight * gain) / (weight + norms[docs[at]]))
                if matched[place] < 65535:
                    matched[place] += 1
                at += 1
            if at > cursors[term]:
                last = max(last, np.int64(docs[at - 1]) - low)
            cursors[term] = at
        count = empty_window(scores, matched, low, last, least, count, out_docs, out_scores, out_matched)
