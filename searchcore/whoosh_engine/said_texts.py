"""Which records have a text that a language rule has another name for; part of a build.

Where a rule says "chest cold" for "acute bronchitis", and "acute bronchitis" is all of a title, "chest cold"
is about as good as that title: the table of whole texts (`whole_texts.py`) gets it, too. The same holds for
a part of a title, and for two of a short one: where "cancer" is said for "malignant neoplasm", "colon cancer"
is "Malignant neoplasm of colon, unspecified", and "pancreatic cancer" that of pancreas.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchcore.language import PART, Rule
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.idle_words import general_stems, idle_stems
from searchcore.whoosh_engine.postings import AnalysedTexts, Occurrences, runs
from searchcore.whoosh_engine.rule_matching import fired_rules
from searchcore.whoosh_engine.rule_places import RulePlaces
from searchcore.whoosh_engine.whole_texts import ALL, Hashes, query_hashes, term_hash

Places = npt.NDArray[np.int64]
# Of titles of at most so many words two parts may be said otherwise.
_SHORT = 8


class Entries(NamedTuple):
    """Entries of the table: the hash of a text, the record that has it, and which sort of text it is."""

    hashes: Hashes
    records: npt.NDArray[np.uint32]
    sorts: npt.NDArray[np.uint8]


def entries(hashes: Hashes, records: npt.NDArray[np.integer], sort: int) -> Entries:
    """Return entries of one sort."""
    return Entries(hashes, records.astype(np.uint32), np.full(len(hashes), sort, np.uint8))


def joined(parts: Sequence[Entries]) -> Entries:
    """Return all entries of some."""
    none = entries(np.zeros(0, np.uint64), np.zeros(0, np.uint32), 0)
    return Entries(*(np.concatenate(column) for column in zip(none, *parts, strict=True)))


def with_said(own: Entries, rules: Sequence[Rule], places: RulePlaces, sorts: int, least: float) -> Entries:
    """Return the entries of texts and those that rules add.

    Args:
        own: of the texts themselves.
        rules: the language rules.
        places: where rules hold.
        sorts: number of sorts of texts; what a rule says for a text of one has its number and so many more.
        least: only rules of at least this weight count, and the first of what each means: the others name
            something wider or near.
    """
    pairs = [
        (mean, _hashes(rule.say)[-1], rule.within)
        for rule in rules
        if rule.first and rule.weight >= least
        for mean in _hashes(rule.mean)
    ]
    means = np.array([mean for mean, _, _ in pairs], np.uint64)
    says = np.array([say for _, say, _ in pairs], np.uint64)
    # Few texts are what a rule means: only these are put in order.
    wanted = np.unique(means)
    nearest = np.minimum(np.searchsorted(wanted, own.hashes), max(0, len(wanted) - 1))
    meant = np.flatnonzero(wanted[nearest] == own.hashes) if len(wanted) else np.zeros(0, np.int64)
    order = meant[np.argsort(own.hashes[meant], kind="stable")]
    known = own.hashes[order]
    begins, ends = (np.searchsorted(known, means, side) for side in ("left", "right"))
    index, lengths = runs(begins, ends)
    which, found = np.repeat(np.arange(len(pairs)), lengths), order[index]
    kept = places.hold([within for _, _, within in pairs], which, own.records[found].astype(np.int64))
    which, found = which[kept], found[kept]
    said = Entries(says[which], own.records[found], (own.sorts[found] + sorts).astype(np.uint8))
    return joined([own, said])


def said_in_part(
    texts: AnalysedTexts,
    titles: Occurrences,
    hashes: Hashes,
    rules: Sequence[Rule],
    places: RulePlaces,
    least: float,
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the hashes of titles with what a rule means in them put as it says it, and their records.

    Of a short title it is done for two rules at once, too, if they are of different groups.

    Args:
        texts: all texts.
        titles: which of them are titles.
        hashes: of each of these, its words in any order.
        rules, places, least: see `with_said`.
    """
    strong = [rule for rule in rules if rule.first and rule.weight >= least and PART not in rule.mean]
    distinct, place = np.unique(titles.texts, return_inverse=True)
    flat, lengths = texts.expand(distinct)
    alone = AnalysedTexts(texts.terms, flat, np.concatenate(([0], np.cumsum(lengths))), {})
    fired = fired_rules(alone, [rule.mean for rule in strong])
    index, counts = runs(fired.bounds[place], fired.bounds[place + 1])
    title, rule = np.repeat(np.arange(len(place)), counts), fired.rules[index]
    kept = places.hold([each.within for each in strong], rule, titles.records[title])
    title, rule = title[kept], rule[kept]
    change = np.array([(_telling(each.say) - _telling(each.mean)) % ALL for each in strong], np.uint64)
    said = hashes[title] + change[rule]
    one, other = _pairs_within(title, lengths[place][title] <= _SHORT)
    groups = np.unique([each.group for each in strong], return_inverse=True)[1]
    apart = groups[rule[one]] != groups[rule[other]]
    one, other = one[apart], other[apart]
    twice = said[one] + change[rule[other]]
    return np.concatenate((said, twice)), titles.records[np.concatenate((title, title[one]))]


def _pairs_within(groups: npt.NDArray[np.int64], wanted: npt.NDArray[np.bool_]) -> tuple[Places, Places]:
    """Return the places of all pairs of one group; groups ascend, and of each all or none are wanted."""
    begins = np.arange(1, len(groups) + 1)
    ends = np.where(wanted, np.searchsorted(groups, groups, "right"), begins)
    other, counts = runs(begins, ends)
    return np.repeat(begins - 1, counts), other


@lru_cache(maxsize=1 << 16)
def _telling(phrase: str) -> int:
    """Return the sum of the hashes of the words of a phrase that count in a title in general."""
    idle = idle_stems() | general_stems()
    return sum(term_hash(word) for word in dict.fromkeys(stems(phrase)) if word not in idle)


@lru_cache(maxsize=1 << 16)
def _hashes(phrase: str) -> list[int]:
    """Return the hashes of a phrase: in its order, and in any."""
    return query_hashes(stems(phrase.replace(PART, " ")))
