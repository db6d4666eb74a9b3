"""Roman numerals in queries: "type II" and "stage IV" are words side by side, each read alone otherwise."""

from __future__ import annotations

from dataclasses import replace

from searchcore.query import And, Node, Or, Word
from searchcore.whoosh_engine.analysis import in_context, stems


def with_numbers(node: Node) -> Node:
    """Return a tree in which a Roman numeral behind a word such as type is the number."""
    if isinstance(node, Or):
        return replace(node, nodes=tuple(map(with_numbers, node.nodes)))
    if not isinstance(node, And):
        return node
    before = ""
    nodes = []
    for part in node.nodes:
        words = stems(part.text) if isinstance(part, Word) else []
        if isinstance(part, Word) and len(words) == 1 and in_context(before, words[0]) != words[0]:
            part = replace(part, text=in_context(before, words[0]))
        nodes.append(part if isinstance(part, Word) else with_numbers(part))
        before = words[-1] if words else ""
    return replace(node, nodes=tuple(dict.fromkeys(nodes)))
