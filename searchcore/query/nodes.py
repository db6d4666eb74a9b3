"""The syntax tree of a query.

Every node knows where it stood in the text: `start` and `end` are offsets of characters, `end` exclusive.
Trees are equal when they mean the same, wherever they stood. `str(node)` is the canonical form of a tree:
reading it gives the same tree (`searchcore.query.canonical`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Node:
    """What all nodes have."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)

    def __str__(self) -> str:
        """Return the canonical form."""
        from searchcore.query.canonical import canonical

        return canonical(self)

    @property
    def children(self) -> tuple[Node, ...]:
        """Return the nodes one level below."""
        return ()

    def walk(self) -> Iterator[Node]:
        """Yield this node and all nodes below it, from the top down and from left to right."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def wanted(self) -> Iterator[Node]:
        """Yield as `walk` does, but nothing that is asked not to match."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            if not isinstance(node, Not):
                yield node
                stack.extend(reversed(node.children))


@dataclass(frozen=True)
class Word(Node):
    """One word as typed. It may hold several tokens of the index (`x-ray`); all of them must match."""

    text: str


@dataclass(frozen=True)
class Phrase(Node):
    """Words that stand next to each other, in this order."""

    text: str


@dataclass(frozen=True)
class Prefix(Node):
    """The beginning of a word or of a code."""

    text: str


@dataclass(frozen=True)
class Wildcard(Node):
    """A word with `?` for one character or `*` for any number of them, somewhere before its end."""

    text: str


@dataclass(frozen=True)
class Code(Node):
    """Something with the shape of a code.

    Attributes:
        text: as typed, or a form that means the same.
        code: stored form.
        systems: ids of the code systems whose shape it fits, in the order of `searchcore.codes.SYSTEMS`.
        modifiers: modifiers that were attached to it (11042-59).
        named: the person named these systems (`HCPCS G0439`, `G04.39`), so that it is a code of no other.
    """

    text: str = field(compare=False)
    code: str
    systems: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True)
class Codes(Node):
    """Several codes, of which any may match: one node, however many they are."""

    codes: tuple[Code, ...]


@dataclass(frozen=True)
class CodeRange(Node):
    """All codes from one to another, with what stands below the last one (E10-E14 has E14.9).

    Attributes:
        low, high: the ends.
        systems: ids of the code systems whose shape both ends fit.
    """

    low: Code
    high: Code
    systems: tuple[str, ...]


@dataclass(frozen=True)
class Below(Node):
    """A node of the ICD-10-CM tree and all that stands below it (`E11.*`, `E11.-`); `code` is stored form."""

    code: str


@dataclass(frozen=True)
class Facet(Node):
    """Records with a value in a facet: `name` of the facet, `value` as typed."""

    name: str
    value: str


@dataclass(frozen=True)
class Days(Node):
    """Records whose day in a column lies in an interval, bounds included; None for no bound."""

    name: str
    low: dt.date | None
    high: dt.date | None


@dataclass(frozen=True)
class Numbers(Node):
    """Records whose number in a facet lies in an interval, bounds included; None for no bound."""

    name: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Field(Node):
    """A node that is to match in one text field, or within a scope (`dx:`) of the kind."""

    name: str
    node: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """Return the one node below."""
        return (self.node,)


@dataclass(frozen=True)
class And(Node):
    """All nodes must match."""

    nodes: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """Return the nodes that must match."""
        return self.nodes


@dataclass(frozen=True)
class Or(Node):
    """At least one node must match."""

    nodes: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """Return the nodes of which one must match."""
        return self.nodes


@dataclass(frozen=True)
class Not(Node):
    """The node must not match."""

    node: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """Return the one node below."""
        return (self.node,)


@dataclass(frozen=True)
class Every(Node):
    """Everything matches."""


# These narrow a search down and say nothing of how well a record fits.
FILTERS = (Facet, Days, Numbers)


def narrows(node: Node) -> bool:
    """Tell whether a tree selects values and nothing else, so that it is no part of what may be left out."""
    if isinstance(node, And | Or | Not):
        return all(narrows(part) for part in node.children)
    return isinstance(node, FILTERS)


def combined(cls: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    """Return the And or Or of some nodes; of one the node itself, of none None."""
    # Parentheses that only repeat what stands around them change nothing: a (b c) is a b c.
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, cls) else (node,))]
    unique = list(dict.fromkeys(flat))
    if not unique:
        return None
    if len(unique) == 1:
        return unique[0]
    return cls(tuple(unique), start=flat[0].start, end=flat[-1].end)
