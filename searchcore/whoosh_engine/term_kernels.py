"""Compiled kernels over the sorted terms of a field: which of them are near a word, or match a pattern.

Terms are UTF-8. A character is compared as one number, made of its bytes; see `expand.character`. Both
kernels look at the terms from `first` up to `last`, all of which begin with the same `skip` bytes, and only
at what follows these. They return how many terms they found and write the numbers of these into `out`.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled

# In a pattern: any one character, any number of characters.
ANY = -1
MANY = -2


@compiled("int64(uint8[::1], int64)")
def width(terms, at):  # type: ignore[no-untyped-def]
    """Return of how many bytes the character at a place is."""
    lead = terms[at]
    if lead < 0x80:
        return 1
    if lead < 0xE0:
        return 2
    return 3 if lead < 0xF0 else 4


_NEAR = "int64(uint8[::1], {ends}[::1], int64, int64, int64, int64[::1], int64, int64, int64[::1])"


@compiled([_NEAR.format(ends="int64"), _NEAR.format(ends="uint32")])
def near(terms, ends, first, last, skip, wanted, most, deepest, out):  # type: ignore[no-untyped-def]
    """Find the terms within a Levenshtein distance of a word.

    A row of the table of distances belongs to the first characters of a term. Terms that begin alike stand
    together, so that most rows are there already from the term before; and where no way leads to the word
    any more, all terms that begin so are passed over.

    Args:
        wanted: the characters of the word.
        most: the greatest distance.
        deepest: no term has more characters.
    """
    size = wanted.shape[0]
    rows = np.empty((deepest + 1, size + 1), np.int64)
    reached = np.empty(deepest + 1, np.int64)  # how many bytes the first characters of the term take
    for column in range(size + 1):
        rows[0, column] = column
    reached[0] = 0
    base = np.int64(0)  # where the term begins that the rows are of
    known = 0
    dead = False
    count = 0
    for number in range(first, last):
        begin = (np.int64(ends[number - 1]) if number else 0) + skip
        length = np.int64(ends[number]) - begin
        alike = np.int64(0)
        limit = min(reached[known], length)
        while alike < limit and terms[base + alike] == terms[begin + alike]:
            alike += 1
        if dead and alike == reached[known]:
            continue
        while reached[known] > alike:
            known -= 1
        base = begin
        dead = False
        while reached[known] < length and not dead:
            at = begin + reached[known]
            after = at + width(terms, at)
            char = np.int64(0)
            for place in range(at, after):
                char = char << 8 | terms[place]
            row = known + 1
            rows[row, 0] = row
            lowest = rows[row, 0]
            for column in range(1, size + 1):
                cost = rows[known, column - 1] + (0 if wanted[column - 1] == char else 1)
                cost = min(cost, rows[known, column] + 1, rows[row, column - 1] + 1)
                rows[row, column] = cost
                lowest = min(lowest, cost)
            known = row
            reached[known] = after - begin
            dead = lowest > most
        if not dead and rows[known, size] <= most:
            out[count] = number
            count += 1
    return count


_LIKE = "int64(uint8[::1], {ends}[::1], int64, int64, int64, int64[::1], int64[::1])"


@compiled([_LIKE.format(ends="int64"), _LIKE.format(ends="uint32")])
def like(terms, ends, first, last, skip, pattern, out):  # type: ignore[no-untyped-def]
    """Find the terms that match a pattern of characters, `ANY` and `MANY`."""
    size = pattern.shape[0]
    count = 0
    for number in range(first, last):
        at = (np.int64(ends[number - 1]) if number else 0) + skip
        end = np.int64(ends[number])
        step = 0
        # The last MANY that was passed, and where the characters that it stands for end up to now.
        many = -1
        tried = at
        while at < end:
            if step < size and pattern[step] == MANY:
                many = step
                tried = at
                step += 1
                continue
            after = at + width(terms, at)
            char = np.int64(0)
            for place in range(at, after):
                char = char << 8 | terms[place]
            if step < size and (pattern[step] == ANY or pattern[step] == char):
                step += 1
                at = after
            elif many >= 0:
                tried += width(terms, tried)
                at = tried
                step = many + 1
            else:
                break
        while step < size and pattern[step] == MANY:
            step += 1
        if at >= end and step == size:
            out[count] = number
            count += 1
    return count
