"""Other words for what somebody types while phrases are suggested: what abbreviations mean, and no side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from searchcore.whoosh_engine.analysis import fold, places
from searchcore.whoosh_engine.expansions import Expansions

_GROUP = "abbreviations"


class SuggestWords:
    """Knows other words. Safe to share between threads.

    Args:
        expansions: the language rules of the index.
        sides: the words of each side of the body.
    """

    def __init__(self, expansions: Expansions, sides: Mapping[str, Iterable[str]]) -> None:
        self._expansions = expansions
        self._sides = tuple(word for words in sides.values() for word in words)

    @cached_property
    def _means(self) -> dict[str, tuple[str, ...]]:
        """What each abbreviation of one word means: the words of the rule that weighs most."""
        weights: dict[str, float] = {}
        found: dict[str, tuple[str, ...]] = {}
        for rule in self._expansions.rules:
            say = fold(rule.say)
            if rule.group == _GROUP and say.isalnum() and rule.weight > weights.get(say, 0.0):
                weights[say] = rule.weight
                found[say] = tuple(place.surface for place in places(rule.mean))
        return found

    def meant(self, begins: Sequence[str]) -> list[str]:
        """Return the words with what each abbreviation among them means in its place."""
        means = self._means
        return list(dict.fromkeys(word for begin in begins for word in means.get(begin, (begin,))))

    def without_side(self, begins: Sequence[str]) -> list[str]:
        """Return the words without those that begin a side of the body: headers have no side."""
        kept = [begin for begin in begins if not any(side.startswith(begin) for side in self._sides)]
        return kept or list(begins)
