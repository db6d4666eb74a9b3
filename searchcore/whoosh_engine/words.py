"""The distinct words of an index as people write them, with their stems; for prefixes and spelling."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.expand import terms_like
from searchcore.whoosh_engine.layout import WORDS
from searchcore.whoosh_engine.sections import Arrays, ArraysWriter
from searchcore.whoosh_engine.sorted_texts import read_texts, write_texts

_STEMS = f"{WORDS}.stems"
_LETTERS = f"{WORDS}.letters"
# Of a word with anything but letters of a to z; the bits below stand for these letters.
OTHER_LETTERS = 1 << 26


class Words:
    """Sorted surface forms, and the stem of each.

    Attributes:
        surfaces: the words.
        letters: of each word a bit for each letter that it has.
    """

    def __init__(self, file: Arrays) -> None:
        self.surfaces = read_texts(file, WORDS)
        self.letters: npt.NDArray[np.uint32] = file.array(_LETTERS)
        self._stems = read_texts(file, _STEMS)

    def stem(self, number: int) -> str:
        """Return the stem of a word by its number."""
        return self._stems.term(number).decode()

    def number(self, word: str) -> int:
        """Return the number of a word, -1 if no record has it in this form."""
        wanted = word.encode("utf-8", "surrogatepass")
        found = self.surfaces.first_at_least(wanted)
        known = found < len(self.surfaces) and self.surfaces.term(found) == wanted
        return found if known else -1

    def with_prefix(self, begin: str) -> tuple[str, ...]:
        """Return the stems of all words that begin so, each once."""
        low, high = self.surfaces.with_prefix(begin.encode("utf-8", "surrogatepass"))
        return tuple(dict.fromkeys(map(self.stem, range(low, high))))

    def like(self, pattern: str) -> tuple[str, ...]:
        """Return the stems of all words that a pattern with `?` and `*` fits, each once."""
        return tuple(dict.fromkeys(map(self.stem, terms_like(pattern, self.surfaces).tolist())))

    def between(self, low: str, high: str) -> tuple[str, ...]:
        """Return the stems of all words from one to another, with those that begin like the last one."""
        first = self.surfaces.first_at_least(low.encode())
        end = self.surfaces.with_prefix(high.encode())[1]
        return tuple(dict.fromkeys(map(self.stem, range(first, end))))


def write_words(file: ArraysWriter, stems: Mapping[str, str]) -> None:
    """Write words.

    Args:
        file: where to.
        stems: the stem of each word.
    """
    surfaces = sorted(stems)
    write_texts(file, WORDS, surfaces)
    file.add_array(_LETTERS, np.array([letters_of(word) for word in surfaces], np.uint32))
    write_texts(file, _STEMS, [stems[word] for word in surfaces])


def letters_of(word: str) -> int:
    """Return a number with a bit for each letter that a word has."""
    plain = word.isascii() and word.isalpha() and word.islower()
    return sum({1 << (ord(letter) - 97) for letter in word}) if plain else OTHER_LETTERS
