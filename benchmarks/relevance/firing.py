"""How many language rules fire at all: on what people ask, and on the titles of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from searchcore.language import PART, Rule, load_rules
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.rule_words import phrase_stems

_Phrase = tuple[str, ...]


def firing(queries: Iterable[str], titles: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return for each group and for all of them the number of rules, and how many fire.

    A rule fires on a query that has all words that it says, and on a title that has the phrases that it
    means, wherever (`within` is not looked at). `both` counts the rules that do both.
    """
    rules = load_rules()
    asked = _on_queries(rules, queries)
    meant = _on_titles(rules, titles)
    groups: dict[str, list[int]] = {"all": list(range(len(rules)))}
    for number, rule in enumerate(rules):
        groups.setdefault(rule.group, []).append(number)
    return {
        name: {
            "rules": len(numbers),
            "on queries": len(asked.intersection(numbers)),
            "on titles": len(meant.intersection(numbers)),
            "both": len((asked & meant).intersection(numbers)),
        }
        for name, numbers in groups.items()
    }


def _on_queries(rules: Collection[Rule], queries: Iterable[str]) -> set[int]:
    wanted = {number: frozenset(phrase_stems(rule.say)) for number, rule in enumerate(rules)}
    by_word: dict[str, list[int]] = defaultdict(list)
    for number, words in wanted.items():
        for word in sorted(words)[:1]:
            by_word[word].append(number)
    found: set[int] = set()
    for query in queries:
        has = set(stems(query))
        found.update(number for word in has for number in by_word[word] if wanted[number] <= has)
    return found


def _on_titles(rules: Collection[Rule], titles: Iterable[str]) -> set[int]:
    wanted = [[tuple(phrase_stems(part)) for part in rule.mean.split(PART)] for rule in rules]
    by_phrase: dict[_Phrase, list[int]] = defaultdict(list)
    for number, parts in enumerate(wanted):
        by_phrase[parts[0]].append(number)
    lengths = sorted({len(part) for parts in wanted for part in parts})
    found: set[int] = set()
    for title in set(titles):
        has = set(_phrases(phrase_stems(title), lengths))
        for phrase in has.intersection(by_phrase):
            # Each rule is looked for until it has fired once: many titles have the same words.
            waiting = by_phrase.pop(phrase)
            fired = {number for number in waiting if has.issuperset(wanted[number])}
            found |= fired
            if left := [number for number in waiting if number not in fired]:
                by_phrase[phrase] = left
    return found


def _phrases(words: Sequence[str], lengths: Iterable[int]) -> Iterator[_Phrase]:
    """Yield all phrases of some lengths that stand in a text."""
    for length in lengths:
        for first in range(len(words) - length + 1):
            yield tuple(words[first : first + length])
