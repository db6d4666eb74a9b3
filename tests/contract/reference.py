"""What an engine must answer, worked out in plain Python over lists: no arrays, no index, no shared code.

Text is split at blanks; the words of the generated records need no stemming but the plural of one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from searchcore.schema import load_kind
from searchcore.whoosh_engine.spelling_rules import load_rules

from .frames import KIND, Version

FACETS = ("system", "billable", "laterality", "start_year", "chapter", "pricing")
_STEM = {"burns": "burn", "cafe": "café"}


@dataclass(frozen=True)
class Query:
    """A generated query: words that must and must not occur, a phrase, a field, alternatives."""

    words: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    title_word: str = ""
    either: tuple[str, str] | None = None
    without: str = ""
    prefix: str = ""

    @property
    def text(self) -> str:
        """The query as a person types it."""
        parts = list(self.words)
        if self.phrase:
            parts.append(f'"{" ".join(self.phrase)}"')
        if self.title_word:
            parts.append(f"title:{self.title_word}")
        if self.either:
            parts.append(f"({self.either[0]} OR {self.either[1]})")
        if self.prefix:
            parts.append(f"{self.prefix}*")
        if self.without:
            parts.append(f"-{self.without}")
        return " ".join(parts)

    def clauses(self, version: Version) -> list[bool]:
        """Tell for each part that is wanted whether it matches."""
        strings = [version.title or "", *version.synonyms]
        everywhere = {word for string in strings for word in _words(string)}
        # A word that is typed twice is one clause.
        found = [_stem(word) in everywhere for word in dict.fromkeys(self.words)]
        if self.phrase:
            wanted = [_stem(word) for word in self.phrase]
            found.append(any(_contains(_words(string), wanted) for string in strings))
        if self.title_word:
            found.append(_stem(self.title_word) in _words(version.title or ""))
        if self.either:
            found.append(any(_stem(word) in everywhere for word in self.either))
        if self.prefix:
            # With the stem of a word that begins so, all words of that stem match.
            found.append(any(word.startswith(self.prefix) for word in everywhere))
        return found

    def excludes(self, version: Version) -> bool:
        """Tell whether the part that is not wanted matches."""
        strings = [version.title or "", *version.synonyms]
        return bool(self.without) and any(_stem(self.without) in _words(string) for string in strings)


def _stem(word: str) -> str:
    return _STEM.get(word, word)


def _words(string: str) -> list[str]:
    return [_stem(word) for word in string.split()]


def _contains(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def standing(versions: list[Version], day: dt.date) -> dict[tuple[str, str], tuple[Version, str]]:
    """Return for each key the version that stands for it on a day, and the status of the key."""
    keys: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        keys.setdefault((version.system, version.code), []).append(version)
    return {key: _standing(found, day) for key, found in keys.items()}


def _standing(versions: list[Version], day: dt.date) -> tuple[Version, str]:
    begun = [version for version in versions if _first(version) <= day]
    live = [version for version in begun if _last(version) >= day]
    if live:
        chosen, status = live[-1], "header" if live[-1].header else "active"
    elif begun:
        chosen, status = begun[-1], "deleted"
    else:
        chosen = versions[0]
        status = "future" if chosen.start == "known" else "unknown"
    return chosen, "unknown" if chosen.undecided else status


def _first(version: Version) -> dt.date:
    return version.since or version.valid_from or dt.date.min


def _last(version: Version) -> dt.date:
    return version.until or version.valid_to or dt.date.max


# Where fewer versions have all words, those with most of them are shown, too.
ENOUGH = load_rules().fill.below


@dataclass(frozen=True)
class Expected:
    """The right answer: matching versions in code order, their statuses and facet counts.

    `relaxed`: with how many clauses versions are shown, the most first, where not all of them have all.
    """

    versions: list[Version]
    status: dict[int, str]
    counts: dict[str, dict[str, int]]
    relaxed: tuple[int, ...]
    complete: int


def answer(
    versions: list[Version], query: Query, filters: dict[str, tuple[str, ...]], as_of: dt.date | None
) -> Expected:
    """Return the right answer to a request."""
    keys = standing(versions, as_of or dt.date.today())
    status = {version.number: keys[version.system, version.code][1] for version in versions}
    seen = [
        version
        for version in versions
        if as_of is None or keys[version.system, version.code][0].number == version.number
    ]
    allowed = [version for version in seen if not query.excludes(version)]
    matching = [version for version in allowed if all(query.clauses(version))]
    complete = sum(_passes_all(version, status, filters) for version in matching)
    relaxed: tuple[int, ...] = ()
    if complete < ENOUGH:
        relaxed, some = _relaxed(allowed, complete, query, status, filters)
        matching = some or matching
    chosen = [v for v in matching if _passes_all(v, status, filters)]
    counts = {}
    for facet in (*FACETS, "status"):
        others = {name: values for name, values in filters.items() if name != facet}
        found = dict.fromkeys(filters.get(facet, ()), 0)
        for version in matching:
            if all(_passes(version, status, *item) for item in others.items()):
                values = _values(version, status, facet) or {"-"}
                ranges = {name for name in filters.get(facet, ()) if _in_range(facet, values, name)}
                for value in values | ranges:
                    found[value] = found.get(value, 0) + 1
        counts[facet] = found
    chosen.sort(key=lambda version: (version.code, version.system, version.number))
    return Expected(chosen, status, counts, relaxed, complete)


def _relaxed(
    allowed: list[Version],
    complete: int,
    query: Query,
    status: dict[int, str],
    filters: dict[str, tuple[str, ...]],
) -> tuple[tuple[int, ...], list[Version]]:
    """Return with how many clauses versions are shown, step by step until there are enough, and the versions.

    Words that deny something are given up after all others.
    """
    clauses = {version.number: query.clauses(version) for version in allowed}
    total = max(map(len, clauses.values()), default=0)
    denying = [place for place, word in enumerate(dict.fromkeys(query.words)) if word in ("no", "without")]
    steps = [denying, []] if 0 < len(denying) < total else [[]]
    best: list[Version] = []
    levels: tuple[int, ...] = ()
    passing = complete
    for needed in steps:
        for least in range(total - 1, len(needed), -1):
            some = [
                version
                for version in allowed
                if sum(clauses[version.number]) >= least
                and all(clauses[version.number][place] for place in needed)
            ]
            found = sum(_passes_all(version, status, filters) for version in some)
            if found > passing:
                best, passing, levels = some, found, (*levels, least)
            if levels and passing >= ENOUGH:
                return levels, best
        if levels:
            break
    return levels, best


def _passes_all(version: Version, status: dict[int, str], filters: dict[str, tuple[str, ...]]) -> bool:
    return all(_passes(version, status, *item) for item in filters.items())


def _values(version: Version, status: dict[int, str], facet: str) -> set[str]:
    if facet == "status":
        return {status[version.number]}
    value = getattr(version, facet)
    return set(value) if isinstance(value, tuple) else {value} - {None, ""}


def _passes(version: Version, status: dict[int, str], facet: str, wanted: tuple[str, ...]) -> bool:
    values = _values(version, status, facet) or {"-"}
    return bool(values & set(wanted)) or any(_in_range(facet, values, name) for name in wanted)


def _in_range(facet: str, values: set[str], name: str) -> bool:
    if facet != "start_year" or ".." not in name:
        return False
    low, high = name.split("..")
    return any(int(low or 0) <= int(value) <= int(high or 9999) for value in values - {"-"})


def grouped(versions: list[Version]) -> list[list[Version]]:
    """Collapse versions, which stand in order, by family: groups by their first version, which leads them."""
    groups: dict[object, list[Version]] = {}
    for version in versions:
        groups.setdefault(version.family_key or version.number, []).append(version)
    return list(groups.values())


def in_sort_order(versions: list[Version], sort: str) -> list[Version]:
    """Return versions, which stand in code order, sorted by a column; missing values last."""
    rule = load_kind(KIND).sorts[sort]
    if rule.column == "code":
        return versions
    have = [version for version in versions if getattr(version, rule.column) is not None]
    none = [version for version in versions if getattr(version, rule.column) is None]

    def key(version: Version) -> object:
        value = getattr(version, rule.column)
        return value.casefold() if isinstance(value, str) else value

    # Python's sort is stable, with `reverse` too: ties stay in code order.
    return sorted(have, key=key, reverse=rule.descending) + none  # type: ignore[arg-type]
