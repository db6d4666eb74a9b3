"""The weights of suggestions, read from `schemas/suggest.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError


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
        ConfigurationError: a key is missing or unknown, or no number from 0 up.
    """
    data = load_yaml(path)
    wanted = {field.name for field in fields(SuggestRules)}
    if not isinstance(data, dict) or set(data) != wanted:
        odd = sorted(map(str, wanted ^ set(data if isinstance(data, dict) else ())))
        raise ConfigurationError(f"missing or unknown keys: {', '.join(odd)}", where=str(path))
    plain = {key: value for key, value in data.items() if key not in ("fields", "headers_only")}
    for key, value in {**plain, **data["fields"]}.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigurationError(f"{key} is {value!r}, not a number from 0 up", where=str(path))
    return SuggestRules(**data)


@cache
def load_rules() -> SuggestRules:
    """Return the weights that ship with the program."""
    return read_rules(schemas_dir() / "suggest.yaml")
