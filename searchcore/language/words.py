"""Which forms are one word: spelling, plurals, word families (`spelling.yaml` and `stemming.yaml`).

A light stemmer in place of Porter's, which takes organic for organ and general for generic: it takes off
plurals, -ed, -ing and some endings that change nothing, and word families are listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchcore.data import schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.typed_yaml import read_as

_VOWEL = re.compile("[aeiouy]")
_SHORTHAND = re.compile(r"[a-z]{1,2}/[a-z]{1,3}")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


@dataclass(frozen=True)
class Spelling:
    """Spellings of one word.

    Attributes:
        letters: patterns and what stands in their place, in order.
        words: a word, and the word that it is the same as.
        shorthand: what is written with a slash (s/p) and is one token; and the word that it is the same as.
        numerals: Roman numerals that are numbers behind one of the words `numbered` only.
        numbered: words that a number stands behind (type, stage).
    """

    letters: tuple[tuple[re.Pattern[str], str], ...]
    words: dict[str, str]
    shorthand: dict[str, str]
    numerals: dict[str, str]
    numbered: frozenset[str]

    def spelled(self, word: str) -> str:
        """Return the one spelling of a folded word; it need not be one that people use."""
        word = self.words.get(word, word)
        for pattern, other in self.letters:
            word = pattern.sub(other, word)
        return self.words.get(word, word)


class Stemmer:
    """Returns the stem of a spelled word.

    Args:
        keep: words that stay as they are.
        families: words of one family; the first stands for all.
    """

    def __init__(self, keep: frozenset[str], families: list[list[str]]) -> None:
        self._keep = keep
        self._heads: dict[str, str] = {}
        for head, *others in families:
            for word in others:
                self._heads[self._light(word)] = self._light(head)

    def stem(self, word: str) -> str:
        """Return the stem of a word of ASCII letters."""
        light = self._light(word)
        return self._heads.get(light, light)

    def _light(self, word: str) -> str:
        for change in (_singular, _without_ing_and_ed, _without_adverb, _without_e, _without_ion):
            if word in self._keep or len(word) <= 3:
                return word
            word = change(word)
        return word


def _singular(word: str) -> str:
    if word.endswith(("ss", "us", "is")) or not word.endswith(("s", "ae", "mata")):
        return word[:-2] if word.endswith("sis") and len(word) > 5 else word
    if word.endswith("itides"):
        return word[:-3] + "s"
    if word.endswith("mata"):
        return word[:-2] if len(word) > 6 else word
    if word.endswith("ae"):
        return word[:-1] if len(word) > 4 else word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def _without_ing_and_ed(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        begin = word.removesuffix(ending)
        if begin != word and len(begin) > 2 and _VOWEL.search(begin) and not begin.endswith("e"):
            return _DOUBLED.sub(r"\1", begin)
    return word


def _without_adverb(word: str) -> str:
    if len(word) > 6 and word.endswith(("ally", "ously", "ively", "ently", "antly", "ately", "edly", "orly")):
        word = word[:-2]
    return word[:-2] if len(word) > 7 and word.endswith("ical") else word


def _without_e(word: str) -> str:
    if len(word) > 4 and word.endswith("ie"):
        return word[:-2] + "y"  # As of its plural: calorie, calories.
    return word[:-1] if len(word) > 4 and word.endswith("e") and not word.endswith("ee") else word


def _without_ion(word: str) -> str:
    return word[:-3] if len(word) > 7 and word.endswith(("ation", "ction")) else word


@cache
def load_spelling() -> Spelling:
    """Return the spellings that ship with the program."""
    return read_spelling(schemas_dir() / "language" / "spelling.yaml")


@cache
def load_stemmer() -> Stemmer:
    """Return the stemmer with the families that ship with the program."""
    return read_stemmer(schemas_dir() / "language" / "stemming.yaml", load_spelling().spelled)


@dataclass(frozen=True)
class _SpellingFile:
    """See the comments in `schemas/language/spelling.yaml`."""

    letters: list[dict[str, str]]
    words: dict[str, str]
    shorthand: dict[str, str]
    numerals: dict[str, str]
    numbered: list[str]


@dataclass(frozen=True)
class _StemmingFile:
    """See the comments in `schemas/language/stemming.yaml`."""

    keep: list[str]
    families: list[list[str]]


def read_spelling(path: Path) -> Spelling:
    """Read a file of spellings; raise ConfigurationError where an entry is not understood."""
    data = read_as(path, _SpellingFile)
    letters = []
    for entry in data.letters:
        try:
            letters.append((re.compile(entry["from"]), entry["to"]))
        except (re.error, KeyError) as error:
            raise ConfigurationError(
                f"letters holds {entry!r}: {error}",
                where=str(path),
                mend="write {from: a pattern, to: letters}",
            ) from error
    numbered = frozenset(_words(data.numbered, path))
    _words(list(data.shorthand.values()), path)
    for written in data.shorthand:
        if not _SHORTHAND.fullmatch(written):
            raise ConfigurationError(
                f"shorthand holds {written!r}",
                where=str(path),
                mend="write one or two small letters, a slash and one to three letters",
            )
    return Spelling(tuple(letters), data.words, data.shorthand, data.numerals, numbered)


def read_stemmer(path: Path, spelled: Callable[[str], str]) -> Stemmer:
    """Read a file of word families.

    Args:
        path: the file.
        spelled: the one spelling of a word.

    Raises:
        ConfigurationError: an entry is not understood.
    """
    data = read_as(path, _StemmingFile)
    keep = frozenset(map(spelled, _words(data.keep, path)))
    for family in data.families:
        if len(family) < 2:
            raise ConfigurationError(f"{family!r} is no family of two words or more", where=str(path))
    return Stemmer(keep, [[spelled(word) for word in _words(family, path)] for family in data.families])


def _words(words: list[str], path: Path) -> list[str]:
    for word in words:
        if not word.isascii() or not word.isalpha() or not word.islower():
            raise ConfigurationError(f"{word!r} is no word in small letters", where=str(path))
    return words
