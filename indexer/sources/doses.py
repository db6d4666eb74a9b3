"""The billing dose of a drug, taken from its HCPCS title: "per 15 mg", "up to 40 mg", "0.5 ml"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

Dose = tuple[float, str]

# Numbers that follow these words bound something; they are not the dose that a unit of the code stands for.
_BOUNDS = r"(?:than|exceed|least|weighing|over|equals?|=|>|<|containing|contains)\s*(?:or equal to\s*)?$"
_EACH = re.compile(r"\beach\W*$")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?"


@dataclass(frozen=True)
class DoseFinder:
    """Finds doses by rules given as data.

    Attributes:
        letters: first letters of codes that are drugs.
        betos: BETOS classes that are drugs.
        first_words: first words of titles of drugs.
        units: our name of a unit -> its spellings.
    """

    letters: tuple[str, ...] = ()
    betos: tuple[str, ...] = ()
    first_words: tuple[str, ...] = ()
    units: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> DoseFinder:
        """Return the finder described by `reader_options.doses`."""
        lists = {name: tuple(options.get(name, ())) for name in ("letters", "betos", "first_words")}
        return cls(**lists, units=dict(options.get("units", {})))

    def is_drug(self, code: str, betos: str | None, title: str) -> bool:
        """Tell whether a code is for a drug or another substance given by dose."""
        words = title.lower().split(maxsplit=1)
        first = words[0].strip(",;") if words else ""
        return code[:1] in self.letters or betos in self.betos or first in self.first_words

    def find(self, title: str) -> Dose | None:
        """Return quantity and unit of the dose that a title names; None if it names none, or several.

        A dose with "per" wins over one without; after that the last one wins, because strengths and
        concentrations stand before it. Two doses joined by "and" (a combination) give None.
        """
        text = re.sub(r"=\s*\d+\s+units?\b", "", title.lower())
        found = [match for match in self._pattern.finditer(text) if _counts(text, match)]
        rated = [match for match in found if match["lead"] == "per"]
        if not rated and _EACH.search(text):
            return 1.0, "each"
        if not rated:
            rated = [match for match in found if match["number"]]
            if len(rated) > 1 and _joined(text, rated):
                return None
        return self._dose(rated[-1]) if rated else None

    def _dose(self, match: re.Match[str]) -> Dose:
        quantity = float(match["number"].replace(",", "")) if match["number"] else 1.0
        if match["scale"]:
            quantity *= {"thousand": 1e3, "million": 1e6, "billion": 1e9}[match["scale"]]
        return quantity, self._names[" ".join(match["unit"].split())]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {spelling.lower(): unit for unit, spellings in self.units.items() for spelling in spellings}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        spellings = sorted(self._names, key=len, reverse=True)
        units = "|".join(re.escape(spelling).replace(r"\ ", r"\s+") for spelling in spellings) or r"(?!)"
        return re.compile(
            rf"(?<![\w.])(?:(?P<lead>per|up\s+to)\s+)?(?P<number>{_NUMBER})[\s-]*(?:(?P<scale>thousand|million|billion)\s+)?"
            rf"(?P<unit>{units})(?![\w/])"
        )


def _counts(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rstrip()
    if text[match.end() :].lstrip().startswith(("/", "per ")):
        return False
    return re.search(_BOUNDS, before) is None


def _joined(text: str, matches: list[re.Match[str]]) -> bool:
    """Tell whether doses belong to several substances: joined by "and", "with" or "/"."""
    between = [text[a.end() : b.start()] for a, b in pairwise(matches)]
    return any(re.search(r"\b(?:and|with)\b|/|&", part) for part in between)
