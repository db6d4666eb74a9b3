"""The one analysis of all text: of records when they are written, of queries when they are read.

A token is a run of letters and digits, apostrophes dropped (Crohn's is one token), or a listed shorthand with
a slash (s/p); accents folded, in lower case, in one spelling and stemmed where it has no digit
(`searchcore.language.words`). A Roman numeral of one letter is a number behind a word such as type. There are
no stop words: with, without and no carry meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from whoosh.analysis import Analyzer, Token

from searchcore.language.words import load_spelling, load_stemmer

MAX_TOKEN = 64
# Texts of up to so many characters are analysed once.
_SHORT = 40
_APOSTROPHES = "'’ʼ"
# Possessive throughout: what a part has taken, no other part could take.
_RUN = r"[^\W_]++(?:[\u0300-\u036f]++[^\W_]*+|['’ʼ][^\W_]++)*+"
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]$")


class Place(NamedTuple):
    """A token of a text: its surface form (folded), its stem, and the characters that it covers."""

    surface: str
    stem: str
    start: int
    end: int


@cache
def shorthand_pattern() -> str:
    """Return a pattern for shorthand with a slash, in any case; Python and polars understand it."""
    listed = "|".join(sorted(load_spelling().shorthand))
    return rf"\b(?i:{listed})\b" if listed else r"[^\s\S]"


@cache
def token_pattern() -> re.Pattern[str]:
    """Return the pattern of a token."""
    # Looking ahead spares nearly all places of a text the comparison with all shorthand.
    return re.compile(rf"(?=[A-Za-z]{{1,2}}/){shorthand_pattern()}|{_RUN}")


def fold(token: str) -> str:
    """Return a token in lower case without accents, marks and apostrophes; at most `MAX_TOKEN` long.

    Of shorthand it is the word that it stands for.
    """
    if token.isascii() and token.isalnum():
        return token.lower()[:MAX_TOKEN]
    word = load_spelling().shorthand.get(token.lower())
    if word:
        return word
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", token).casefold())
    return "".join(char for char in plain if char.isalnum() and char not in _APOSTROPHES)[:MAX_TOKEN]


def stem(surface: str) -> str:
    """Return the stem of a folded token; tokens with digits or other scripts stay as they are."""
    if not (surface.isascii() and surface.isalpha()):
        return surface
    spelled = load_spelling().spelled(surface)
    return load_stemmer().stem(spelled) if spelled.isalpha() else spelled


@lru_cache(maxsize=200_000)
def folded_and_stemmed(token: str) -> tuple[str, str]:
    """Return surface form and stem of a token as it stands in a text."""
    surface = fold(token)
    # What a possessive adds is taken for a plural, but not where it makes a word like axis (Kaposi's).
    if surface.endswith(("is", "us", "ss")) and _POSSESSIVE.search(token):
        return surface, stem(surface[:-1])
    return surface, stem(surface)


def places(text: str) -> list[Place]:
    """Return the tokens of a text in their order."""
    return list(_few_places(text)) if len(text) <= _SHORT else _places(text)


def _places(text: str) -> list[Place]:
    found: list[Place] = []
    for match in token_pattern().finditer(text):
        surface, stemmed = folded_and_stemmed(match[0])
        if surface:
            if found:
                stemmed = in_context(found[-1].stem, stemmed)
            found.append(Place(surface, stemmed, match.start(), match.end()))
    return found


@lru_cache(maxsize=1 << 15)
def _few_places(text: str) -> tuple[Place, ...]:
    """Return the tokens of a short text: the words of a query are looked at again and again."""
    return tuple(_places(text))


def in_context(before: str, stemmed: str) -> str:
    """Return the stem of a word behind another one: a Roman numeral is a number there, or it is none."""
    number = load_spelling().numerals.get(stemmed)
    return stemmed if number is None or before not in numbered_stems() else number


@cache
def numbered_stems() -> frozenset[str]:
    """Return the stems behind which a Roman numeral is a number."""
    return frozenset(map(stem, load_spelling().numbered))


def stems(text: str) -> list[str]:
    """Return the stems of a text in their order."""
    return [place.stem for place in places(text)]


class CodeAnalyzer(Analyzer):  # type: ignore[misc]  # whoosh has no types
    """The same analysis for Whoosh, so that its own tools can work on the index."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **options: Any,
    ) -> Iterator[Any]:
        """Yield one Whoosh token a word; as in all of Whoosh it is the same object each time."""
        token = Token(positions, chars, **options)
        for number, place in enumerate(places(value)):
            token.text, token.boost, token.stopped = place.stem, 1.0, False
            if positions:
                token.pos = start_pos + number
            if chars:
                token.startchar, token.endchar = start_char + place.start, start_char + place.end
            yield token
