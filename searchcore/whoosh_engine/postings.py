"""Turns columns of text into sorted postings: each distinct text is analysed once, the rest is sorting."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.analysis import TOKEN, folded_and_stemmed

Ints = npt.NDArray[np.int64]

# Between the strings of a list field, so that no phrase reaches from one into the next.
GAP = 100


class _TermNumbers(dict[str, int]):
    """Term number of each token as it stands in a text; -1 for tokens without letters."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: dict[str, int] = {}
        self.surfaces: dict[str, str] = {}

    def __missing__(self, token: str) -> int:
        surface, stem = folded_and_stemmed(token)
        number = -1
        if surface:
            number = self.terms.setdefault(stem, len(self.terms))
            self.surfaces[surface] = stem
        self[token] = number
        return number


class TextBank:
    """Distinct texts and their terms."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms = _TermNumbers()
        self._flat = array("i")
        self._ends = array("q", [0])

    def number(self, text: str) -> int:
        """Return the number of a text, analysing it if it is new."""
        known = self._numbers.get(text)
        if known is not None:
            return known
        found = list(map(self._terms.__getitem__, TOKEN.findall(text)))
        if -1 in found:
            found = [term for term in found if term >= 0]
        self._flat.extend(found)
        self._ends.append(len(self._flat))
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def surfaces(self) -> dict[str, str]:
        """Return the stem of every surface form."""
        return self._terms.surfaces

    def analysed(self) -> AnalysedTexts:
        """Return the texts that were numbered up to now, their terms in order."""
        # The order of strings is that of their characters, and so that of their bytes in UTF-8.
        terms = sorted(self._terms.terms)
        places = np.empty(len(terms), np.int32)
        places[[self._terms.terms[term] for term in terms]] = np.arange(len(terms), dtype=np.int32)
        flat = np.array(self._flat, np.int32)
        return AnalysedTexts(terms, places[flat], np.array(self._ends, np.int64))


@dataclass(frozen=True)
class AnalysedTexts:
    """Texts by number.

    Attributes:
        terms: all terms, in the order of their bytes.
        flat: the terms of all texts one after the other, as places in `terms`.
        bounds: where the terms of each text begin, and of the last one where they end.
    """

    terms: list[str]
    flat: npt.NDArray[np.int32]
    bounds: Ints

    def words(self, number: int) -> list[str]:
        """Return the terms of one text."""
        begin, end = self.bounds[number], self.bounds[number + 1]
        return [self.terms[place] for place in self.flat[begin:end].tolist()]

    def expand(self, numbers: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the terms of texts one after the other, and how many each text has."""
        lengths = self.bounds[numbers + 1] - self.bounds[numbers]
        before = np.cumsum(lengths) - lengths
        index = np.arange(int(lengths.sum())) + np.repeat(self.bounds[numbers] - before, lengths)
        return self.flat[index], lengths


@dataclass(frozen=True)
class Occurrences:
    """The texts of one field: pairs of record and number of the text, in the order of records."""

    records: Ints
    texts: Ints


@dataclass(frozen=True)
class Postings:
    """Sorted by term, then record: one entry per (term, record).

    Attributes:
        keys: place of the term * number of records + record.
        counts: occurrences of each entry.
        positions: of all entries, one after the other.
    """

    keys: Ints
    counts: Ints
    positions: npt.NDArray[np.uint32]


def field_postings(texts: AnalysedTexts, found: Occurrences, records: int) -> Postings:
    """Return the postings of one field with positions."""
    terms, lengths = texts.expand(found.texts)
    # The first position of each text: behind the texts of the same record before it.
    steps = lengths + GAP
    begins = np.cumsum(steps) - steps
    first = np.r_[True, found.records[1:] != found.records[:-1]] if len(found.records) else np.zeros(0, bool)
    begins = begins - np.maximum.accumulate(np.where(first, begins, 0))
    before = np.cumsum(lengths) - lengths
    # Records and positions ascend already, so that a stable sort by term is all that is needed.
    order = _stable_order(terms, len(texts.terms))
    keys = terms[order].astype(np.int64) * records + np.repeat(found.records, lengths)[order]
    positions = np.arange(len(terms)) + np.repeat(begins - before, lengths)
    starts = _starts(keys)
    counts = np.diff(np.r_[starts, len(keys)])
    return Postings(keys[starts], counts, positions[order].astype(np.uint32))


def merged_postings(parts: Sequence[tuple[Ints, Ints, int]]) -> tuple[Ints, Ints]:
    """Return keys and weights of the merged field.

    Args:
        parts: keys, counts and weight of each field.

    Returns:
        The keys of all fields, and of each the sum of weight times count.
    """
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    keys = np.concatenate([keys for keys, _, _ in parts])
    weights = np.concatenate([counts * weight for _, counts, weight in parts])
    # The parts are sorted each; the stable sort of integers merges such runs.
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = _starts(keys)
    summed = np.add.reduceat(weights[order], starts) if len(starts) else np.zeros(0, np.int64)
    return keys[starts], summed


def _stable_order(numbers: npt.NDArray[np.int32], below: int) -> Ints:
    """Return the order that sorts numbers, equal ones as they stand; by 16 bits at a time, in linear time."""
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    if below > 1 << 16:
        order = order[np.argsort((numbers >> 16).astype(np.uint16)[order], kind="stable")]
    return order


def _starts(keys: Ints) -> Ints:
    if not len(keys):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
