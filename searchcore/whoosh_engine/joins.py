"""Queries that lead from parts to records, run several at once: one pass over the records for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from searchcore.whoosh_engine.found import Found
from searchcore.whoosh_engine.queries import OfParts

# So many queries are joined at once: one bit each.
MOST_JOINED = 64


def split_joins(parts: Sequence[Any]) -> tuple[list[OfParts], list[Any]]:
    """Split sub-queries into those that lead from parts to records, and all others."""
    joins = [part for part in parts if isinstance(part, OfParts)]
    return joins, [part for part in parts if not isinstance(part, OfParts)]


def all_joined(joins: Sequence[OfParts]) -> list[Found]:
    """Return lists of records; those in all lists match all queries."""
    return [_join(some, len(some)) for some in _chunks(joins)]


def any_joined(joins: Sequence[OfParts]) -> list[Found]:
    """Return lists of records; those in any list match a query."""
    return [_join(some, 1) for some in _chunks(joins)]


def some_joined(joins: Sequence[OfParts], least: int) -> Found:
    """Return the records that match at least so many of up to `MOST_JOINED` queries, and how many."""
    return _join(joins, least, counted=True)


def _chunks(joins: Sequence[OfParts]) -> Iterator[Sequence[OfParts]]:
    for begin in range(0, len(joins), MOST_JOINED):
        yield joins[begin : begin + MOST_JOINED]


def _join(joins: Sequence[OfParts], least: int, *, counted: bool = False) -> Found:
    found: Found = joins[0].parts.join(joins, least, counted=counted)
    return found
