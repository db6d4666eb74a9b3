"""Random query trees over the words and fields of `corpora`, of every node that the engine has a way for.

Trees are made from one random number each, not drawn piece by piece: that is fifty times faster, and a test
can try some ten thousand of them.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from whoosh import query

from searchcore.whoosh_engine.layout import MERGED, place_field
from searchcore.whoosh_engine.queries import (
    AnyWord,
    AsOfMask,
    AtLeast,
    BestOf,
    ColumnRange,
    ConstantScore,
    Only,
    Without,
)

from .corpora import COLUMNS, UNITS, VOCABULARY, Corpus

_PLACES = tuple(map(place_field, UNITS))
_FIELDS = (MERGED, MERGED, MERGED, *_PLACES)
_WORDS = (*VOCABULARY, "absent", "kneex")
_BOOSTS = (1.0, 1.0, 1.0, 0.5, 4.0, 0.3)
_PATTERNS = (
    *(
        "*",
        "b*n",
        "b?rn",
        "kn*",
        "[hk]*",
        "[!k]*",
        "*胃*",
        "?",
        "??",
        "x*",
        "[b",
        "b[]o]*",
        "𐐨?",
        "*n*",
        "k*e*",
    ),
    *("", "knee", "k[", "[a-k]?", "*[3b]", "b*o*n", "**"),
)
_REGEXES = (".*", "k", "^b.n", "kn|bo", "[k-n]+$", "胃.", "bu?", "(no|knot)$")
_MASKED = 6000


class Trees:
    """Makes random trees.

    Args:
        seed: of all trees that it makes.
        corpus: most words and phrases of the trees stand in it.
        mended: also nodes that Whoosh's own matchers get wrong, where ours do what they are for.
    """

    def __init__(self, seed: int, corpus: Corpus, *, mended: bool = False) -> None:
        self._rng = random.Random(seed)
        texts = [(place_field(name), text) for each in corpus.texts for name in each for text in each[name]]
        self._texts = [(field, text.split()) for field, text in texts if text]
        self._words = sorted({word for _, words in self._texts for word in words}) or _WORDS
        self._leaves = (self.term, self.term, self._phrase, self._several, self._range, self._other)
        self._nodes = [
            *(self._and, self._or, self._and_not, self._not, self._pair, self._constant, self._at_least),
            *(self._best, self._masked),
        ]
        if mended:
            self._nodes += [self._buggy, self.scaled]

    def tree(self, leaves: int) -> Any:
        """Return a tree with about so many leaves."""
        if leaves < 1 or (leaves == 1 and self._flag()):
            return self._rng.choice(self._leaves)()
        return self._rng.choice(self._nodes)(leaves)

    def term(self) -> Any:
        """Return a word."""
        return query.Term(self._field(), self._word(), self._boost())

    def scaled(self, leaves: int) -> Any:
        """Return an Or of words with a bonus for each word more that matches."""
        words = [self.term() for _ in range(leaves)]
        return query.Or(words, self._boost(), scale=self._rng.choice((0.5, 0.9)))

    def _field(self) -> str:
        return self._rng.choice(_FIELDS)

    def _word(self) -> str:
        return self._rng.choice(self._words if self._rng.random() < 0.8 else _WORDS)

    def _boost(self) -> float:
        return self._rng.choice(_BOOSTS)

    def _flag(self) -> bool:
        return self._rng.random() < 0.5

    def _phrase(self) -> Any:
        rng, size = self._rng, self._rng.choice((1, 2, 2, 2, 3, 4))
        field, words = rng.choice(_PLACES), [self._word() for _ in range(size)]
        if self._texts and rng.random() < 0.8:  # words of a text, some left out
            field, text = rng.choice(self._texts)
            begin, step = rng.randrange(len(text)), rng.choice((1, 1, 2, 3))
            words = text[begin::step][:size]
        return query.Phrase(field, words, rng.choice((1, 1, 2, 3, 9, 0)), self._boost())

    def _several(self) -> Any:
        rng, field, boost, constant = self._rng, self._field(), self._boost(), self._flag()
        match rng.randrange(7):
            case 0 | 1:
                return query.Prefix(field, self._word()[: rng.randint(0, 2)], boost, constant)
            case 2:
                return query.Wildcard(field, rng.choice(_PATTERNS), boost, constant)
            case 3:
                word, most, prefix = self._word(), rng.randint(0, 3), rng.randint(0, 2)
                return query.FuzzyTerm(field, word, boost, most, min(prefix, len(word)), constant)
            case 4:
                begin, end = (rng.choice((None, self._word(), self._word())) for _ in range(2))
                return query.TermRange(field, begin, end, self._flag(), self._flag(), boost, constant)
            case 5:
                return query.Variations(field, rng.choice(("burn", "knot", "no")), boost)
        return query.Regex(field, rng.choice(_REGEXES), boost, constant)

    def _range(self) -> Any:
        rng = self._rng
        column = rng.choice(("day", "share", "year"))
        values = {"day": range(-60, 60), "share": (0.0, 0.25, 0.5, 0.75), "year": range(2018, 2026)}[column]
        low, high = (rng.choice((None, rng.choice(values))) for _ in range(2))
        return ColumnRange(COLUMNS, column, low, high, self._boost(), self._boost())

    def _other(self) -> Any:
        match self._rng.randrange(5):
            case 0:
                return query.NullQuery
            case 1 | 2:
                return query.Every(self._rng.choice((None, self._field())), self._boost())
        words = tuple(self._word() for _ in range(self._rng.randint(0, 4)))
        return AnyWord(self._field(), words, self._boost(), self._boost())

    def _parts(self, leaves: int) -> list[Any]:
        """Return parts that together have so many leaves, now and then nothing but words of one field."""
        if self._rng.random() < 0.3:
            return [query.Term(MERGED, self._word(), self._boost()) for _ in range(leaves + 1)]
        parts = []
        while leaves > 0:
            size = self._rng.randint(1, leaves)
            parts.append(self.tree(min(size, leaves - 1)))
            leaves -= size
        return parts or [self.term()]

    def _two(self, leaves: int) -> tuple[Any, Any]:
        size = self._rng.randint(0, leaves)
        return self.tree(min(size, leaves - 1)), self.tree(leaves - size - 1)

    def _and(self, leaves: int) -> Any:
        return query.And(self._parts(leaves), self._boost())

    def _or(self, leaves: int) -> Any:
        return query.Or(self._parts(leaves), self._boost())

    def _and_not(self, leaves: int) -> Any:
        unwanted = query.Not(self.tree(leaves // 3))
        return query.And([*self._parts(leaves - leaves // 3), unwanted], self._boost())

    def _not(self, leaves: int) -> Any:
        return query.Not(self.tree(leaves - 1), self._boost())

    def _pair(self, leaves: int) -> Any:
        kind = self._rng.choice((query.AndMaybe, query.Otherwise, Only, Without))
        return kind(*self._two(leaves))

    def _constant(self, leaves: int) -> Any:
        child = self.tree(leaves - 1)
        if self._flag():
            return query.ConstantScoreQuery(child, self._boost())
        return ConstantScore(child, self._boost(), self._boost())

    def _at_least(self, leaves: int) -> Any:
        return AtLeast(self._rng.randint(1, 3), self._parts(leaves), self._boost())

    def _best(self, leaves: int) -> Any:
        return BestOf(self._parts(leaves), self._boost())

    def _masked(self, leaves: int) -> Any:
        """Return a query under an as-of array that is long enough for every corpus."""
        state = np.random.default_rng(self._rng.randrange(1000)).integers(0, 3, _MASKED, dtype=np.uint8)
        return AsOfMask(self.tree(leaves - 1), state)

    def _buggy(self, leaves: int) -> Any:
        if self._flag():
            return query.DisjunctionMax(self._parts(leaves), self._boost(), tiebreak=0.5)
        return self._rng.choice((query.AndNot, query.Require))(*self._two(leaves))
