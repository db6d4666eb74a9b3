"""Finds which language rules fire in which texts; part of a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from searchcore.language import PART
from searchcore.whoosh_engine import rule_kernels
from searchcore.whoosh_engine.idle_words import loose_stems
from searchcore.whoosh_engine.postings import AnalysedTexts, Ints
from searchcore.whoosh_engine.rule_words import phrase_stems


@dataclass(frozen=True)
class Fired:
    """The rules that fire in each text, by text.

    Attributes:
        rules: numbers of rules, text by text.
        bounds: where those of each text begin, and of the last one where they end.
    """

    rules: Ints
    bounds: Ints


def fired_rules(texts: AnalysedTexts, means: Sequence[str]) -> Fired:
    """Return which rules fire in which texts.

    Args:
        texts: the texts.
        means: of each rule what must stand in a text; see `searchcore.language.Rule`.
    """
    place = {term: number for number, term in enumerate(texts.terms)}
    phrases, wanted = _phrases(means, place)
    count = len(texts.bounds) - 1
    in_texts, found = _find(
        *_without(texts, [place[stem] for stem in loose_stems() if stem in place]), phrases, place
    )
    by_phrase = _by(found, len(phrases), in_texts)
    pairs = [
        np.stack((fired, np.full(len(fired), rule)))
        for rule, parts in wanted.items()
        if len(fired := _in_all([by_phrase[part] for part in parts]))
    ]
    if not pairs:
        return Fired(np.zeros(0, np.int64), np.zeros(count + 1, np.int64))
    where, which = np.concatenate(pairs, axis=1)
    lengths = np.bincount(where, minlength=count)
    return Fired(
        which[np.argsort(where, kind="stable")], np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    )


def _phrases(
    means: Sequence[str], place: Mapping[str, int]
) -> tuple[list[tuple[int, ...]], dict[int, list[int]]]:
    """Return all phrases as places of terms, and for each rule that can fire the numbers of its phrases."""
    known: dict[tuple[int, ...], int] = {}
    wanted = {}
    for number, mean in enumerate(means):
        parts = [[place.get(stem, -1) for stem in phrase_stems(part)] for part in mean.split(PART)]
        if all(part and min(part) >= 0 for part in parts):
            wanted[number] = [known.setdefault(tuple(part), len(known)) for part in parts]
    return list(known), wanted


def _without(texts: AnalysedTexts, idle: Sequence[int]) -> tuple[np.ndarray, Ints]:
    """Return the terms of all texts but some, and where those of each text begin and the last end."""
    counts = np.ones(len(texts.terms), np.bool_)
    counts[list(idle)] = False
    kept = counts[texts.flat]
    before = np.concatenate(([0], np.cumsum(kept)))
    return texts.flat[kept], before[texts.bounds].astype(np.int64)


def _find(
    flat: np.ndarray, bounds: Ints, phrases: Sequence[Sequence[int]], place: Mapping[str, int]
) -> tuple[Ints, Ints]:
    """Return pairs of text and phrase, by text."""
    first = np.array([phrase[0] for phrase in phrases], np.int64)
    order = np.argsort(first, kind="stable").astype(np.int64)
    firsts = np.concatenate(([0], np.cumsum(np.bincount(first, minlength=len(place))))).astype(np.int64)
    words = np.array([word for phrase in phrases for word in phrase], np.int32)
    ends = np.cumsum([len(phrase) for phrase in phrases], dtype=np.int64)
    room = 0
    while True:
        in_texts, found = np.empty(room, np.int64), np.empty(room, np.int64)
        count = rule_kernels.find_phrases(flat, bounds, firsts, order, words, ends, in_texts, found)
        if count <= room:
            return in_texts[:count], found[:count]
        room = count


def _by(groups: Ints, count: int, values: Ints) -> list[Ints]:
    """Return the values of each group, in their order."""
    ends = np.cumsum(np.bincount(groups, minlength=count))
    return np.split(values[np.argsort(groups, kind="stable")], ends[:-1]) if count else []


def _in_all(lists: Sequence[Ints]) -> Ints:
    return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), lists)
