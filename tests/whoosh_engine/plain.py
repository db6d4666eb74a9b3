"""What a query means, in plain Python over the texts themselves: the reference for every query node.

The rules are those of Whoosh 2.7.4's matchers, read in its source, and of our own nodes' descriptions; no
code of the engine is used but its analysis of text. Where Whoosh's matchers do not do what they are for, the
rule here is what they are for: `AndNot`, `Require`, `DisjunctionMax`, and `Or` with a scale.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from whoosh.lang.morph_en import variations

from searchcore.whoosh_engine.analysis import stems

from .corpora import K1, UNITS, B, Corpus

Scores = dict[int, float]

_FAR = 1000  # between the texts of a list
_HEAVIEST = 0xFFFF / 20


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance of two words."""
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, char2 in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (char != char2))
    return row[-1]


class Plain:
    """Answers queries over a corpus by looking at every record."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        # Of each field, word and record where the word stands.
        self.places: dict[str, dict[str, dict[int, list[int]]]] = {f"in_{name}": {} for name in UNITS}
        self.weights: dict[str, dict[int, float]] = {}
        for doc, texts in enumerate(corpus.texts):
            for name, each in texts.items():
                self._add(doc, name, each)
        lengths = [0.0] * len(corpus)
        for found in self.weights.values():
            for doc, weight in found.items():
                lengths[doc] += weight
                found[doc] = min(weight, _HEAVIEST)
        self.lengths = [max(1, math.ceil(round(length, 6))) for length in lengths]
        self.average = sum(self.lengths) / max(1, len(corpus))

    def _add(self, doc: int, name: str, texts: Iterable[str]) -> None:
        begin = 0
        for text in texts:
            words = stems(text)
            for place, word in enumerate(words, begin):
                self.places[f"in_{name}"].setdefault(word, {}).setdefault(doc, []).append(place)
                weight = self.weights.setdefault(word, {})
                weight[doc] = weight.get(doc, 0.0) + UNITS[name] / 20
            begin += len(words) + _FAR

    def run(self, wanted: Any) -> Scores:
        """Return the records of a query and their scores."""
        rule: Callable[[Plain, Any], Scores] = _RULES[type(wanted).__name__]
        return rule(self, wanted)

    def words(self, field: str) -> list[str]:
        """Return the words of a field."""
        return sorted(self.weights if field == "text" else self.places.get(field, ()))

    def word(self, field: str, word: str) -> Scores:
        """Return the records of a word: BM25 in the merged field, 1 in any other."""
        if field != "text":
            return dict.fromkeys(self.places.get(field, {}).get(word, ()), 1.0)
        found = self.weights.get(word)
        if not found:
            return {}
        idf = math.log(len(self.corpus) / (len(found) + 1)) + 1
        return {
            doc: idf * weight * (K1 + 1) / (weight + K1 * (1 - B + B * self.lengths[doc] / self.average))
            for doc, weight in found.items()
        }

    def phrase(self, wanted: Any) -> Scores:
        """Return the records in which each word stands at most `slop` behind the one before it."""
        lists = [self.places.get(wanted.fieldname, {}).get(word, {}) for word in wanted.words]

        def goes_on(doc: int, place: int, number: int) -> bool:
            if number == len(lists):
                return True
            behind = (other for other in lists[number][doc] if 1 <= other - place <= wanted.slop)
            return any(goes_on(doc, other, number + 1) for other in behind)

        docs = set(lists[0]).intersection(*lists)
        found = (doc for doc in docs if any(goes_on(doc, place, 1) for place in lists[0][doc]))
        return dict.fromkeys(found, len(lists) * wanted.boost)

    def several(self, wanted: Any, chosen: Callable[[str], object]) -> Scores:
        """Return the records of a query that stands for all words that are chosen."""
        found = [self.word(wanted.fieldname, word) for word in self.words(wanted.fieldname) if chosen(word)]
        if len(found) < 2:
            return found[0] if found else {}
        read_ahead = len(found) >= 1024 or (len(found) != 2 and len(self.corpus) <= 5000)
        if wanted.constantscore and read_ahead:
            return dict.fromkeys(_sums(found), 1.0)
        return _times(_sums(found), wanted.boost)

    def every(self, field: str | None, score: float) -> Scores:
        """Return the records with a word in a field, or all records."""
        if field is None:
            return dict.fromkeys(range(len(self.corpus)), score)
        return dict.fromkeys(_sums(self.word(field, word) for word in self.words(field)), score)

    def combination(self, wanted: Any, combined: Callable[[list[Scores]], Scores]) -> Scores:
        """Return what a combination makes of its parts; one part alone stands for itself, without boost."""
        parts = [self.run(part) for part in wanted.subqueries]
        if len(parts) == 1:
            return parts[0]
        return _times(combined(parts), wanted.boost)

    def scaled(self, wanted: Any) -> Scores:
        """Return an Or whose scores depend on how many of the words that exist match."""
        if len(wanted.subqueries) == 1 or not wanted.scale:
            return self.combination(wanted, _sums)
        parts = [found for found in map(self.run, wanted.subqueries) if found]
        factor = (len(parts) - 1) / max(1, len(parts))
        return {
            doc: (score + (sum(doc in part for part in parts) - 1) / (len(parts) - wanted.scale) ** 2)
            * factor
            for doc, score in _times(_sums(parts), wanted.boost).items()
        }

    def at_least(self, wanted: Any) -> Scores:
        """Return the records that so many parts have."""
        parts = [self.run(part) for part in wanted.subqueries]
        having = Counter(doc for part in parts for doc in part)
        sums = _times(_sums(parts), wanted.boost)
        return {doc: score for doc, score in sums.items() if having[doc] >= wanted.least}

    def in_range(self, wanted: Any) -> Scores:
        """Return the records whose value lies in a range."""
        low = -math.inf if wanted.low is None else wanted.low
        high = math.inf if wanted.high is None else wanted.high
        values = enumerate(self.corpus.column(wanted.name))
        found = [doc for doc, value in values if value is not None and low <= value <= high]
        return dict.fromkeys(found, wanted.score * wanted.boost)

    def only(self, wanted: Any, *, inside: bool) -> Scores:
        """Return the records of one query that another one has, or has not."""
        others = self.run(wanted.b)
        return {doc: score for doc, score in self.run(wanted.a).items() if (doc in others) is inside}

    def maybe(self, wanted: Any) -> Scores:
        """Return the records of one query, scored higher where another one has them too."""
        others = self.run(wanted.b)
        return {doc: score + others.get(doc, 0.0) for doc, score in self.run(wanted.a).items()}


def _sums(parts: Iterable[Scores]) -> Scores:
    sums: Scores = {}
    for part in parts:
        for doc, score in part.items():
            sums[doc] = sums.get(doc, 0.0) + score
    return sums


def _best(parts: Iterable[Scores]) -> Scores:
    best: Scores = {}
    for part in parts:
        for doc, score in part.items():
            best[doc] = max(score, best.get(doc, score))
    return best


def _all(parts: list[Scores]) -> Scores:
    having = Counter(doc for part in parts for doc in part)
    return {doc: score for doc, score in _sums(parts).items() if having[doc] == len(parts)}


def _times(found: Scores, boost: float) -> Scores:
    return {doc: score * boost for doc, score in found.items()}


def _prefix(plain: Plain, wanted: Any) -> Scores:
    if not wanted.text:
        return plain.every(wanted.fieldname, wanted.boost)
    return plain.several(wanted, lambda word: word.startswith(wanted.text))


def _wildcard(plain: Plain, wanted: Any) -> Scores:
    if wanted.text == "*":
        return plain.every(wanted.fieldname, wanted.boost)
    return plain.several(wanted, lambda word: fnmatch.fnmatchcase(word, wanted.text))


def _regex(plain: Plain, wanted: Any) -> Scores:
    if wanted.text == ".*":
        return plain.every(wanted.fieldname, wanted.boost)
    return plain.several(wanted, re.compile(wanted.text).match)


def _fuzzy(plain: Plain, wanted: Any) -> Scores:
    text, begin = wanted.text, wanted.text[: wanted.prefixlength]
    return plain.several(
        wanted,
        lambda word: (
            word.startswith(begin) and distance(word[len(begin) :], text[len(begin) :]) <= wanted.maxdist
        ),
    )


def _range(plain: Plain, wanted: Any) -> Scores:
    low, high = wanted.start or "", wanted.end
    return plain.several(
        wanted,
        lambda word: (
            (word > low if wanted.startexcl else word >= low)
            and (high is None or (word < high if wanted.endexcl else word <= high))
        ),
    )


def _constant(plain: Plain, wanted: Any) -> Scores:
    return dict.fromkeys(plain.run(wanted.child), wanted.score * getattr(wanted, "boost", 1.0))


def _not(plain: Plain, wanted: Any) -> Scores:
    found = plain.run(wanted.query)
    return {doc: 1.0 for doc in range(len(plain.corpus)) if doc not in found}


def _any_word(plain: Plain, wanted: Any) -> Scores:
    found = _sums(plain.word(wanted.fieldname, word) for word in wanted.words)
    return dict.fromkeys(found, wanted.score * wanted.boost)


def _masked(plain: Plain, wanted: Any) -> Scores:
    return {doc: score for doc, score in plain.run(wanted.child).items() if wanted.state[doc]}


_RULES: dict[str, Callable[[Plain, Any], Scores]] = {
    "_NullQuery": lambda plain, wanted: {},
    "And": lambda plain, wanted: plain.combination(wanted, _all),
    "AndMaybe": Plain.maybe,
    "AndNot": lambda plain, wanted: plain.only(wanted, inside=False),
    "AnyWord": _any_word,
    "AsOfMask": _masked,
    "AtLeast": Plain.at_least,
    "BestOf": lambda plain, wanted: plain.combination(wanted, _best),
    "ColumnRange": Plain.in_range,
    "ConstantScore": _constant,
    "ConstantScoreQuery": _constant,
    "DisjunctionMax": lambda plain, wanted: plain.combination(wanted, _best),
    "Every": lambda plain, wanted: plain.every(wanted.fieldname, wanted.boost),
    "FuzzyTerm": _fuzzy,
    "Not": _not,
    "Only": lambda plain, wanted: plain.only(wanted, inside=True),
    "Or": Plain.scaled,
    "Otherwise": lambda plain, wanted: plain.run(wanted.a) or plain.run(wanted.b),
    "Phrase": Plain.phrase,
    "Prefix": _prefix,
    "Regex": _regex,
    "Require": lambda plain, wanted: plain.only(wanted, inside=True),
    "Term": lambda plain, wanted: _times(plain.word(wanted.fieldname, wanted.text), wanted.boost),
    "TermRange": _range,
    "Variations": lambda plain, wanted: plain.several(wanted, variations(wanted.text).__contains__),
    "Wildcard": _wildcard,
    "Without": lambda plain, wanted: plain.only(wanted, inside=False),
}
