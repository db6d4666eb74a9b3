"""Compiled kernels over the positions of words; see `kernels`."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.kernels import in_all

_ADJACENT = "boolean({starts}[::1], uint32[::1], int64[::1], int64[::1])"


@compiled([_ADJACENT.format(starts="uint32"), _ADJACENT.format(starts="int64")])
def adjacent(starts, positions, cursors, places):  # type: ignore[no-untyped-def]
    """Tell whether the words of a phrase stand side by side in a record; see `phrase`.

    Args:
        cursors: the posting of each word in the record; the first word has few places.
        places: the place of each of these words in the phrase.
    """
    for step in range(np.int64(starts[cursors[0]]), np.int64(starts[cursors[0] + 1])):
        base = np.int64(positions[step]) - places[0]
        together = True
        for word in range(1, cursors.shape[0]):
            wanted = base + places[word]
            low = np.int64(starts[cursors[word]])
            end = np.int64(starts[cursors[word] + 1])
            high = end
            while low < high:
                middle = (low + high) >> 1
                if positions[middle] < wanted:
                    low = middle + 1
                else:
                    high = middle
            if low >= end or positions[low] != wanted:
                together = False
                break
        if together:
            return True
    return False


_BEHIND = "int64({starts}[::1], uint32[::1], int64, int64, int64[::1], int64, int64[::1])"


@compiled([_BEHIND.format(starts="uint32"), _BEHIND.format(starts="int64")])
def behind(starts, positions, cursor, slop, reached, size, out):  # type: ignore[no-untyped-def]
    """Find the places of a word that stand close enough behind the end of a part of a phrase.

    Args:
        cursor: the posting of the word.
        reached: where the part of the phrase before it ends, ascending; the first `size` count.
        out: filled; at least as long as the word has places.

    Returns:
        The number of places.
    """
    count = 0
    before = 0
    for step in range(np.int64(starts[cursor]), np.int64(starts[cursor + 1])):
        position = np.int64(positions[step])
        while before < size and reached[before] < position:
            before += 1
        if before > 0 and position - reached[before - 1] <= slop:
            out[count] = position
            count += 1
    return count


_PHRASE = (
    "int64(uint32[::1], {starts}[::1], uint32[::1], int64[::1], int64[::1], int64[::1], int64, uint32[::1])"
)


@compiled([_PHRASE.format(starts="uint32"), _PHRASE.format(starts="int64")])
def phrase(docs, starts, positions, begins, ends, places, slop, out_docs):  # type: ignore[no-untyped-def]
    """Find the records in which words stand one behind the other.

    Args:
        docs, starts, positions: the postings of the field.
        begins, ends: the list of each word, shortest first.
        places: the place of each of these words in the phrase.
        slop: how far a word may stand behind the one before it; 1 for the next place.
        out_docs: as long as the first list.

    Returns:
        The number of records found.
    """
    count = 0
    words = begins.shape[0]
    cursors = begins.copy()
    in_order = np.empty(words, np.int64)
    for word in range(words):
        in_order[places[word]] = word
    reached = np.empty(64, np.int64)
    further = np.empty(64, np.int64)
    for at in range(begins[0], ends[0]):
        doc = docs[at]
        cursors[0] = at
        found = in_all(docs, cursors, ends, doc)
        if found < 0:
            return count
        if found == 0:
            continue
        if slop == 1:
            stands = adjacent(starts, positions, cursors, places)
        else:
            size = np.int64(0)
            for word in range(words):
                cursor = cursors[in_order[word]]
                most = np.int64(starts[cursor + 1]) - np.int64(starts[cursor])
                if most > further.shape[0]:
                    further = np.empty(2 * most, np.int64)
                if word == 0:
                    for step in range(most):
                        further[step] = np.int64(positions[np.int64(starts[cursor]) + step])
                    size = most
                else:
                    size = behind(starts, positions, cursor, slop, reached, size, further)
                reached, further = further, reached
                if size == 0:
                    break
            stands = size > 0
        if stands:
            out_docs[count] = doc
            count += 1
    return count
