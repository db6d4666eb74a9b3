"""Words that are codes because the index holds such a code, though no shape says so (the PCS table BW3)."""

from __future__ import annotations

from dataclasses import replace

from searchcore.codes import normalise
from searchcore.query import And, Code, Node, Not, Or, Word
from searchcore.whoosh_engine.columns import Columns


def with_known_codes(node: Node, columns: Columns) -> Node:
    """Return a tree in which each word with a digit that is a stored code is a code."""
    match node:
        case Word(text=text):
            return _as_known_code(node, text, columns)
        case And(nodes=nodes) | Or(nodes=nodes):
            return replace(node, nodes=tuple(with_known_codes(part, columns) for part in nodes))
        case Not(node=below):
            return replace(node, node=with_known_codes(below, columns))
    return node


def _as_known_code(node: Word, text: str, columns: Columns) -> Node:
    if not any(char.isdigit() for char in text):
        return node
    code = normalise(text)
    docs = columns.with_codes((code,))
    if not len(docs):
        return node
    systems = dict.fromkeys(columns.systems.of(doc) for doc in docs.tolist())
    return Code(text, code, tuple(systems), start=node.start, end=node.end)


def codes_in(node: Node) -> tuple[str, ...]:
    """Return the codes that a tree asks for, attached modifiers included, each once."""
    codes = [part for part in node.wanted() if isinstance(part, Code)]
    return tuple(dict.fromkeys(code for part in codes for code in (part.code, *part.modifiers)))
