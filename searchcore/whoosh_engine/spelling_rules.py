"""The rules of spelling and of leaving words out, read from `schemas/spelling.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchcore.data import schemas_dir
from searchcore.typed_yaml import read_as

_LETTERS = 26


@dataclass(frozen=True)
class Costs:
    """What each kind of difference between two words costs; the first seven in the order of the kernel."""

    other: float
    neighbour: float
    missing: float
    extra: float
    doubled: float
    swapped: float
    first: float
    parted: float
    joined: float
    unknown: float

    @cached_property
    def array(self) -> npt.NDArray[np.float64]:
        """The costs of differences of letters, for the kernel."""
        names = ("other", "neighbour", "missing", "extra", "doubled", "swapped", "first")
        return np.array([getattr(self, name) for name in names])


@dataclass(frozen=True)
class Offer:
    """When a commoner spelling is offered."""

    matches: int
    records: int
    times: int


@dataclass(frozen=True)
class Fill:
    """When records with some of the words stand below those with all of them."""

    below: int
    share: float


@dataclass(frozen=True)
class SpellingRules:
    """See the comments in `schemas/spelling.yaml`."""

    edits: dict[int, int]
    costs: Costs
    frequency: float
    keyboard: list[str]
    half: int
    alternatives: int
    tries: int
    sure: float
    offer: Offer
    fill: Fill
    sides: dict[str, list[str]]
    other_side: float
    negations: list[str]

    def most_edits(self, length: int) -> int:
        """Return in how many places a word of so many letters may differ."""
        return max((number for letters, number in self.edits.items() if letters <= length), default=0)

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The words that mean what they say: those of a side, and those that deny something."""
        return frozenset([*self.negations, *(word for words in self.sides.values() for word in words)])

    @cached_property
    def near(self) -> npt.NDArray[np.bool_]:
        """Of two letters, numbered from a, whether they are neighbours on the keyboard."""
        found = np.zeros((_LETTERS, _LETTERS), np.bool_)
        at = {
            letter: (row, place)
            for row, letters in enumerate(self.keyboard)
            for place, letter in enumerate(letters)
        }
        for one, (row, place) in at.items():
            for other, (below, beside) in at.items():
                # A key touches its neighbours, and two keys of the row below: to the left and right of it.
                if (row == below and abs(place - beside) == 1) or (
                    below == row + 1 and place - beside in (0, 1)
                ):
                    found[ord(one) - 97, ord(other) - 97] = found[ord(other) - 97, ord(one) - 97] = True
        return found


def read_rules(path: Path) -> SpellingRules:
    """Read a file of spelling rules.

    Raises:
        ConfigurationError: a key is missing or unknown, a number is below 0, or a word is no text.
    """
    return read_as(path, SpellingRules)


@cache
def load_rules() -> SpellingRules:
    """Return the rules that ship with the program."""
    return read_rules(schemas_dir() / "spelling.yaml")
