"""The canonical form of a tree: text that is read as the same tree."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from searchcore.codes import display_form
from searchcore.query.nodes import (
    And,
    Below,
    Code,
    CodeRange,
    Codes,
    Days,
    Every,
    Facet,
    Field,
    Node,
    Not,
    Numbers,
    Or,
    Phrase,
    Prefix,
    Wildcard,
    Word,
)
from searchcore.query.reading import ESCAPE, RANGE_WORDS, is_code_alone, is_plain_word

_PLAIN_VALUE = re.compile(r"[^\W_][\w.+/-]*")
_NAMES = {
    ("CPT", "CPTMOD"): "CPT",
    ("ICD10CM",): "DX",
    ("ICD10PCS",): "ICD-10-PCS",
    ("ICD10CM", "ICD10PCS"): "ICD-10",
    ("POS",): "POS",
}


def canonical(node: Node) -> str:
    """Return the canonical form of a tree."""
    match node:
        case And(nodes=nodes):
            return " ".join(_parts(nodes))
        case Or(nodes=nodes):
            return " OR ".join(canonical(part) if isinstance(part, And) else _leaf(part) for part in nodes)
        case Codes(codes=codes):
            return ", ".join(map(_code, codes))
        case Word(text=text) if is_code_alone(text):
            return ESCAPE + text
    return _leaf(node)


def _parts(nodes: tuple[Node, ...]) -> Iterator[str]:
    before: Node | None = None
    for node in nodes:
        # Behind a code, however it is wrapped, `to` would make a range.
        after_word = before is None or isinstance(before, Word | Phrase)
        between = isinstance(node, Word) and node.text.lower() in RANGE_WORDS and not after_word
        if isinstance(node, Or):
            yield _inside(node)
        else:
            yield (ESCAPE if between else "") + _leaf(node)
        before = node


def _inside(node: Node) -> str:
    return f"({canonical(node)})"


def _leaf(node: Node) -> str:
    match node:
        case Word(text=text):
            return text if is_plain_word(text) else ESCAPE + text
        case Phrase(text=text):
            return f'"{text}"'
        case Prefix(text=text):
            return f"{text}*"
        case Wildcard(text=text):
            return text
        case Code():
            return _code(node)
        case CodeRange(low=low, high=high):
            return f"{_code(low)}-{_bare(high)}"
        case Below(code=code):
            return f"{code}.*" if len(code) == 3 else f"{display_form('ICD10CM', code)}*"
        case Facet(name=name, value=value):
            return f"{name}:{value}" if _PLAIN_VALUE.fullmatch(value) else f'{name}:"{value}"'
        case Days(name=name, low=low, high=high) | Numbers(name=name, low=low, high=high):
            return _interval(name, low, high)
        case Field(name=name, node=below):
            nested = isinstance(below, Field | Facet | Days | Numbers)
            return f"{name}:{_inside(below) if nested else _operand(below)}"
        case Not(node=below):
            return f"-{_operand(below)}"
        case Every():
            return "*"
    return _inside(node)


def _operand(node: Node) -> str:
    return _inside(node) if isinstance(node, And | Or | Not | Codes) else _leaf(node)


def _code(node: Code) -> str:
    bare = _bare(node)
    if not node.named or "." in bare:
        return bare
    return f"{_name(node.systems)} {bare}"


def _bare(node: Code) -> str:
    """Return a code without the name of its system; with a dot where that says which system it is of."""
    dotted = node.named and node.systems == ("ICD10CM",)
    code = display_form("ICD10CM", node.code) if dotted else node.code
    return "-".join((code, *node.modifiers))


def _name(systems: tuple[str, ...]) -> str:
    """Return the shortest name of a system that means at least these."""
    for names, name in _NAMES.items():
        if set(systems) <= set(names):
            return name
    return "HCPCS"


def _interval(name: str, low: dt.date | int | None, high: dt.date | int | None) -> str:
    if low is None or high is None:
        return f"{name}<={high}" if low is None else f"{name}>={low}"
    return f"{name}:{low}" if low == high else f"{name}:{low}..{high}"
