"""The words of language rules as the index has them."""

from __future__ import annotations

from functools import lru_cache

from searchcore.whoosh_engine.analysis import places, stems
from searchcore.whoosh_engine.idle_words import ending_stems, idle_stems, loose_stems


@lru_cache(maxsize=1 << 16)
def phrase_stems(phrase: str) -> tuple[str, ...]:
    """Return the stems that must stand one behind the other where a phrase stands."""
    return tuple(stem for stem in stems(phrase) if stem not in loose_stems())


@lru_cache(maxsize=1 << 16)
def said_words(phrase: str) -> dict[str, str]:
    """Return the words that a record gets from a phrase, with their stems; idle ones need not be found."""
    typed = places(phrase)
    found = {place.surface: place.stem for place in typed}
    needed = {place.surface: place.stem for place in typed if place.stem not in idle_stems()}
    last = typed[-1]
    return needed | ({last.surface: last.stem} if last.stem in ending_stems() else {}) or found
