"""The keys of a hand-written YAML file, taken out with checks that name the file and the key."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from searchcore.data import load_yaml
from searchcore.errors import ConfigurationError


class Keys:
    """The keys of one YAML file; every method raises ConfigurationError for a value of the wrong kind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = load_yaml(path)
        if not isinstance(data, dict):
            raise ConfigurationError("the file does not consist of keys and values", where=str(path))
        self.data: dict[str, Any] = data

    def wrong(self, key: str, what: str, mend: str = "") -> ConfigurationError:
        """Return an error that names the file and the key."""
        return ConfigurationError(f"{key}: {what}", where=str(self.path), mend=mend)

    def check_names(self, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        """Check that every key is known and every required one is there."""
        known = (*required, *optional)
        for key in self.data:
            if key not in known:
                raise self.wrong(str(key), "there is no such key", f"the keys are {', '.join(known)}")
        for key in required:
            if self.data.get(key) in (None, "", []):
                raise self.wrong(key, "is missing", "add it")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; `default` if the key is absent, which without a default is an error."""
        value = self.data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.wrong(key, f"{value!r} is not a text", "put it in quotes")
        return value

    def same(self, key: str, expected: str) -> str:
        """Return a text that must be the name of the folder."""
        if self.text(key) != expected:
            raise self.wrong(key, f"{self.text(key)!r} is not the name of the folder, {expected!r}")
        return expected

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """Return a text out of the allowed ones."""
        if self.text(key) not in allowed:
            raise self.wrong(key, f"{self.text(key)!r} is unknown", f"use one of {', '.join(allowed)}")
        return self.text(key)

    def each_of(self, key: str, allowed: tuple[str, ...]) -> list[str]:
        """Return a list of texts out of the allowed ones."""
        for value in self.texts(key):
            if value not in allowed:
                raise self.wrong(key, f"{value!r} is unknown", f"use some of {', '.join(allowed)}")
        return self.texts(key)

    def module(self, key: str) -> str:
        """Return the name of a module."""
        if not self.text(key).isidentifier():
            raise self.wrong(key, f"{self.text(key)!r} is not the name of a module in indexer/sources")
        return self.text(key)

    def texts(self, key: str, values: Any = None) -> list[str]:
        """Return a list of texts; `values` if they are not those of a top-level key."""
        values = self.data.get(key) if values is None else values
        if values is None:
            return []
        if not isinstance(values, list):
            raise self.wrong(key, "is not a list", "write it as [a, b]")
        for value in values:
            if not isinstance(value, str):
                # YAML reads 00100 as the octal number 64: a code without quotes must not pass.
                raise self.wrong(key, f"{value!r} is not a text", "put it in quotes")
        return values

    def count(self, key: str, default: int | None = None) -> int:
        """Return a number of 0 or more."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(key, f"{value!r} is not a number of 0 or more")
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        """Return keys and values; empty if absent."""
        value = self.data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(key, "is not a list of keys and values", "write it as {key: value}")
        return value

    def entries(self, key: str) -> list[Any]:
        """Return a list of anything; empty if absent."""
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "is not a list of entries")
        return value

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """Return a list of compiled patterns."""
        found = []
        for text in self.texts(key):
            try:
                found.append(re.compile(text))
            except re.error as error:
                raise self.wrong(key, f"{text!r} is not a pattern: {error}") from error
        return tuple(found)

    def release_name(self, key: str, value: Any) -> str:
        """Return a release's name; YAML reads 2018 as a number and 2025-08-15 as a date."""
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, dt.date):
            return value.isoformat()
        raise self.wrong(key, f"{value!r} is not the name of a release")
