"""Ranges of numbers as they are written in a selection: `2015..2020`, `2015..`, `..2020`."""

from __future__ import annotations

import re

_RANGE = re.compile(r"(-?\d{1,15}(?:\.\d{1,6})?)?\.\.(-?\d{1,15}(?:\.\d{1,6})?)?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")


def parse_range(text: str) -> tuple[float, float] | None:
    """Return first and last number of a range, infinite where open; None if the text is no range.

    The ends may stand the other way round, as in a query.
    """
    found = _RANGE.fullmatch(text)
    if found is None or found[0] == "..":
        return None
    low, high = float(found[1] or "-inf"), float(found[2] or "inf")
    return min(low, high), max(low, high)


def in_range(value: str, bounds: tuple[float, float]) -> bool:
    """Tell whether a value is a number within a range, the bounds included."""
    return _NUMBER.fullmatch(value) is not None and bounds[0] <= float(value) <= bounds[1]


def range_label(text: str) -> str:
    """Return a range as people say it; any other text as it is."""
    bounds = parse_range(text)
    if bounds is None:
        return text
    low, _, high = text.partition("..")
    if low and high:
        low, high = sorted((low, high), key=float)
        return f"{low} to {high}"
    return f"from {low} on" if low else f"up to {high}"
