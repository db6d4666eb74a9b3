"""Compiled kernels for spelling: which words differ from a word in few places, and what that costs.

Words are of the letters a to z, a byte each.
"""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.words import OTHER_LETTERS

# Places of the costs in their array.
OTHER, NEIGHBOUR, MISSING, EXTRA, DOUBLED, SWAPPED, FIRST = range(7)
_FAR = 99


@compiled("boolean(uint32, int64)")
def more(bits, most):  # type: ignore[no-untyped-def]
    """Tell whether more than so many bits are set."""
    for _ in range(most):
        bits &= bits - np.uint32(1)
    return bits != 0


@compiled("int64(uint8[::1], int64, int64, uint8[::1], int64, int64[:, ::1])")
def edits(words, begin, size, typed, most, rows):  # type: ignore[no-untyped-def]
    """Return in how many places a word differs from the typed one, or more than `most` where they are many.

    A letter more, less or another is one place, and so are two neighbours that changed places, if nothing
    else happened to them (optimal string alignment). Only the part of the table near its diagonal is filled.

    Args:
        words, begin, size: the word.
        typed: the typed word.
        most: the greatest number that matters.
        rows: room for three rows of the table.
    """
    length = typed.shape[0]
    for column in range(length + 1):
        rows[0, column] = column if column <= most else _FAR
    before = np.int64(0)  # the lowest number of the row before
    for place in range(1, size + 1):
        row = rows[place % 3]
        above = rows[(place - 1) % 3]
        letter = words[begin + place - 1]
        first = max(np.int64(1), place - most)
        last = min(length, place + most)
        row[first - 1] = place if first == 1 and place <= most else _FAR
        lowest = row[first - 1]
        for column in range(first, last + 1):
            same = typed[column - 1] == letter
            cost = above[column - 1] + (0 if same else 1)
            if column < place + most:
                cost = min(cost, above[column] + 1)
            cost = min(cost, row[column - 1] + 1)
            if (
                place > 1
                and column > 1
                and typed[column - 2] == letter
                and words[begin + place - 2] == typed[column - 1]
            ):
                cost = min(cost, rows[(place - 2) % 3, column - 2] + 1)
            row[column] = cost
            lowest = min(lowest, cost)
        # Two letters that changed places lead from the row before the last one to the next.
        if lowest > most and before >= most:
            return np.int64(_FAR)
        before = lowest
    return rows[size % 3, length]


@compiled("float64(uint8[::1], int64, int64, uint8[::1], float64[::1], boolean[:, ::1])")
def cost(words, begin, size, typed, costs, near):  # type: ignore[no-untyped-def]
    """Return what it costs to take the typed word for a word: the cheapest way from one to the other.

    Args:
        words, begin, size: the word.
        typed: the typed word.
        costs: of each kind of difference.
        near: of two letters, numbered from a, whether they are neighbours on the keyboard.
    """
    length = typed.shape[0]
    table = np.empty((size + 1, length + 1), np.float64)
    table[0, 0] = 0.0
    for column in range(1, length + 1):
        twice = column > 1 and typed[column - 1] == typed[column - 2]
        table[0, column] = table[0, column - 1] + (costs[DOUBLED] if twice else costs[EXTRA])
    for place in range(1, size + 1):
        letter = words[begin + place - 1]
        twice = place > 1 and letter == words[begin + place - 2]
        missing = costs[DOUBLED] if twice else costs[MISSING]
        table[place, 0] = table[place - 1, 0] + missing
        for column in range(1, length + 1):
            given = typed[column - 1]
            change = 0.0
            if given != letter:
                change = costs[NEIGHBOUR] if near[given - 97, letter - 97] else costs[OTHER]
            extra = costs[DOUBLED] if column > 1 and given == typed[column - 2] else costs[EXTRA]
            best = min(table[place - 1, column - 1] + change, table[place - 1, column] + missing)
            best = min(best, table[place, column - 1] + extra)
            if place > 1 and column > 1 and typed[column - 2] == letter and words[begin + place - 2] == given:
                best = min(best, table[place - 2, column - 2] + costs[SWAPPED])
            table[place, column] = best
    return table[size, length] + (costs[FIRST] if words[begin] != typed[0] else 0.0)


@compiled(
    "int64(uint8[::1], uint32[::1], uint32[::1], uint8[::1], int64, "
    "float64[::1], boolean[:, ::1], int64[::1], float64[::1])"
)
def similar(words, ends, letters, typed, most, costs, near, numbers, found):  # type: ignore[no-untyped-def]
    """Find the words that differ from a typed one in at most so many places, but not the word itself.

    Args:
        words, ends: the words, and where each ends.
        letters: see `Words.letters`; words with anything but a to z are left out.
        typed: the typed word.
        most: at most so many places.
        costs, near: see `cost`.
        numbers, found: the numbers of the words found, and what each costs.

    Returns:
        How many were found.
    """
    length = typed.shape[0]
    rows = np.empty((3, length + 1), np.int64)
    own = np.uint32(0)
    for at in range(length):
        own |= np.uint32(1) << np.uint32(typed[at] - 97)
    count = 0
    end = np.int64(0)
    for number in range(ends.shape[0]):
        begin = end
        end = np.int64(ends[number])
        size = end - begin
        if letters[number] >= OTHER_LETTERS or size > length + most or size < length - most:
            continue
        # Each place takes away one letter at most, and brings in one.
        if more(letters[number] & ~own, most) or more(own & ~letters[number], most):
            continue
        differ = edits(words, begin, size, typed, most, rows)
        if 0 < differ <= most:
            numbers[count] = number
            found[count] = cost(words, begin, size, typed, costs, near)
            count += 1
    return count
