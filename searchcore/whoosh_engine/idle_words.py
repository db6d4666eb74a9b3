"""Words that do not decide what is found, each sort by its stems (`schemas/language/idle.yaml`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from searchcore.data import load_yaml, schemas_dir
from searchcore.query import Code, Node, Not, Word
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


@cache
def years_stems() -> frozenset[str]:
    """Return the stems of words before which a number is an age, which does not decide either (65 y/o)."""
    return _stems_of("years")


@cache
def ending_stems() -> frozenset[str]:
    """Return the stems of idle words that are none at the end of a query (hepatitis A)."""
    return _stems_of("at_the_end")


@cache
def said_of_idle() -> dict[str, str]:
    """Return what a note says where an idle word is left out, by its stem; nothing of most of them."""
    return {stem: text for word, text in _listed("said").items() for stem in stems(word)}


def telling(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without the idle words and without ages (65 y/o), unless there is nothing else."""
    found = [
        node
        for node, behind in zip_longest(nodes, nodes[1:])
        if not (isinstance(node, Word) and _is_idle(node, behind))
        and not (isinstance(node, Word | Code) and node.text.isdigit() and _counts_years(behind))
    ]
    return found if any(not isinstance(node, Not) for node in found) else list(nodes)


def _is_idle(word: Word, behind: Node | None) -> bool:
    found = stems(word.text)
    return idle_stems().issuperset(found) and not (behind is None and ending_stems().issuperset(found))


def _counts_years(node: Node | None) -> bool:
    return isinstance(node, Word) and years_stems().issuperset(stems(node.text))


def _stems_of(sort: str) -> frozenset[str]:
    return frozenset(stems(" ".join(_listed(sort))))


def _listed(sort: str) -> Any:
    return load_yaml(schemas_dir() / "language" / "idle.yaml")[sort]
