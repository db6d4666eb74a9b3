"""Which words of a record come through language rules, and how a search leaves rules out.

In the segment:

expansions.*    postings of the terms "stem, unit separator, number of the rule"
rules           of each rule that fires anywhere: group, label, say, mean, weight; by number
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from whoosh import query

from searchcore.language import Rule, slug
from searchcore.whoosh_engine.idle_words import idle_stems, loose_stems
from searchcore.whoosh_engine.layout import EXPANSIONS, RULES, place_field, rule_term
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.queries import AnyWord
from searchcore.whoosh_engine.rule_words import phrase_stems

NO_RULE = "no language rule of this index is called “{}”; all others hold"


class Expansions:
    """The rules of an index. Safe to share between threads.

    Args:
        segment: the segment.
    """

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that fire in any record, by number."""
        return [Rule(*each) for each in self._segment.file.json(RULES)]

    def adding(self, stem: str) -> list[int]:
        """Return the numbers of the rules that add a word to any record."""
        if EXPANSIONS not in self._segment.names:
            return []
        postings = self._segment.postings(EXPANSIONS)
        begin = rule_term(stem).encode("utf-8", "surrogatepass")
        first, last = postings.with_prefix(begin)
        return [int(postings.term(number)[len(begin) :]) for number in range(first, last)]

    def saying(self, stems: Sequence[str]) -> tuple[str, list[int]]:
        """Return the numbers of the rules whose `say` is a phrase, given by its stems, and a word of it."""
        wanted = tuple(stem for stem in stems if stem not in loose_stems())
        word = next((stem for stem in wanted if stem not in idle_stems()), "")
        adding = self.adding(word) if word else []
        return word, [number for number in adding if phrase_stems(self.rules[number].say) == wanted]

    def named(self, names: Collection[str]) -> frozenset[int]:
        """Return the numbers of the rules of some groups, or that say some phrases, given as slugs."""
        return frozenset(number for name in names for number in self._by_name.get(name, ()))

    def unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some names that are of no group and of nothing that a rule says."""
        return tuple(name for name in names if name not in self._by_name)

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for name in {slug(rule.group), slug(rule.say)}:
                found.setdefault(name, []).append(number)
        return found


class Switches:
    """Which rules hold in one search.

    A word that a rule adds is in the merged field, whichever rules hold. So a search that leaves rules out
    asks in addition for the word in the texts of the record, or through a rule that holds. Scores stay those
    of the merged field.

    Args:
        expansions: the rules of the index.
        fields: the text fields of the index.
        expand: whether any rule holds.
        off: names of rules that do not hold; see `Expansions.named`.
    """

    def __init__(
        self, expansions: Expansions, fields: Iterable[str], *, expand: bool = True, off: Sequence[str] = ()
    ) -> None:
        self._expansions = expansions
        self._fields = tuple(fields)
        self._expand = expand
        self._off = expansions.named(off) if expand and off else frozenset()
        self._unknown = expansions.unknown(off) if expand and off else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each name that leaves no rule out."""
        return tuple(NO_RULE.format(name) for name in self._unknown)

    def holding(self, numbers: Iterable[int]) -> list[int]:
        """Return those of some rules that hold."""
        return [number for number in numbers if self._expand and number not in self._off]

    def adding(self, stem: str) -> list[int]:
        """Return the numbers of the rules that hold and add a word."""
        return self.holding(self._expansions.adding(stem))

    def condition(self, stems: Sequence[str]) -> Any:
        """Return a query for the records that one of some words may find; None where that is all of them."""
        if self._expand and not self._off:
            return None
        adding = {stem: self._expansions.adding(stem) for stem in stems}
        holding = {stem: self.holding(numbers) for stem, numbers in adding.items()}
        if adding == holding:
            return None
        own = [AnyWord(place_field(name), tuple(stems)) for name in self._fields]
        terms = tuple(rule_term(stem, number) for stem, numbers in holding.items() for number in numbers)
        return query.Or([*own, AnyWord(EXPANSIONS, terms)] if terms else own)

    def phrase(self, stems: Sequence[str]) -> Any:
        """Return a query for the records that have a phrase through rules that hold; None without such."""
        word, numbers = self._expansions.saying(stems)
        terms = tuple(rule_term(word, number) for number in self.holding(numbers))
        return AnyWord(EXPANSIONS, terms) if terms else None
