"""What a text denies ("without retinopathy") must be denied in the title of a record that speaks of it.

Records have the words of a query in any order: one with "with retinopathy without edema" has all words
of "without retinopathy". Such records get lower scores (`denied` in `schemas/ranking.yaml`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from whoosh import query

from searchcore.query import And, Node, Word
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.execute import Docs, Executor
from searchcore.whoosh_engine.found import Found
from searchcore.whoosh_engine.idle_words import idle_stems
from searchcore.whoosh_engine.layout import place_field
from searchcore.whoosh_engine.ranking import Denied

Pairs = Sequence[tuple[Word, Word]]

UNDENIED = "none of these says “{}”"
_TITLE = place_field("title")


class Denials:
    """Knows which records speak of something without denying it.

    Args:
        executor: of the index.
        denied: the weights.
        negations: the words that deny.
    """

    def __init__(self, executor: Executor, denied: Denied, negations: Collection[str]) -> None:
        self._executor = executor
        self._denied = denied
        self._negations = frozenset(stem for word in negations for stem in stems(word))

    def held_back(self, found: Found, pairs: Pairs) -> Found:
        """Return the matches with lower scores where their title has a denied word and does not deny it."""
        docs = [self._undenied(*pair) for pair in pairs]
        if not docs or not len(found):
            return found
        scores = found.scores.copy()
        scores[np.isin(found.docs, np.concatenate(docs))] *= self._denied.factor
        return Found(found.docs, scores, found.matched)

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

    def _undenied(self, no: Word, word: Word) -> Docs:
        """Return the records whose title has a word, but not behind the one that denies it."""
        having = self._executor.run(query.Term(_TITLE, stems(word.text)[0])).docs
        return np.setdiff1d(having, self._denying(no, word), assume_unique=True)

    def _denying(self, no: Word, word: Word) -> Docs:
        words = [stems(no.text)[0], stems(word.text)[0]]
        return self._executor.run(query.Phrase(_TITLE, words, slop=self._denied.words)).docs


def _any(docs: Docs, others: Docs) -> bool:
    return bool(np.isin(docs, others, assume_unique=True).any())
