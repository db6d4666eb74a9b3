"""Compiled kernels over postings, validity and facet cells.

Every kernel has an explicit signature, so that it is compiled when this module is first imported (a build
does that) and loaded from numba's cache afterwards; nobody waits for a compiler at the first search. Records
are uint32 numbers, ascending in every list; scores are float64. All kernels free the interpreter lock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from searchcore.validity import DELETED, FUTURE, IN_FORCE, UNKNOWN

WINDOW = 8192
STATUSES = 5


def compiled(signature: str) -> Any:
    """Return the decorator that compiles a kernel for one signature and caches the result."""
    return njit(signature, cache=True, nogil=True, fastmath=False, boundscheck=False)


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


@compiled("int64(uint32[::1], int64[::1], uint32[::1], int64[::1], int64[::1], int64[::1], uint32[::1])")
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
        for step in range(starts[at], starts[at + 1]):
            base = np.int64(positions[step]) - order[0]
            together = True
            for word in range(1, words):
                wanted = base + order[word]
                low = starts[cursors[word]]
                high = starts[cursors[word] + 1]
                while low < high:
                    middle = (low + high) >> 1
                    if positions[middle] < wanted:
                        low = middle + 1
                    else:
                        high = middle
                if low >= starts[cursors[word] + 1] or positions[low] != wanted:
                    together = False
                    break
            if together:
                out_docs[count] = doc
                count += 1
                break
    return count


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
