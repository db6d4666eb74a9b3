"""The families that a CPT number belongs to: what can be said of it where no descriptor may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Family:
    """The narrowest family of a number, and those around it from broad to narrow."""

    name: str
    around: tuple[str, ...]


def family(fields: Mapping[str, Any]) -> Family | None:
    """Return the families of a record from its stored columns; `family` holds names from broad to narrow."""
    value = fields.get("family")
    names = value.split("; ") if isinstance(value, str) else list(value or ())
    names = [str(name) for name in names if name]
    return Family(names[-1], tuple(names[:-1])) if names else None
