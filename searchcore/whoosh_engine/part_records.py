"""Leads from parts to the records that name them, of a joined kind.

A part has bits: which of the words that are asked for it has. A record has the bits of all parts that it
names, and is found if it has enough of them. There are two ways. The lists of parts give the records of the
rarest words, each of which is looked at; or all records are looked at as they stand, which costs less than
lists when those are long. In the segment:

runs.parts, runs.begins     runs of records with the same part in the first column, by which records stand
lists.COLUMN, .offsets      the records of each part of another column
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine import join_kernels
from searchcore.whoosh_engine.found import Docs, Found, Scores
from searchcore.whoosh_engine.halves import in_halves
from searchcore.whoosh_engine.sections import Arrays

Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

# What it costs to mark a record and to look at a marked one, in units of one that is looked at in a row.
_MARKED, _CHECKED = 6, 2
# Up to so many records nobody asks which way is the cheaper one.
_FEW = 1 << 14


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes:
        bits: per column and part, for the columns up to the last one that has any.
        parts: the parts that have a leading bit, numbered from 1.
        least: how many bits a record needs.
        every: all bits, where a record needs all of them; else 0.
        leading: bits of which a record needs at least one, those that the fewest records have.
        others: per column all bits that any part has in the other columns.
        columns: the first column, and those where a part has bits.
        places: where the columns of `bits` stand among the cells of a record.
        listed: how many records the lists of parts with a leading bit have at most.
        scans: whether all records are looked at as they stand, which costs less than these lists.
    """

    bits: Bits
    parts: Numbers
    least: int
    every: np.uint64
    leading: np.uint64
    others: list[np.uint64]
    columns: list[int]
    places: npt.NDArray[np.uint64]
    listed: int
    scans: bool


class PartWords:
    """The words of a search, each of which has found some parts.

    Args:
        columns: names of the columns that name parts.
        lengths: for each column how many records name each part, numbered from 1.

    Attributes:
        bits, scores: per column and part which words it has, and the sum of what it scores for them.
        parts: by word the parts that have it.
        named: by word how many records stand in the lists of parts that have it.
        has: per column the bits that any part has.
    """

    def __init__(self, columns: Sequence[str], lengths: Numbers) -> None:
        self._columns = columns
        self._lengths = lengths
        self.bits: Bits = np.zeros(lengths.shape, np.uint64)
        self.scores: Scores = np.zeros(lengths.shape)
        self.parts: list[Numbers] = []
        self.named: Numbers = np.zeros(64, np.int64)
        self.has = np.zeros(len(columns), np.uint64)

    def add(self, found: Found, columns: Sequence[str]) -> None:
        """Add a word (at most 64): the parts that have it, and the columns in which they count."""
        wanted = np.array([column in columns for column in self._columns])
        join_kernels.note_parts(
            found.docs, found.scores, wanted, self._lengths, len(self.parts), self.bits, self.scores,
            self.named, self.has,
        )  # fmt: skip
        self.parts.append(found.docs.astype(np.int64) + 1)


class PartRecords:
    """The records of all parts. Safe to share between threads.

    Args:
        file: the segment.
        columns: names of the columns that name parts, the one by which records stand first.
        cells: of each record its cell in each group.
        places: places in `cells` of the columns.
        count: number of parts.

    Attributes:
        cells: see above.
        runs: parts of the runs; where they begin, and behind them the number of records.
        count: number of records.
        lengths: for each column how many records name each part, numbered from 1.
    """

    def __init__(
        self,
        file: Arrays,
        columns: Sequence[str],
        cells: npt.NDArray[np.unsignedinteger],
        places: npt.NDArray[np.uint64],
        count: int,
    ) -> None:
        self.cells = cells
        self._columns = tuple(columns)
        self._places = places
        self.runs = file.array("runs.parts"), file.array("runs.begins")
        self._by_part, run_lengths = _by_part(*self.runs, count + 1)
        self._lists = [
            (file.array(f"lists.{name}.offsets"), file.array(f"lists.{name}")) for name in columns[1:]
        ]
        self.lengths = np.stack([run_lengths, *(np.diff(offsets) for offsets, _ in self._lists)])
        self.lengths[:, 0] = 0
        self.count = len(cells)

    def words(self) -> PartWords:
        """Return what takes the words of a search, none at first."""
        return PartWords(self._columns, self.lengths)

    def asked(self, words: PartWords, least: int) -> Asked | None:
        """Return what is asked, and how it is looked for; None if no record can have enough bits.

        Args:
            words: all words of the search.
            least: how many bits a record needs, at least 1.
        """
        used = np.flatnonzero(words.named)
        if len(used) < least:
            return None
        has = words.has.tolist()
        every = reduce(or_, has)
        others = [np.uint64(reduce(or_, has[:column] + has[column + 1 :], 0)) for column in range(len(has))]
        # A record may be without all but `least` bits, so that it has at least one of any others.
        leading = used[np.argsort(words.named[used], kind="stable")][: len(used) - least + 1].tolist()
        columns = [column for column in range(len(has)) if column == 0 or has[column]]
        listed = min(int(words.named[leading].sum()), len(self.cells))
        cost = listed * (_MARKED if least == 1 else _MARKED + _CHECKED)
        bits = words.bits[: columns[-1] + 1]
        return Asked(
            bits=bits,
            parts=np.concatenate([words.parts[bit] for bit in leading]),
            least=least,
            every=np.uint64(every if len(used) == least else 0),
            leading=np.uint64(sum(1 << bit for bit in leading)),
            others=others,
            columns=columns,
            places=self._places[: columns[-1] + 1],
            listed=listed,
            scans=listed > _FEW
            and cost > join_kernels.count_looked_at(self.lengths[0], bits[0], others[0], least),
        )

    def docs(self, asked: Asked) -> Docs:
        """Return all records that have enough bits, ascending."""
        return self._scanned(asked) if asked.scans else self._listed(asked, asked.listed)

    def _listed(self, asked: Asked, most: int) -> Docs:
        """Return the records found through the lists of parts that have one of the leading bits.

        Args:
            asked: what is asked.
            most: how many records the lists have at most.
        """
        marks = np.zeros(-(-len(self.cells) // 64), np.uint64)
        for column in asked.columns:
            offsets, *where = self._by_part if column == 0 else self._lists[column - 1]
            mark = join_kernels.mark_lists if column else join_kernels.mark_runs
            mark(
                asked.parts,
                offsets,
                *where,
                asked.bits[column],
                asked.leading,
                asked.others[column],
                asked.least,
                marks,
            )
        docs = np.empty(most, np.uint32)
        docs = docs[: join_kernels.list_marks(marks, docs)]
        if asked.least == 1:
            return docs
        # One after the other as they stand, because records here and there are far away in memory.
        found = np.empty(len(docs), np.uint32)
        count = join_kernels.keep_enough(
            self.cells, asked.places, asked.bits, asked.least, asked.every, docs, found
        )
        return found[:count]

    def _scanned(self, asked: Asked) -> Docs:
        """Return the records found by looking at one after the other."""
        parts, begins = self.runs
        found = np.empty(len(self.cells), np.uint32)

        def scan(begin: int, end: int) -> Docs:
            first, last = np.searchsorted(begins, (begin, end)).tolist()
            out = found[begins[first] : begins[last]]
            count = join_kernels.scan_runs(
                self.cells,
                asked.places,
                parts,
                begins,
                first,
                last,
                asked.bits,
                asked.others[0],
                asked.least,
                asked.every,
                out,
            )
            return out[:count]

        a, *rest = in_halves(scan, len(self.cells))
        for b in rest:
            found[len(a) : len(a) + len(b)] = b
        return found[: len(a) + sum(map(len, rest))]


def _by_part(parts: Numbers, begins: Numbers, count: int) -> tuple[tuple[Numbers, Numbers, Numbers], Numbers]:
    """Return the runs of each part one part after the other, and how many records each part has.

    Args:
        parts: of each run.
        begins: of each run, and behind them the number of records.
        count: how many parts there are, "none" included.

    Returns:
        Where the runs of each part begin in two lists, these lists: where runs begin and end; the numbers.
    """
    lengths = np.bincount(parts, np.diff(begins), count).astype(np.int64)
    order = np.argsort(parts, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(parts, minlength=count))))
    return (offsets.astype(np.int64), begins[:-1][order], begins[1:][order]), lengths
