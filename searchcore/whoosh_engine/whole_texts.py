"""Which records have a text that is the whole query: its title, an index entry, another of its names.

The table holds hashes of all such texts. A query that consists of words is hashed in the same ways, and the
records that have one of its hashes get their scores multiplied (`whole` in the schema of the kind and in
`schemas/ranking.yaml`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from searchcore.schema import KindSchema
from searchcore.whoosh_engine.idle_words import ending_stems, idle_stems
from searchcore.whoosh_engine.ranking import Whole
from searchcore.whoosh_engine.sections import Arrays, ArraysWriter

Hashes = npt.NDArray[np.uint64]
# Ways to hash a text, beside the fields whose words are hashed in any order.
IN_ORDER, GENERAL, SEGMENT = "title in order", "title in general", "segment of a title"
# Odd, so that no bit is lost (the constant of Fibonacci hashing: 2**64 over the golden ratio).
_ORDERED = np.uint64(0x9E3779B97F4A7C15)
# Hashes are numbers below this.
ALL = 1 << 64
_FIRST_BITS = 12
# So few records are looked at one by one sooner than as arrays.
_FEW = 16
_NO_RECORDS, _NO_FACTORS = np.zeros(0, np.uint32), np.zeros(0)


@lru_cache(maxsize=1 << 17)
def term_hash(term: str) -> int:
    """Return 64 bits that stand for a term."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def sums(hashes: Hashes, owners: npt.NDArray[np.int64], count: int) -> Hashes:
    """Return for each text the sum of the hashes of its terms; 0 for one without.

    Args:
        hashes: of all terms, text by text.
        owners: the text of each, ascending.
        count: number of texts.
    """
    found = np.zeros(count, np.uint64)
    if len(hashes):
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        found[owners[starts]] = np.add.reduceat(hashes, starts)
    return found


def by_place(hashes: Hashes, owners: npt.NDArray[np.int64]) -> Hashes:
    """Return hashes that depend on the place of a term in its text; see `sums` for the arguments."""
    if not len(hashes):
        return hashes
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    lengths = np.diff(np.append(starts, len(owners)))
    places = np.arange(len(owners)) - np.repeat(starts, lengths)
    return np.asarray(hashes * np.cumprod(np.full(int(lengths.max()), _ORDERED))[places], np.uint64)


def write_whole_texts(
    file: ArraysWriter, hashes: Hashes, records: npt.NDArray[np.uint32], sorts: npt.NDArray[np.uint8]
) -> None:
    """Write the table, given hash, record and sort of each text; a hash of 0 is left out."""
    known = hashes != 0
    order = np.lexsort((records[known], sorts[known], hashes[known]))
    hashes, records, sorts = hashes[known][order], records[known][order], sorts[known][order]
    again = np.zeros(len(hashes), np.bool_)
    again[1:] = (hashes[1:] == hashes[:-1]) & (records[1:] == records[:-1]) & (sorts[1:] == sorts[:-1])
    file.add_array("whole_hashes", hashes[~again])
    file.add_array("whole_records", records[~again])
    file.add_array("whole_sorts", sorts[~again])


def sorts_of(schema: KindSchema) -> list[str]:
    """Return the names of the ways in which texts of a kind are hashed, by number."""
    return [IN_ORDER, GENERAL, SEGMENT, *(name for name, field in schema.text.items() if field.whole)]


class WholeTexts:
    """The table of a kind, to look whole queries up.

    Args:
        file: the arrays of the index.
        schema: the kind.
        factors: of a title in its order, of one that says no more but in general, of a segment of one; and
            which share of a factor counts for what a language rule says.
    """

    def __init__(self, file: Arrays, schema: KindSchema, factors: Whole) -> None:
        self._hashes: Hashes = file.array("whole_hashes")
        self._sorted = self._hashes.data
        # Hashes are spread evenly: where those with the same first bits begin.
        firsts = np.arange(1 << _FIRST_BITS, dtype=np.uint64) << np.uint64(64 - _FIRST_BITS)
        self._begins = [*self._hashes.searchsorted(firsts).tolist(), len(self._hashes)]
        self._records = file.array("whole_records")
        self._sorts = file.array("whole_sorts")
        fields = [schema.text[name].whole for name in sorts_of(schema)[3:]]
        own = np.array([factors.title_in_order, factors.title_in_general, factors.title_segment, *fields])
        self._factors = np.concatenate((own, 1.0 + (own - 1.0) * factors.said))

    def matches(
        self, words: Sequence[str], *, said: bool = True
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """Return the records with a text of these stems and no others, ascending, and the factor of each.

        Args:
            words: the stems.
            said: whether what language rules say for a text counts, too.
        """
        places = [place for number in query_hashes(words) for place in self._places(number)]
        if not said:
            places = [place for place in places if self._sorts.item(place) < len(self._factors) // 2]
        if not places:
            return _NO_RECORDS, _NO_FACTORS
        if len(places) <= _FEW:
            best: dict[int, float] = {}
            for place in places:
                record, factor = self._records.item(place), self._factors.item(self._sorts.item(place))
                best[record] = max(factor, best.get(record, 0.0))
            few = sorted(best)
            return np.array(few, np.uint32), np.array([best[record] for record in few])
        found, factors = self._records[places], self._factors[self._sorts[places]]
        order = np.lexsort((-factors, found))
        found, factors = found[order], factors[order]
        first = np.ones(len(found), np.bool_)
        first[1:] = found[1:] != found[:-1]
        return found[first], factors[first]

    def _places(self, number: int) -> range:
        """Return where a hash stands in the table."""
        first = number >> (64 - _FIRST_BITS)
        low, high = self._begins[first], self._begins[first + 1]
        begin = bisect_left(self._sorted, number, low, high)
        if begin == high or self._sorted[begin] != number:
            return range(0)
        return range(begin, bisect_right(self._sorted, number, begin, high))


def query_hashes(words: Sequence[str]) -> list[int]:
    """Return the hashes under which a text stands that consists of these stems."""
    distinct = list(dict.fromkeys(words))
    step, in_order, power = int(_ORDERED), 0, 1
    for word in distinct:
        power = power * step % ALL
        in_order += term_hash(word) * power
    end = {words[-1]} & ending_stems() if words else set()
    in_any_order = sum(term_hash(word) for word in distinct if word not in idle_stems() or word in end)
    return [number for number in (in_order % ALL, in_any_order % ALL) if number]
