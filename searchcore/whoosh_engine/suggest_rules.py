"""The weights of suggestions, read from `schemas/suggest.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchcore.data import schemas_dir
from searchcore.typed_yaml import read_as


@dataclass(frozen=True)
class SuggestRules:
    """See the comments in `schemas/suggest.yaml`."""

    fields: dict[str, float]
    shared: int
    language: float
    headers_only: list[str]
    longest: int
    length: float
    begins: float
    whole: float
    ended: float
    codes: int


def read_rules(path: Path) -> SuggestRules:
    """Read a file of weights.

    Raises:
        ConfigurationError: a key is missing or unknown, or a weight is no number from 0 up.
    """
    return read_as(path, SuggestRules)


@cache
def load_rules() -> SuggestRules:
    """Return the weights that ship with the program."""
    return read_rules(schemas_dir() / "suggest.yaml")
