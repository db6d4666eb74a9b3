"""What a search can try, and the answer that comes of it; see `relaxing.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from searchcore.query import Node, Word
from searchcore.whoosh_engine.counting import Kept
from searchcore.whoosh_engine.found import Found


class Attempts(Protocol):
    """What a search can do: read a text, find, and count what stands on the day and passes the filters.

    Attributes:
        noun: what one record is called.
        strict: only records with all words are wanted.
        ranked: the best matches come first, so that weaker ones do no harm below them.
    """

    noun: str
    ranked: bool
    strict: bool

    def read(self, text: str) -> Node:
        """Return the tree of a text."""

    def query(self, node: Node) -> Any:
        """Return the query of a tree; None finds nothing."""

    def run(self, wanted: Any) -> Found:
        """Return all records of a query."""

    def denied(self, node: Node) -> Sequence[tuple[Word, Word]]:
        """Return the words of a tree that deny something, each with what it denies."""

    def undenied(self, node: Node, kept: Kept) -> bool:
        """Tell whether all of some records speak of what a tree denies, without denying it."""

    def count(self, node: Node, found: Found) -> Kept:
        """Return the records that are shown, and the counts of all facets."""


@dataclass(frozen=True)
class Answer:
    """What was found, for which tree, with what must be said of it.

    Attributes:
        complete: where records with some of the words are shown, how many of those shown have all of them.
        suggestion: the text of a search that surely finds something: what was shown in place of the text, or
            what it may have been meant for.
    """

    node: Node
    found: Found
    kept: Kept
    notes: tuple[str, ...] = ()
    suggestion: str | None = None
    complete: int | None = None
