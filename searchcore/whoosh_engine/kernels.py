"""Compiled kernels over posting lists.

See `compiling` for when they are compiled. Records are uint32 numbers, ascending in every list; scores are
float64. All kernels free the interpreter lock.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled as compiled

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


@compiled(
    "int64(uint32[::1], uint16[::1], int64[::1], int64[::1], float64[::1], float64[::1], float64, float64,"
    " uint32[::1], float64[::1])"
)
def all_terms(docs, weights, begins, ends, factors, norms, scale, gain, out_docs, out_scores):  # type: ignore[no-untyped-def]
    """Intersect posting lists, the rarest first, and score the records with BM25.

    Args:
        docs, weights: the postings of all terms; weights in units of 1 / scale.
        begins, ends: the list of each term, shortest first.
        factors: idf times boost of each term.
        norms: k1 * ((1 - b) + b * length / average) of each record.
        scale: how many units make a weight of 1.
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
        found = True
        for term in range(1, terms):
            place = first_at_least(docs, cursors[term], ends[term], doc)
            cursors[term] = place
            if place >= ends[term]:
                return count
            if docs[place] != doc:
                found = False
                break
        if not found:
            continue
        norm = norms[doc]
        weight = weights[at] / scale
        score = factors[0] * ((weight * gain) / (weight + norm))
        for term in range(1, terms):
            weight = weights[cursors[term]] / scale
            score += factors[term] * ((weight * gain) / (weight + norm))
        out_docs[count] = doc
        out_scores[count] = score
        count += 1
    return count


@compiled(
    "int64(uint32[::1], uint16[::1], int64[::1], int64[::1], float64[::1], float64[::1], float64, float64,"
    " int64, int64, uint32[::1], float64[::1], uint16[::1])"
)
def any_term(  # type: ignore[no-untyped-def]
    docs,
    weights,
    begins,
    ends,
    factors,
    norms,
    scale,
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
        low = records
        for term in range(terms):
            if cursors[term] < ends[term] and docs[cursors[term]] < low:
                low = docs[cursors[term]]
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
                weight = weights[at] / scale
                scores[place] += factor * ((weight * gain) / (weight + norms[docs[at]]))
                if matched[place] < 65535:
                    matched[place] += 1
                at += 1
            if at > cursors[term]:
                last = max(last, np.int64(docs[at - 1]) - low)
            cursors[term] = at
        for place in range(last + 1):
            if matched[place]:
                if matched[place] >= least:
                    out_docs[count] = np.uint32(low + place)
                    out_scores[count] = scores[place]
                    out_matched[count] = matched[place]
                    count += 1
                scores[place] = 0.0
                matched[place] = 0
