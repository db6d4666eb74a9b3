"""Codes that only the index can tell: spelled in several words, with hyphens, or of a shape of no system.

`B 12` is a code where there is a code B12, and two words where there is none. So the parser leaves such words
alone, and they are looked up here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from searchcore.codes import normalise, split_system_name
from searchcore.query import And, Code, Codes, Field, Node, Not, Or, Word, asked_codes
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.columns import Columns

codes_in = asked_codes

_LONGEST = 8
_MOST_PIECES = 7
_PIECE = re.compile(r"[0-9A-Za-z]+")
_MODIFIER = re.compile(r"[0-9][0-9A-Z]|[A-Z][0-9A-Z]")
_PROCEDURE = 5
# Among other words a code in pieces must look like one: J 0120, or S72 001 A.
_LETTER, _DIGITS = re.compile(r"[A-Za-z]"), re.compile(r"[0-9]{4}")
_CATEGORY, _REST = re.compile(r"[A-Za-z][0-9][0-9A-Za-z]"), re.compile(r"[0-9A-Za-z]{1,4}")
_SHORTEST_HYPHENED = 4


def with_known_codes(node: Node, columns: Columns) -> Node:
    """Return a tree in which each word, or row of words, that is a stored code is a code."""
    match node:
        case Word(text=text):
            return _as_known_code(node, text, columns)
        case Code(code=code) if code.isalpha() and len(code) == 7 and not len(columns.with_codes((code,))):
            return Word(node.text, start=node.start, end=node.end)  # icd-10-pcs surgery
        case And(nodes=nodes):
            return _whole(node, columns) or _combined(node, _joined(nodes, columns), columns)
        case Or(nodes=nodes):
            return replace(node, nodes=tuple(with_known_codes(part, columns) for part in nodes))
        case Not(node=below) | Field(node=below):
            if isinstance(node, Field) and node.name in columns.text_fields:
                return node
            return replace(node, node=with_known_codes(below, columns))
    return node


def docs_of(columns: Columns, codes: tuple[Code, ...]) -> Docs:
    """Return the versions of some codes; of a code whose system was named those of no other system."""
    named: dict[tuple[str, ...] | None, list[str]] = {}
    for code in codes:
        named.setdefault(code.systems if code.named else None, []).extend((code.code, *code.modifiers))
    found = [
        columns.with_codes(tuple(some), None if systems is None else _with_modifiers(systems))
        for systems, some in named.items()
    ]
    if len(found) == 1:
        return found[0]
    return _union(found)


def exact_docs(node: Node, columns: Columns) -> Docs:
    """Return the versions of all codes that a tree asks for."""
    codes: list[Code] = []
    for part in node.wanted():
        if isinstance(part, Code):
            codes.append(part)
        elif isinstance(part, Codes):
            codes += part.codes
    return docs_of(columns, tuple(codes))
