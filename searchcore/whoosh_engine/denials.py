"""What a text denies ("without retinopathy") must be denied in the title of a record that speaks of it.

Records have the words of a query in any order: one with "with retinopathy without edema" has all words
of "without retinopathy". Such records get lower scores (`denied` in `schemas/ranking.yaml`), and so do those
whose title denies what the text does not: "non-insulin" for "insulin".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from whoosh import query

from searchcore.query import And, Node, Phrase, Word
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.found import Found
from searchcore.whoosh_engine.idle_words import idle_stems
from searchcore.whoosh_engine.layout import place_field
from searchcore.whoosh_engine.ranking import Denied
from searchcore.whoosh_engine.sections import Arrays
from searchcore.whoosh_engine.whole_texts import term_hash

Pairs = Sequence[tuple[Word, Word]]

UNDENIED = "none of these says “{}”"
_TITLE = place_field("title")
_NONE: Docs = np.zeros(0, np.uint32)


class Denials:
    """Knows which records speak of something without denying it.

    Args:
        file: the arrays of the index.
        executor: of the index.
        denied: the weights.
        negations: the words that deny.
    """

    def __init__(self, file: Arrays, executor: Executor, denied: Denied, negations: Collection[str]) -> None:
        self._denied_in: dict[int, Docs] = {}
        if "denied_hashes" in file:
            hashes, begins = np.unique(file.array("denied_hashes"), return_index=True)
            records = np.split(file.array("denied_records"), begins[1:])
            # Nothing that is split is one piece, of no word.
            self._denied_in = dict(zip(hashes.tolist(), records, strict=False))
        self._executor = executor
        self._denied = denied
        self._idle = idle_stems()
        self._negations = frozenset(stem for word in negations for stem in stems(word))

    def opposed(self, node: Node, pairs: Pairs) -> Docs:
        """Return the records whose title affirms what a tree denies, or denies what it affirms, ascending.

        Args:
            node: the tree.
            pairs: what it denies.
        """
        docs = [self._undenied(*pair) for pair in pairs]
        docs += [some for stem in self._affirmed(node, pairs) if len(some := self._denied_titles(stem))]
        return np.unique(np.concatenate(docs)) if docs else _NONE

    def held_back(self, found: Found, opposed: Docs) -> Found:
        """Return matches, those among some records with lower scores."""
        return found.multiplied(opposed, np.full(len(opposed), self._denied.factor))

    def notes(self, docs: Docs, pairs: Pairs) -> tuple[str, ...]:
        """Return what must be said of records if some speak of what was denied, and none denies it."""
        return tuple(
            UNDENIED.format(f"{no.text} {word.text}")
            for no, word in pairs
            if _any(docs, self._undenied(no, word)) and not _any(docs, self._denying(no, word))
        )

    def undenied(self, docs: Docs, pairs: Pairs) -> bool:
        """Tell whether all of some records speak of something that a tree denies, without denying it."""
        return any(np.isin(docs, self._undenied(no, word), assume_unique=True).all() for no, word in pairs)

    def pairs(self, node: Node) -> Pairs:
        """Return each word of a query that denies, with the word behind it."""
        words = [part for part in node.nodes if isinstance(part, Word)] if isinstance(node, And) else []
        return [pair for pair in pairwise(words) if self._deny(*pair)]

    def _deny(self, no: Word, word: Word) -> bool:
        if not self._negations.issuperset(stems(no.text)):
            return False
        denied = stems(word.text)
        return bool(denied) and not idle_stems().issuperset(denied)

    def _affirmed(self, node: Node, pairs: Pairs) -> list[str]:
        """Return the stems of a tree of words that it does not deny; non-emergency does."""
        found: list[str] = []
        for part in node.nodes if isinstance(node, And) else (node,):
            if isinstance(part, Word | Phrase) and not any(part is word for _, word in pairs):
                own = stems(part.text)
                if self._negations.isdisjoint(own):
                    found += own
        return [stem for stem in found if stem not in self._idle]

    def _denied_titles(self, stem: str) -> Docs:
        """Return the records whose title has a word only right behind one that denies it."""
        return self._denied_in.get(term_hash(stem), _NONE)

    def _undenied(self, no: Word, word: Word) -> Docs:
        """Return the records whose title has a word, but not behind the one that denies it."""
        having = self._executor.run(query.Term(_TITLE, stems(word.text)[0])).docs
        return np.setdiff1d(having, self._denying(no, word), assume_unique=True)

    def _denying(self, no: Word, word: Word) -> Docs:
        words = [stems(no.text)[0], stems(word.text)[0]]
        return self._executor.run(query.Phrase(_TITLE, words, slop=self._denied.words)).docs


def _any(docs: Docs, others: Docs) -> bool:
    return bool(np.isin(docs, others, assume_unique=True).any())
