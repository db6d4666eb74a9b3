"""Compiled kernels that lead from parts to the records that name them; see `parts` and `kernels`.

`bits` has a row per column and one set of bits per part (numbered from 1; row 0 is "none"): which of the
words that are asked for the part has. A record has the bits of all parts that it names. Records found are
marked in `marks`, 64 records a number.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled


@compiled("int64(uint64)")
def bit_count(value):  # type: ignore[no-untyped-def]
    """Return the number of bits that are set."""
    value = value - ((value >> np.uint64(1)) & np.uint64(0x5555555555555555))
    value = (value & np.uint64(0x3333333333333333)) + (
        (value >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


_FOUND = "uint64({cells}[:, ::1], int64[::1], uint64[:, ::1], int64)"


@compiled([_FOUND.format(cells="uint16"), _FOUND.format(cells="uint32")])
def bits_of(cells, columns, bits, doc):  # type: ignore[no-untyped-def]
    """Return the bits that the parts of a record have together."""
    found = np.uint64(0)
    for column in range(columns.shape[0]):
        found |= bits[column, cells[doc, columns[column]]]
    return found


_RUNS = (
    "void({cells}[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], uint64[:, ::1],"
    " uint64, int64, uint64[::1])"
)


@compiled([_RUNS.format(cells="uint16"), _RUNS.format(cells="uint32")])
def mark_runs(cells, columns, parts, offsets, begins, ends, bits, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark records whose parts have at least `least` bits, where the part of the leading column has one.

    Args:
        cells: of each record the part in each column.
        columns: places in `cells` of the columns, the leading one first.
        parts: the parts that have bits.
        offsets, begins, ends: the runs of records with each part in the leading column.
        bits: see the module.
        others: all bits that any part of the columns has which were not looked at before.
        least: how many bits a record needs.
        marks: changed.
    """
    for part in parts:
        own = bits[0, part]
        if own == 0 or bit_count(own | others) < least:
            continue
        enough = bit_count(own) >= least
        for run in range(offsets[part], offsets[part + 1]):
            for doc in range(begins[run], ends[run]):
                if enough or bit_count(bits_of(cells, columns, bits, doc)) >= least:
                    marks[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)


_LISTS = (
    "void({cells}[:, ::1], int64[::1], int64[::1], int64, int64[::1], uint32[::1], uint64[:, ::1], uint64,"
    " int64, uint64[::1])"
)


@compiled([_LISTS.format(cells="uint16"), _LISTS.format(cells="uint32")])
def mark_lists(cells, columns, parts, column, offsets, docs, bits, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark records by the lists of another column; see `mark_runs`.

    Args:
        column: which of `columns`.
        offsets, docs: the records of each part of that column.
    """
    for part in parts:
        own = bits[column, part]
        if own == 0 or bit_count(own | others) < least:
            continue
        enough = bit_count(own) >= least
        for at in range(offsets[part], offsets[part + 1]):
            doc = np.int64(docs[at])
            if enough or bit_count(bits_of(cells, columns, bits, doc)) >= least:
                marks[doc >> 6] |= np.uint64(1) << np.uint64(doc & 63)


@compiled("int64(uint64[::1], uint32[::1])")
def list_marks(marks, out_docs):  # type: ignore[no-untyped-def]
    """List the marked records, ascending; return how many there are."""
    count = 0
    for at in range(marks.shape[0]):
        word = marks[at]
        while word:
            low = word & (~word + np.uint64(1))
            out_docs[count] = (at << 6) + bit_count(low - np.uint64(1))
            count += 1
            word ^= low
    return count


_SCORE = "void({cells}[:, ::1], int64[::1], float64[:, ::1], uint32[::1], float64[::1])"


@compiled([_SCORE.format(cells="uint16"), _SCORE.format(cells="uint32")])
def add_scores(cells, columns, scores, docs, out_scores):  # type: ignore[no-untyped-def]
    """Give each record the sum of the scores of its parts.

    Args:
        scores: per column and part.
        docs: the records.
        out_scores: filled.
    """
    for at in range(docs.shape[0]):
        score = 0.0
        for column in range(columns.shape[0]):
            score += scores[column, cells[docs[at], columns[column]]]
        out_scores[at] = score


_BITS = "void({cells}[:, ::1], int64[::1], uint64[:, ::1], uint32[::1], uint16[::1])"


@compiled([_BITS.format(cells="uint16"), _BITS.format(cells="uint32")])
def count_bits(cells, columns, bits, docs, out_matched):  # type: ignore[no-untyped-def]
    """Give each record the number of bits of its parts; see `add_scores`."""
    for at in range(docs.shape[0]):
        out_matched[at] = bit_count(bits_of(cells, columns, bits, np.int64(docs[at])))
