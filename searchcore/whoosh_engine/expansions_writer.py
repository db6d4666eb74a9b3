"""Writes the words that language rules add to records; part of a build.

A record in which a rule fires gets the words of its `say`. In the field `expansions` it has for each of them
the term "stem, unit separator, number of the rule", so that the reason of a match is exact and a rule can be
left out of a search. In the merged field the word has the weight of the rule times that of the field in which
the rule fired: the best of all rules and fields, not their sum, and what the record's own texts give it if
that is more. A word that stands in a title and is added by a rule is thus not counted twice. Added words do
not make a record longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from searchcore.language import Rule
from searchcore.whoosh_engine.layout import RULES, rule_term
from searchcore.whoosh_engine.postings import AnalysedTexts, Ints, Occurrences, runs
from searchcore.whoosh_engine.rule_matching import Fired, fired_rules
from searchcore.whoosh_engine.rule_places import RulePlaces
from searchcore.whoosh_engine.rule_words import said_words
from searchcore.whoosh_engine.sections import ArraysWriter
from searchcore.whoosh_engine.segment_writer import write_expansions

_MOST_UNITS = 0xFFFF


class _Trigger(NamedTuple):
    """What several rules share: when they fire, and the share of the weight."""

    mean: str
    weight: float
    within: tuple[str, ...]


@dataclass(frozen=True)
class Added:
    """Rules that fired in records.

    Attributes:
        rules: those that fired anywhere.
        triggers: of each rule the number of its trigger.
        bounds: where the records of each trigger begin, and of the last one where they end.
        records, units: records by trigger, and the weight of the words that each gets.
    """

    rules: list[Rule]
    triggers: Ints
    bounds: Ints
    records: Ints
    units: Ints


def added_words(
    texts: AnalysedTexts,
    found: Mapping[str, Occurrences],
    units: Mapping[str, int],
    rules: Sequence[Rule],
    places: RulePlaces,
    count: int,
) -> Added:
    """Return which rules fire in which records, each with the best weight of all fields.

    Args:
        texts: all texts.
        found: the texts of each field.
        units: the weight of a word in each field.
        rules: the rules.
        places: where rules hold.
        count: number of records, at least 1.
    """
    place: dict[_Trigger, int] = {}
    of_rules = [place.setdefault(_Trigger(r.mean, r.weight, r.within), len(place)) for r in rules]
    triggers = list(place)
    fired = fired_rules(texts, [trigger.mean for trigger in triggers])
    withins = [trigger.within for trigger in triggers]
    weights = np.array([trigger.weight for trigger in triggers])
    keys = [np.zeros(0, np.int64)]
    for name, occurrences in found.items():
        which, where = _expanded(fired, occurrences)
        kept = places.hold(withins, which, where)
        which, where = which[kept], where[kept]
        best = np.clip(np.rint(weights * units[name]), 1, _MOST_UNITS).astype(np.int64)
        keys.append(((which * count + where) << 16) | best[which])
    pairs, best_units = _best(np.concatenate(keys))
    which, where = np.divmod(pairs, count)
    bounds = np.concatenate(([0], np.cumsum(np.bincount(which, minlength=len(triggers)))))
    some = [
        (rule, number)
        for rule, number in zip(rules, of_rules, strict=True)
        if bounds[number] < bounds[number + 1]
    ]
    numbers = np.array([number for _, number in some], np.int64)
    return Added([rule for rule, _ in some], numbers, bounds.astype(np.int64), where, best_units)


def write_added(file: ArraysWriter, added: Added, terms: Sequence[str], records: int) -> tuple[Ints, Ints]:
    """Write the field `expansions` and the rules; return keys and weights for the merged field.

    Args:
        file: where to.
        added: what rules add.
        terms: all terms of the index, those that rules add included.
        records: number of records.
    """
    place = {term: number for number, term in enumerate(terms)}
    file.add_json(RULES, [[r.group, r.label, r.say, r.mean, r.weight] for r in added.rules])
    named = sorted(
        (rule_term(stem, number), place[stem], number)
        for number, rule in enumerate(added.rules)
        for stem in set(said_words(rule.say).values())
    )
    index, lengths = _postings(added, [number for _, _, number in named])
    keys = np.repeat(np.arange(len(named)), lengths) * max(1, records) + added.records[index]
    write_expansions(file, [name for name, _, _ in named], keys, records)
    # Rules that fire alike and say the same word add it once.
    alike = list({(stem, int(added.triggers[number])): number for _, stem, number in named}.items())
    index, lengths = _postings(added, [number for _, number in alike])
    stems = np.repeat(np.array([stem for (stem, _), _ in alike], np.int64), lengths)
    return _best(((stems * max(1, records) + added.records[index]) << 16) | added.units[index])


def _postings(added: Added, rules: Sequence[int]) -> tuple[Ints, Ints]:
    """Return where the records of some rules stand, one rule after the other, and how many each has."""
    triggers = added.triggers[np.array(rules, np.int64)]
    return runs(added.bounds[triggers], added.bounds[triggers + 1])


def _expanded(fired: Fired, found: Occurrences) -> tuple[Ints, Ints]:
    """Return each rule that fires in the texts of a field, with the record."""
    index, lengths = runs(fired.bounds[found.texts], fired.bounds[found.texts + 1])
    return fired.rules[index], np.repeat(found.records, lengths)


def _best(keys: Ints) -> tuple[Ints, Ints]:
    """Return each key without its lowest 16 bits once, ascending, with the greatest that these hold."""
    keys.sort()
    high = keys >> 16
    last = np.flatnonzero(np.concatenate((high[1:] != high[:-1], [True][: len(high)])))
    return high[last], keys[last] & _MOST_UNITS
