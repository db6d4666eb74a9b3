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
    " int64, uint32[::1], float64[::1], uint8[::1])"
)
def any_term(  # type: ignore[no-untyped-def]
    docs, weights, begins, ends, factors, norms, scale, gain, records, out_docs, out_scores, out_matched
):
    """Unite posting lists window by window; see `all_terms`.

    Args:
        records: number of records of the index.
        out_matched: how many of the terms each record found has (at most 255).
    """
    count = 0
    terms = begins.shape[0]
    cursors = begins.copy()
    scores = np.zeros(WINDOW, np.float64)
    matched = np.zeros(WINDOW, np.uint8)
    while True:
        low = records
        for term in range(terms):
            if cursors[term] < ends[term] and docs[cursors[term]] < low:
                low = docs[cursors[term]]
        if low >= records:
            return count
        high = min(low + WINDOW, records)
        for term in range(terms):
            at = cursors[term]
            end = ends[term]
            factor = factors[term]
            while at < end and docs[at] < high:
                place = np.int64(docs[at]) - low
                weight = weights[at] / scale
                scores[place] += factor * ((weight * gain) / (weight + norms[docs[at]]))
                if matched[place] < 255:
                    matched[place] += 1
                at += 1
            cursors[term] = at
        for place in range(high - low):
            if matched[place]:
                out_docs[count] = np.uint32(low + place)
                out_scores[count] = scores[place]
                out_matched[count] = matched[place]
                count += 1
                scores[place] = 0.0
                matched[place] = 0


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


_PHRASE = "int64(uint32[::1], {starts}[::1], uint32[::1], int64[::1], int64[::1], int64[::1], uint32[::1])"


@compiled([_PHRASE.format(starts="uint32"), _PHRASE.format(starts="int64")])
def phrase(docs, starts, positions, begins, ends, order, out_docs):  # type: ignore[no-untyped-def]
    """Find the records in which words stand one behind the other.

    Args:
        docs, starts, positions: the postings of the field.
        begins, ends: the list of each word, shortest first.
        order: place of each of these words in the phrase.
        out_docs: as long as the first list.

    Returns:
        The number of records found.
    """
    count = 0
    words = begins.shape[0]
    cursors = begins.copy()
    for at in range(begins[0], ends[0]):
        doc = docs[at]
        cursors[0] = at
        found = True
        for word in range(1, words):
            place = first_at_least(docs, cursors[word], ends[word], doc)
            cursors[word] = place
            if place >= ends[word]:
                return count
            if docs[place] != doc:
                found = False
                break
        if not found:
            continue
        for step in range(np.int64(starts[at]), np.int64(starts[at + 1])):
            base = np.int64(positions[step]) - order[0]
            together = True
            for word in range(1, words):
                wanted = base + order[word]
                low = np.int64(starts[cursors[word]])
                high = np.int64(starts[cursors[word] + 1])
                while low < high:
                    middle = (low + high) >> 1
                    if positions[middle] < wanted:
                        low = middle + 1
                    else:
                        high = middle
                if low >= np.int64(starts[cursors[word] + 1]) or positions[low] != wanted:
                    together = False
                    break
            if together:
                out_docs[count] = doc
                count += 1
                break
    return count


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
