"""The weights of suggestions, read from `schemas/suggest.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.typed_yaml import read_as


@dataclass(frozen=True)
class SuggestRules:
    """See the comments in `schemas/suggest.yaml`."""

    fields: dict[str, float]
    shared: int
    language: float
    asked: float
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
def asked_phrases() -> tuple[str, ...]:
    """Return what is looked for most, of all topics.

    Raises:
        ConfigurationError: the file does not hold lists of texts.
    """
    path = schemas_dir() / "asked.yaml"
    topics = load_yaml(path)
    lists = list(topics.values()) if isinstance(topics, dict) else [None]
    if not all(
        isinstance(phrases, list) and all(isinstance(each, str) for each in phrases) for phrases in lists
    ):
        raise ConfigurationError(
            "this is no list of phrases by topic", where=str(path), mend="write texts below each topic"
        )
    return tuple(phrase for phrases in lists for phrase in phrases or ())


@cache
def load_rules() -> SuggestRules:
    """Return the weights that ship with the program."""
    return read_rules(schemas_dir() / "suggest.yaml")
