"""Dates and numbers of a query, and intervals of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TypeVar

_DAY = dt.timedelta(days=1)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_LARGEST = 999_999_999
_NONE = frozenset({"none", "notspecified"})

Interval = tuple[dt.date | None, dt.date | None]
NumberInterval = tuple[int | None, int | None]
_End = TypeVar("_End", dt.date, int)


def means_none(text: str) -> bool:
    """Tell whether a value asks for the records that have none: `none`, `not specified`."""
    return "".join(char for char in text.casefold() if char.isalnum()) in _NONE


def day_interval(comparison: str, text: str) -> Interval | None:
    """Return first and last day of a comparison, None if the text is no date.

    Args:
        comparison: one of `: = < <= > >=`.
        text: a day (2025-10-01, 10/01/2025, 20251001), a month, a year, or two of them with `..` between.
    """
    if ".." in text and comparison in ":=":
        low, _, high = text.partition("..")
        first, last = _span(low) if low else None, _span(high) if high else None
        if (low and first is None) or (high and last is None) or not (low or high):
            return None
        return _in_order(first[0] if first else None, last[1] if last else None)
    span = _span(text)
    if span is None:
        return None
    try:
        return _compared(comparison, *span)
    except OverflowError:
        return None


def _compared(comparison: str, first: dt.date, last: dt.date) -> Interval:
    match comparison:
        case ">=":
            return first, None
        case ">":
            return last + _DAY, None
        case "<=":
            return None, last
        case "<":
            return None, first - _DAY
    return first, last


def _span(text: str) -> tuple[dt.date, dt.date] | None:
    """Return first and last day of a day, a month or a year."""
    american = _AMERICAN.fullmatch(text)
    if american:
        month, day, year = american.groups()
    else:
        found = _COMPACT.fullmatch(text) or _ISO.fullmatch(text)
        if not found:
            return None
        year, month, day = found.groups()
    try:
        if day:
            only = dt.date(int(year), int(month), int(day))
            return only, only
        if month:
            following = int(year) * 12 + int(month)  # months from year 0 to the next one
            return dt.date(int(year), int(month), 1), dt.date(following // 12, following % 12 + 1, 1) - _DAY
        return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    except (ValueError, OverflowError):
        return None


def _in_order(low: _End | None, high: _End | None) -> tuple[_End | None, _End | None]:
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def number_interval(comparison: str, text: str) -> NumberInterval | None:
    """Return first and last number of a comparison, None if the text is no number; see `day_interval`."""
    if ".." in text and comparison in ":=":
        low, _, high = text.partition("..")
        if not (low or high) or any(end and not _NUMBER.fullmatch(end) for end in (low, high)):
            return None
        return _in_order(int(low) if low else None, int(high) if high else None)
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    match comparison:
        case ">=":
            return number, None
        case ">":
            return min(number + 1, _LARGEST), None
        case "<=":
            return None, number
        case "<":
            return (None, number - 1) if number else None  # a minus would be read as an exclusion
    return number, number
