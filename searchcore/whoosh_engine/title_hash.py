"""A number that stands for the words of a title in their order, to find titles that are the whole query."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
# Odd, so that no bit is lost (the constant of Fibonacci hashing: 2**64 over the golden ratio).
_STEP = np.uint64(0x9E3779B97F4A7C15)


def term_hash(term: str) -> int:
    """Return 64 bits that stand for a term."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def combined_hashes(hashes: Hashes, owners: npt.NDArray[np.int64], count: int) -> Hashes:
    """Return for each text the sum of the hashes of its terms, each times a power of a constant by its place.

    Args:
        hashes: of all terms, text by text.
        owners: the text of each, ascending.
        count: number of texts; one without terms gets 0, any other at least 1.
    """
    found = np.zeros(count, np.uint64)
    if len(hashes):
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        lengths = np.diff(np.append(starts, len(owners)))
        places = np.arange(len(owners)) - np.repeat(starts, lengths)
        powers = np.cumprod(np.full(int(lengths.max()), _STEP))
        sums = np.add.reduceat(hashes * powers[places], starts)
        found[owners[starts]] = np.maximum(sums, 1)
    return found


def words_hash(words: Sequence[str]) -> int:
    """Return what `combined_hashes` gives for a title with these stems; 0 for none.

    A repeated word counts once, as in a query.
    """
    total, power = 0, 1
    for word in dict.fromkeys(words):
        power *= int(_STEP)
        total += term_hash(word) * power
    return max(total % (1 << 64), 1) if words else 0
