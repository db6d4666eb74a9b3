"""The syntax tree of a query.

Every node knows where it stood in the text: `start` and `end` are offsets of characters, `end` exclusive.
Trees are equal when they mean the same, wherever they stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Node:
    """What all nodes have."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)

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
class Code(Node):
    """Something with the shape of a code.

    Attributes:
        text: as typed.
        code: stored form.
        systems: ids of the code systems whose shape it fits, in the order of `searchcore.codes.SYSTEMS`.
        modifiers: modifiers that were attached to it (11042-59).
    """

    text: str
    code: str
    systems: tuple[str, ...]
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field(Node):
    """A node that is to match in one text field."""

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
