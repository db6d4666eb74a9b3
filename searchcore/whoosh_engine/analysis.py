"""The one analysis of all text: of records when they are written, of queries when they are read.

A token is a run of letters and digits, apostrophes dropped (Crohn's is one token), accents folded, in lower
case, stemmed after Porter where it has no digit. There are no stop words: with, without and no carry meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from whoosh.analysis import Analyzer, Token
from whoosh.lang.porter import stem as porter_stem

MAX_TOKEN = 64
_APOSTROPHES = "'’ʼ"
# Possessive throughout: what a part has taken, no other part could take.
TOKEN = re.compile(r"[^\W_]++(?:[\u0300-\u036f]++[^\W_]*+|['’ʼ][^\W_]++)*+")


class Place(NamedTuple):
    """A token of a text: its surface form (folded), its stem, and the characters that it covers."""

    surface: str
    stem: str
    start: int
    end: int


def fold(token: str) -> str:
    """Return a token in lower case without accents, marks and apostrophes; at most `MAX_TOKEN` long."""
    if token.isascii() and token.isalnum():
        return token.lower()[:MAX_TOKEN]
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", token).casefold())
    return "".join(char for char in plain if char.isalnum() and char not in _APOSTROPHES)[:MAX_TOKEN]


def stem(surface: str) -> str:
    """Return the stem of a folded token; tokens with digits or other scripts stay as they are."""
    if surface.isascii() and surface.isalpha():
        return str(porter_stem(surface))
    return surface


@lru_cache(maxsize=200_000)
def folded_and_stemmed(token: str) -> tuple[str, str]:
    """Return surface form and stem of a token as it stands in a text."""
    surface = fold(token)
    return surface, stem(surface)


def places(text: str) -> list[Place]:
    """Return the tokens of a text in their order."""
    found = []
    for match in TOKEN.finditer(text):
        surface, stemmed = folded_and_stemmed(match[0])
        if surface:
            found.append(Place(surface, stemmed, match.start(), match.end()))
    return found


def stems(text: str) -> list[str]:
    """Return the stems of a text in their order."""
    found = map(folded_and_stemmed, TOKEN.findall(text))
    return [stemmed for surface, stemmed in found if surface]


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
