"""Other readings of a text: words spelt otherwise, joined or parted, learned from the words of the index."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

import numpy as np

from searchcore.query import And, Node, Word
from searchcore.whoosh_engine import spelling_kernels
from searchcore.whoosh_engine.analysis import places
from searchcore.whoosh_engine.expand import encoded
from searchcore.whoosh_engine.idle_words import telling
from searchcore.whoosh_engine.spelling_rules import SpellingRules
from searchcore.whoosh_engine.terms import FieldPostings
from searchcore.whoosh_engine.words import Words

# A word and the number of a stage or type, as notes glue them: CKD3b.
_ABBREVIATED = re.compile(r"(?=.{4}$)[A-Za-z]+[A-Z][A-Za-z]*")
_NUMBERED = re.compile(r"([A-Za-z]{2,})(\d{1,2}[A-Za-z]?)")


@dataclass(frozen=True)
class Change:
    """A piece of a text, from `start` to `end`, that is read as something else."""

    start: int
    end: int
    typed: str
    read: str


@dataclass(frozen=True, order=True)
class Reading:
    """One way to read a text. `unread`: how many words stay though no record has them."""

    cost: float
    changes: tuple[Change, ...] = field(default=(), compare=False)
    unread: int = field(default=0, compare=False)

    def text(self, typed: str) -> str:
        """Return the text with all changes."""
        for change in reversed(self.changes):
            typed = typed[: change.start] + change.read + typed[change.end :]
        return typed

    def plus(self, cost: float, change: Change | None = None, unread: int = 0) -> Reading:
        """Return the reading with one more word read."""
        changes = self.changes if change is None else (*self.changes, change)
        return Reading(self.cost + cost, changes, self.unread + unread)


class Speller:
    """Knows how words are spelt. Safe to share between threads.

    Args:
        words: of the index.
        postings: of the field in which the words are searched.
        rules: what differences cost.
    """

    def __init__(self, words: Words, postings: FieldPostings, rules: SpellingRules) -> None:
        self._words = words
        self._postings = postings
        self.rules = rules

    def records(self, word: str) -> int:
        """Return how many records have a word, in any form; of several tokens the rarest one."""
        return min((self._with(place.stem) for place in places(word)), default=0)

    def spellings(self, typed: str, least: int = 1) -> list[tuple[float, str]]:
        """Return what a word may have been meant for, with what that costs, the cheapest first.

        Args:
            typed: the word; one with anything but letters of a to z is spelt as it is meant, and so are four
                letters with capitals behind the first (CRPC, PeIN).
            least: leave out words that fewer records have.
        """
        word = folded(typed)
        most = self.rules.most_edits(len(word))
        if not word or not most or _ABBREVIATED.fullmatch(typed):
            return []
        surfaces = self._words.surfaces
        numbers, costs = np.empty(len(surfaces), np.int64), np.empty(len(surfaces))
        count = spelling_kernels.similar(
            surfaces.terms, surfaces.term_ends, self._words.letters,
            np.frombuffer(bytearray(word, "ascii"), np.uint8), most,
            self.rules.costs.array, self.rules.near, numbers, costs,
        )  # fmt: skip
        own = {place.stem for place in places(typed)}
        found = []
        for number, cost in zip(numbers[:count].tolist(), costs[:count].tolist(), strict=True):
            stem = self._words.stem(number)
            records = self._with(stem)
            if records >= max(1, least) and stem not in own:
                cost = max(0.0, cost - self.rules.frequency * math.log(records))
                found.append((cost, surfaces.term(number).decode()))
        return nsmallest(self.rules.alternatives, found)

    def parted(self, typed: str) -> list[tuple[float, str]]:
        """Return two words that a word may be, the commoner of the rarer half first."""
        word, half = folded(typed), self.rules.half
        numbered = _NUMBERED.fullmatch(typed)
        if numbered and not self.records(typed) and all(map(self.records, numbered.groups())):
            return [(self.rules.costs.parted, f"{numbered[1]} {numbered[2]}")]
        found: list[tuple[int, str]] = []
        if word in self.rules.fixed:
            return []
        for at in range(half, len(word) - half + 1):
            records = min(self._known(word[:at]), self._known(word[at:]))
            if records:
                found.append((-records, f"{word[:at]} {word[at:]}"))
        return [(self.rules.costs.parted, text) for _, text in nsmallest(1, found)]

    def joined(self, first: str, second: str) -> list[tuple[float, str]]:
        """Return the one word that two may be."""
        word = folded(first) + folded(second)
        known = folded(first) and folded(second) and self._known(word)
        return [(self.rules.costs.joined, word)] if known else []

    def _known(self, word: str) -> int:
        number = self._words.number(word)
        return self._with(self._words.stem(number)) if number >= 0 else 0

    def _with(self, stem: str) -> int:
        number = self._postings.number(encoded(stem))
        if number < 0:
            return 0
        begin, end = self._postings.span(number)
        return int(end - begin)


Others = Callable[[Word], Sequence[tuple[float, str]]]


def readings(
    text: str,
    words: Sequence[Word],
    unknown: Collection[Word],
    others: Others,
    speller: Speller,
    *,
    joined: bool = False,
) -> Iterator[Reading]:
    """Yield the cheapest readings of a text, the cheapest first; the text as it stands is not among them.

    Args:
        text: as typed.
        words: its words, in order.
        unknown: those that no record has.
        others: returns what else a word may be, with what that costs.
        speller: of the index.
        joined: two words may be one.
    """
    rules = speller.rules
    best: list[list[Reading]] = [[Reading(0.0)]]
    for at, word in enumerate(words):
        stays = (rules.costs.unknown, 1) if word in unknown else (0.0, 0)
        found = [before.plus(stays[0], unread=stays[1]) for before in best[at]]
        for cost, read in others(word):
            change = Change(word.start, word.end, word.text, read)
            found += [before.plus(cost, change) for before in best[at]]
        if joined and at and not text[words[at - 1].end : word.start].strip():
            first = words[at - 1]
            for cost, read in speller.joined(first.text, word.text):
                change = Change(first.start, word.end, f"{first.text} {word.text}", read)
                found += [before.plus(cost, change) for before in best[at - 1]]
        best.append(nsmallest(rules.tries + 1, found))
    yield from (reading for reading in best[-1] if reading.changes)


def words_of(node: Node, speller: Speller) -> list[Word]:
    """Return the words of a query that may be spelt otherwise: those that must be there, in no field.

    Nobody misses a word that is left out because it does not decide, unless the index has it.
    """
    parts = node.nodes if isinstance(node, And) else (node,)
    needed = telling(parts)
    words = [
        part for part in parts if isinstance(part, Word) and (part in needed or speller.records(part.text))
    ]
    return sorted(words, key=lambda word: word.start)


def folded(typed: str) -> str:
    """Return a word in small letters without accents; empty if it has anything but letters of a to z."""
    found = places(typed)
    word = found[0].surface if len(found) == 1 else ""
    return word if word.isascii() and word.isalpha() else ""
