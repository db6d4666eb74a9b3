"""The distinct words of an index as people write them, with their stems; for prefixes."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from searchcore.whoosh_engine.layout import WORDS
from searchcore.whoosh_engine.sections import Arrays


class Words:
    """Sorted surface forms, read when the first prefix is searched."""

    def __init__(self, file: Arrays) -> None:
        self._file = file

    @cached_property
    def _lists(self) -> tuple[list[str], list[str]]:
        surfaces, stems = self._file.json(WORDS)
        return surfaces, stems

    def with_prefix(self, begin: str) -> tuple[str, ...]:
        """Return the stems of all words that begin so, each once."""
        surfaces, stems = self._lists
        low = bisect_left(surfaces, begin)
        high = low
        while high < len(surfaces) and surfaces[high].startswith(begin):
            high += 1
        return tuple(dict.fromkeys(stems[low:high]))
