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


@compiled(
    "void(uint32[::1], float64[::1], boolean[::1], int64[:, ::1], int64, uint64[:, ::1], float64[:, ::1],"
    " int64[::1], uint64[::1])"
)
def note_parts(parts, part_scores, wanted, lengths, number, bits, scores, named, has):  # type: ignore[no-untyped-def]
    """Give the parts that one word finds its bit and their scores, where records name them.

    Args:
        parts: the parts, from 0.
        part_scores: what they score.
        wanted: in which columns.
        lengths: per column and part, from 1, how many records name it there.
        number: of the bit.
        bits, scores: per column and part, from 1; changed.
        named: per bit how many records stand in the lists of parts that have it; changed.
        has: per column the bits that any part has; changed.
    """
    bit = np.uint64(1) << np.uint64(number)
    for column in range(wanted.shape[0]):
        if wanted[column]:
            for at in range(parts.shape[0]):
                part = np.int64(parts[at]) + 1
                if lengths[column, part]:
                    bits[column, part] |= bit
                    scores[column, part] += part_scores[at]
                    named[number] += lengths[column, part]
                    has[column] |= bit


@compiled("int64(int64[::1], uint64[::1], uint64, int64)")
def count_looked_at(lengths, bits, others, least):  # type: ignore[no-untyped-def]
    """Return how many records `scan_runs` looks at.

    Args:
        lengths, bits: of each part in the first column.
    """
    count = 0
    for part in range(bits.shape[0]):
        if bit_count(bits[part] | others) >= least:
            count += lengths[part]
    return count


@compiled(
    "void(int64[::1], int64[::1], int64[::1], int64[::1], uint64[::1], uint64, uint64, int64, uint64[::1])"
)
def mark_runs(parts, offsets, begins, ends, bits, leading, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark records that can have at least `least` bits, and whose part in the first column has a leading one.

    Args:
        parts: the parts that have bits.
        offsets, begins, ends: the runs of records with each part in the first column.
        bits: of each part in this column.
        leading: the leading bits.
        others: all bits that any part has in the other columns.
        least: how many bits a record needs.
        marks: changed.
    """
    every = ~np.uint64(0)
    for part in parts:
        own = bits[part]
        if own & leading == 0 or bit_count(own | others) < least:
            continue
        for run in range(offsets[part], offsets[part + 1]):
            begin, end = np.uint64(begins[run]), np.uint64(ends[run])
            first, last = begin >> np.uint64(6), end >> np.uint64(6)
            head = every << (begin & np.uint64(63))
            tail = ~(every << (end & np.uint64(63)))
            if first == last:
                marks[first] |= head & tail
                continue
            marks[first] |= head
            for at in range(first + np.uint64(1), last):
                marks[at] = every
            if tail:
                marks[last] |= tail


@compiled("void(int64[::1], int64[::1], uint32[::1], uint64[::1], uint64, uint64, int64, uint64[::1])")
def mark_lists(parts, offsets, docs, bits, leading, others, least, marks):  # type: ignore[no-untyped-def]
    """Mark the records that can have at least `least` bits by the lists of another column; see `mark_runs`.

    Args:
        offsets, docs: the records of each part of that column.
    """
    for part in parts:
        own = bits[part]
        if own & leading == 0 or bit_count(own | others) < least:
            continue
        for at in range(np.uint64(offsets[part]), np.uint64(offsets[part + 1])):
            doc = np.uint64(docs[at])
            marks[doc >> np.uint64(6)] |= np.uint64(1) << (doc & np.uint64(63))


_ENOUGH = "int64({cells}[:, ::1], uint64[::1], uint64[:, ::1], int64, uint64, uint32[::1], uint32[::1])"


@compiled([_ENOUGH.format(cells="uint16"), _ENOUGH.format(cells="uint32")])
def keep_enough(cells, columns, bits, least, every, docs, out_docs):  # type: ignore[no-untyped-def]
    """List the records that have at least `least` bits; return how many there are.

    Args:
        cells: of each record the part in each column.
        columns: places in `cells` of the columns.
        bits: see the module.
        least: how many bits a record needs.
        every: all bits, where a record needs all of them; else 0.
        docs: the records to look at.
        out_docs: as long as `docs`.
    """
    count = np.uint64(0)
    for doc in docs:
        found = np.uint64(0)
        for column in range(np.uint64(columns.shape[0])):
            found |= bits[column, cells[doc, columns[column]]]
        # Written in any case, and kept if it counts: no branch that is guessed wrongly.
        out_docs[count] = doc
        count += np.uint64(found == every if every else bit_count(found) >= least)
    return count


_FIND = (
    "uint64({cells}[:, ::1], uint64[::1], uint64[:, ::1], uint64, int64, uint64, uint64, uint64, uint32[::1])"
)


@compiled([_FIND.format(cells="uint16"), _FIND.format(cells="uint32")], inline=True)
def find_in_run(cells, columns, bits, own, least, every, begin, end, out_docs):  # type: ignore[no-untyped-def]
    """List the records of a run that have at least `least` bits, ascending; return how many there are.

    Args:
        cells, columns, bits, least, every: see `keep_enough`; the first column is that of runs.
        own: the bits of the part of the run.
        begin, end: where the run begins and ends.
        out_docs: as long as the run at least.

    Two and three columns, of which all bits are wanted, have loops of their own: they are twice as quick.
    """
    one = np.uint64(1)
    count = np.uint64(0)
    wide = columns.shape[0]
    second, third = columns[min(1, wide - 1)], columns[wide - 1]
    second_bits, third_bits = bits[min(1, wide - 1)], bits[wide - 1]
    if bit_count(own) >= least:
        for doc in range(begin, end):
            out_docs[count] = doc
            count += one
    elif every and wide == 2:
        for doc in range(begin, end):
            # Written in any case, and kept if it counts: no branch that is guessed wrongly.
            out_docs[count] = doc
            count += np.uint64((own | second_bits[cells[doc, second]]) == every)
    elif every and wide == 3:
        for doc in range(begin, end):
            found = second_bits[cells[doc, second]] | third_bits[cells[doc, third]]
            out_docs[count] = doc
            count += np.uint64((own | found) == every)
    else:
        for doc in range(begin, end):
            found = own
            for column in range(one, np.uint64(wide)):
                found |= bits[column, cells[doc, columns[column]]]
            out_docs[count] = doc
            count += np.uint64(bit_count(found) >= least)
    return count


_SCAN = (
    "uint64({cells}[:, ::1], uint64[::1], int64[::1], int64[::1], int64, int64, uint64[:, ::1], uint64,"
    " int64, uint64, uint32[::1])"
)


@compiled([_SCAN.format(cells="uint16"), _SCAN.format(cells="uint32")])
def scan_runs(  # type: ignore[no-untyped-def]
    cells, columns, run_parts, run_begins, first, last, bits, others, least, every, out_docs
):
    """List the records of some runs that have at least `least` bits, ascending; return how many there are.

    Args:
        cells, columns, bits, least, every: see `keep_enough`; the first column is that of the runs.
        run_parts, run_begins: of all runs, in the order of records.
        first, last: which runs.
        others: all bits that any part has in the other columns.
        out_docs: as long as the runs have records.
    """
    count = np.uint64(0)
    for run in range(first, last):
        own = bits[0, run_parts[run]]
        if bit_count(own | others) >= least:
            begin, end = np.uint64(run_begins[run]), np.uint64(run_begins[run + 1])
            count += find_in_run(cells, columns, bits, own, least, every, begin, end, out_docs[count:])
    return count


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


_SCORE = "void({cells}[:, ::1], uint64[::1], float64[:, ::1], uint32[::1], float64[::1])"


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
        for column in range(np.uint64(columns.shape[0])):
            score += scores[column, cells[docs[at], columns[column]]]
        out_scores[at] = score


_BITS = "void({cells}[:, ::1], uint64[::1], uint64[:, ::1], uint32[::1], uint16[::1])"


@compiled([_BITS.format(cells="uint16"), _BITS.format(cells="uint32")])
def count_bits(cells, columns, bits, docs, out_matched):  # type: ignore[no-untyped-def]
    """Give each record the number of bits of its parts; see `add_scores`."""
    for at in range(docs.shape[0]):
        found = np.uint64(0)
        for column in range(np.uint64(columns.shape[0])):
            found |= bits[column, cells[docs[at], columns[column]]]
        out_matched[at] = bit_count(found)
