"""Words that do not decide what is found, each sort by its stems (`schemas/language/idle.yaml`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from searchcore.data import load_yaml, schemas_dir
from searchcore.query import Node, Not, Word
from searchcore.whoosh_engine.analysis import stems


@cache
def idle_stems() -> frozenset[str]:
    """Return the stems of words of a query that need not be found."""
    return _stems_of("idle")


@cache
def general_stems() -> frozenset[str]:
    """Return the stems of words with which a title says that it says no more (unspecified)."""
    return _stems_of("general")


@cache
def loose_stems() -> frozenset[str]:
    """Return the stems that do not count in phrases of language rules, neither in a rule nor in a text."""
    return _stems_of("within_phrases")


def telling(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without the idle words, unless there is nothing else."""
    found = [
        node for node in nodes if not (isinstance(node, Word) and idle_stems().issuperset(stems(node.text)))
    ]
    return found if any(not isinstance(node, Not) for node in found) else list(nodes)


def _stems_of(sort: str) -> frozenset[str]:
    words = load_yaml(schemas_dir() / "language" / "idle.yaml")[sort]
    return frozenset(stems(" ".join(words)))
