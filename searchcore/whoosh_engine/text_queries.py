"""Queries for words, phrases, beginnings of words and patterns in the texts of an index."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from whoosh import query

from searchcore.whoosh_engine.analysis import fold, places, stems
from searchcore.whoosh_engine.combining import any_of, every_of
from searchcore.whoosh_engine.expansions import Switches
from searchcore.whoosh_engine.layout import MERGED, place_field
from searchcore.whoosh_engine.queries import AnyWord, Only
from searchcore.whoosh_engine.ranking import Ranking
from searchcore.whoosh_engine.words import Words

MAX_STEMS = 64
_PIECES = re.compile(r"(?:[^\W_]|['’ʼ*?])+")
_WILD = re.compile(r"([*?])")


class TextQueries:
    """Makes the queries of texts for one index.

    Args:
        fields: the text fields that phrases are looked for in.
        words: of the index.
        ranking: the weights.
        switches: which language rules hold.
        notes: takes what a person should know about what was cut short.
    """

    def __init__(
        self, fields: Collection[str], words: Words, ranking: Ranking, switches: Switches, notes: list[str]
    ) -> None:
        self._fields = fields
        self._words = words
        self._ranking = ranking
        self._switches = switches
        self._notes = notes

    def all_of(self, words: Sequence[str], field: str | None) -> Any:
        """Return a query for records with all words, scored by the merged field."""
        distinct = list(dict.fromkeys(words))[:MAX_STEMS]
        if not distinct:
            return None
        anywhere = every_of([query.Term(MERGED, word) for word in distinct])
        if field is None:
            limits = every_of([self._switches.condition([word]) for word in distinct])
            return anywhere if limits is None else Only(anywhere, limits)
        return Only(anywhere, every_of([query.Term(place_field(field), word) for word in distinct]))

    def phrase(self, words: Sequence[str], field: str | None) -> Any:
        """Return a query for records with these words one after the other, scored by the merged field."""
        words = list(words[:MAX_STEMS])
        if len(words) < 2:
            return self.all_of(words, field)
        names = self._fields if field is None else (field,)
        places = [query.Phrase(place_field(name), words) for name in names]
        if field is None:
            places.append(self._switches.phrase(words))
        return Only(self.all_of(words, None), any_of(places))

    def beginning(self, text: str, field: str | None = None) -> Any:
        """Return a query for records with a word that begins like the last one of a text, and all others."""
        typed = places(text)
        if not typed:
            return None
        begin = typed[-1].surface
        found = self._some(self._words.with_prefix(begin), f"begin with {begin!r}")
        last = self.any_word(found, field)
        limit = None if field else self._switches.condition(found)
        if limit is not None:
            last = Only(last, limit)
        return every_of([self.all_of([place.stem for place in typed[:-1]], field), last])

    def like(self, text: str, field: str | None = None) -> Any:
        """Return a query for records with all words of a text, patterns among them."""
        found: list[Any] = []
        for piece in _PIECES.findall(text):
            if not _WILD.search(piece):
                found.append(self.all_of(stems(piece), field))
                continue
            pattern = "".join(part if part in "*?" else fold(part) for part in _WILD.split(piece))
            words = self._some(self._words.like(pattern), f"are like {pattern!r}")
            found.append(self.any_word(words, field))
        return every_of(found)

    def between(self, low: str, high: str, field: str | None) -> Any:
        """Return a query for records with a word from `low` to `high`; codes are words of texts, too."""
        words = self._words.between(low.lower(), high.lower())
        return self.any_word(self._some(words, f"are like '{low}-{high}'"), field)

    def any_word(self, words: tuple[str, ...], field: str | None) -> Any:
        """Return a query for records with any of some words, all with one score."""
        return AnyWord(place_field(field) if field else MERGED, words, self._ranking.prefix)

    def _some(self, words: tuple[str, ...], which: str) -> tuple[str, ...]:
        """Return not too many of some words; `which` says for a note what they have in common."""
        most = self._ranking.prefix_words
        if len(words) > most:
            self._notes.append(f"very many words {which}; only some of them were searched")
        return words[:most]
