"""Turns analysed texts into sorted postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

# Between the strings of a list field, so that no phrase reaches from one into the next.
GAP = 100


@dataclass(frozen=True)
class AnalysedTexts:
    """Texts by number.

    Attributes:
        terms: all terms, in the order of their bytes.
        flat: the terms of all texts one after the other, as places in `terms`.
        bounds: where the terms of each text begin, and of the last one where they end.
        surfaces: the stem of every word as people write it.
    """

    terms: list[str]
    flat: npt.NDArray[np.int32]
    bounds: Ints
    surfaces: dict[str, str]

    def expand(self, numbers: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return the terms of texts one after the other, and how many each text has."""
        index, lengths = runs(self.bounds[numbers], self.bounds[numbers + 1])
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


def runs(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return all numbers from each begin up to its end, one run after the other, and how long each is."""
    lengths = ends - begins
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths), lengths


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


def united(keys: Ints, weights: Ints, more: Ints, more_weights: Ints) -> tuple[Ints, Ints]:
    """Return the keys of two ascending lists, each with the greater of its weights."""
    places = np.searchsorted(keys, more)
    known = np.zeros(len(more), np.bool_)
    inside = places < len(keys)
    known[inside] = keys[places[inside]] == more[inside]
    weights = weights.copy()
    weights[places[known]] = np.maximum(weights[places[known]], more_weights[known])
    new = ~known
    return np.insert(keys, places[new], more[new]), np.insert(weights, places[new], more_weights[new])


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
