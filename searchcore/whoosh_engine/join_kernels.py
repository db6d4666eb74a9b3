"""Compiled kernels that lead from parts to the records that name them; see `parts` and `kernels`.

`bits` has a row per column and one set of bits per part (numbered from 1; row 0 is "none"): which of the
words that are asked for the part has. A record has the bits of all parts that it names. Records found are
marked in `marks`, 64 records a number.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.kernels import compiled


@compiled("int64(uint64)")
def bit_count(value):  # type: ignore[no-untyped-def]
    """Return the number of bits that are set."""
    value = value - ((value >> np.uint64(1)) & np.uint64(0x5555555555555555))
    value = (value & np.uint64(0x3333333333333333)) + (
        (value >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


_RUNS = (
    "void({cells}[:, ::1], int64[::1], int64[::1], int64[::1], uint64[:, ::1], uint64, int64, uint64[::1])"
)


@compiled([_RUNS.format(cells="uint16"), _RUNS.format(cells="uint32")])
def mark_runs(cells, columns, run_parts, run_begins, bits, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark records whose parts have at least `least` bits, where the part of the leading column has one.

    Args:
        cells: of each record the part in each column.
        columns: places in `cells` of the columns, the leading one first.
        run_parts, run_begins: the runs of equal parts in the leading column; one begin more than runs.
        bits: see the module.
        others: all bits that any part of the columns has which were not looked at before.
        least: how many bits a record needs.
        marks: changed.
    """
    for run in range(run_parts.shape[0]):
        own = bits[0, run_parts[run]]
        if own == 0:
            continue
        begin = run_begins[run]
        end = run_begins[run + 1]
        if bit_count(own) >= least:
            for doc in range(begin, end):
                marks[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)
        elif bit_count(own | others) >= least:
            for doc in range(begin, end):
                found = own
                for column in range(1, columns.shape[0]):
                    found |= bits[column, cells[doc, columns[column]]]
                if bit_count(found) >= least:
                    marks[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)


_LISTS = (
    "void({cells}[:, ::1], int64[::1], int64, int64[::1], uint32[::1], uint64[:, ::1], uint64, int64,"
    " uint64[::1])"
)


@compiled([_LISTS.format(cells="uint16"), _LISTS.format(cells="uint32")])
def mark_lists(cells, columns, column, offsets, docs, bits, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark records by the lists of another column; see `mark_runs`.

    Args:
        column: which of `columns`.
        offsets, docs: the records of each part of that column.
    """
    for part in range(1, bits.shape[1]):
        own = bits[column, part]
        if own == 0 or bit_count(own | others) < least:
            continue
        enough = bit_count(own) >= least
        for at in range(offsets[part], offsets[part + 1]):
            doc = np.int64(docs[at])
            found = own
            if not enough:
                for other in range(columns.shape[0]):
                    found |= bits[other, cells[doc, columns[other]]]
            if enough or bit_count(found) >= least:
                marks[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)


@compiled("int64(uint64[::1])")
def count_marks(marks):  # type: ignore[no-untyped-def]
    """Return the number of records marked."""
    count = 0
    for at in range(marks.shape[0]):
        if marks[at]:
            count += bit_count(marks[at])
    return count


_SWEEP = (
    "void({cells}[:, ::1], int64[::1], float64[:, ::1], uint64[:, ::1], uint64[::1], uint32[::1],"
    " float64[::1], uint8[::1])"
)


@compiled([_SWEEP.format(cells="uint16"), _SWEEP.format(cells="uint32")])
def sweep(cells, columns, scores, bits, marks, out_docs, out_scores, out_matched):  # type: ignore[no-untyped-def]
    """List the marked records, ascending, with the sum of the scores of their parts and their number of bits.

    Args:
        scores: per column and part.
        out_docs, out_scores, out_matched: filled; `out_matched` is empty where nobody asks.
    """
    count = 0
    for at in range(marks.shape[0]):
        word = marks[at]
        while word:
            low = word & (~word + np.uint64(1))
            doc = (at << 6) + bit_count(low - np.uint64(1))
            score = 0.0
            found = np.uint64(0)
            for column in range(columns.shape[0]):
                part = cells[doc, columns[column]]
                score += scores[column, part]
                if out_matched.shape[0]:
                    found |= bits[column, part]
            out_docs[count] = doc
            out_scores[count] = score
            if out_matched.shape[0]:
                out_matched[count] = bit_count(found)
            count += 1
            word &= word - np.uint64(1)
