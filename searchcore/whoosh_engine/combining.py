"""Combinations of Whoosh queries. Some may be None: a part without a word that the index could hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whoosh import query

from searchcore.whoosh_engine.queries import Without


def every_of(queries: Sequence[Any]) -> Any:
    """Return the query for records that all of some queries find; None if there is none."""
    known = [part for part in queries if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return query.And(known)


def any_of(queries: Sequence[Any]) -> Any:
    """Return the query for records that any of some queries finds; None if there is none."""
    known = [part for part in queries if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return query.Or(known)


def excluding(included: Any, unwanted: Sequence[Any]) -> Any:
    """Return a query without the records that any of some others finds."""
    excluded = any_of(unwanted)
    return included if included is None or excluded is None else Without(included, excluded)
