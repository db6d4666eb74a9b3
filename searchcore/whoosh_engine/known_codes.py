"""Codes that only the index can tell: spelled in several words, with hyphens, or of a shape of no system.

`B 12` is a code where there is a code B12, and two words where there is none. So the parser leaves such words
alone, and they are looked up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
import numpy.typing as npt

from searchcore.codes import SYSTEM_NAME, SYSTEMS, display_form, fitting, normalise, split_system_name
from searchcore.query import And, Below, Code, CodeRange, Codes, Field, Node, Not, Or, Phrase, Word
from searchcore.query.reading import PUNCTUATION, names_next
from searchcore.whoosh_engine.attached import PROCEDURE, stored_code, with_attached, with_glued
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.columns import Columns

_LONGEST = 8
_DIGIT = re.compile(r"\d")
# What stands between two pieces of a code: a comma and a blank at most.
_WIDEST = 2
_MOST_PIECES = 7
_PIECE = re.compile(r"[0-9A-Za-z]+")
# Tables and codes of ICD-10-PCS may have no digit.
_LETTERS_ALONE = (3, 7)
# Words with the shape of a code of ICD-10-PCS: surgery, stage3b.
_LIKE_WORDS = re.compile(r"(?=.{7}$)[A-Z]{3,}(?:[0-9]{1,2}[A-Z]?)?")
# Among other words a code in pieces must look like one: J 0120, or S72 001 A.
_LETTER, _DIGITS = re.compile(r"[A-Za-z]"), re.compile(r"[0-9]{4}")
_CATEGORY, _REST = re.compile(r"[A-Za-z][0-9][0-9A-Za-z]"), re.compile(r"[0-9A-Za-z]{1,4}")
_SHORTEST_HYPHENED = 4


def with_known_codes(node: Node, columns: Columns) -> Node:
    """Return a tree in which each word, or row of words, that is a stored code is a code."""
    match node:
        case Word(text=text):
            return _as_known_code(node, text.strip(PUNCTUATION), columns)
        case Phrase(text=text) if " " not in text:
            return _as_known_code(node, text, columns)
        case Code(code=code) if _LIKE_WORDS.fullmatch(code) and not len(columns.with_codes((code,))):
            return Word(node.text, start=node.start, end=node.end)
        case Code(code=code) if "/" in code:
            return _pair(node, columns)
        case Code(code=code, named=False, modifiers=()):
            return with_glued(node, code, columns) or node
        case CodeRange(low=low, high=high) if len(low.code + high.code) <= _LONGEST:
            # B30-P0ZZ is a code with a hyphen, though both sides look like one.
            joined = (
                stored_code(one + two, (), columns, node, node)
                for one, two in permutations((low.code, high.code))
            )
            found = next(filter(None, joined), None)
            ends = all(len(columns.with_codes((code,), node.systems)) for code in (low.code, high.code))
            if found is None or not ends:
                return found or node
            return Or((found, node), start=node.start, end=node.end)
        case Codes(codes=(one, two)) if len(one.code) == 3 and len(two.code) < 3:
            # E11,65: a comma for the dot.
            return stored_code(one.code + two.code, ("ICD10CM",), columns, node, node) or node
        case And(nodes=nodes) if not _may_spell_code(nodes):
            parts = tuple(with_known_codes(part, columns) for part in nodes)
            return node if parts == nodes else replace(node, nodes=parts)
        case And(nodes=nodes):
            whole = _whole(node, columns)
            if whole is not None:
                return whole
            parts = tuple(_joined(nodes, columns))
            return replace(node, nodes=parts) if len(parts) > 1 else parts[0]
        case Or(nodes=nodes):
            return replace(node, nodes=tuple(with_known_codes(part, columns) for part in nodes))
        case Not(node=below) | Field(node=below):
            if isinstance(node, Field) and node.name in columns.text_fields:
                return node
            return replace(node, node=with_known_codes(below, columns))
    return node


def _may_spell_code(nodes: Sequence[Node]) -> bool:
    """Tell whether some parts may spell a code together: a digit is among them, or the name of a system."""
    texts = " ".join([part.text for part in nodes if isinstance(part, Word | Code)])
    return _DIGIT.search(texts) is not None or SYSTEM_NAME.match(texts) is not None


def _pair(node: Code, columns: Columns) -> Node:
    """Return the edits of a pair of codes in both orders, or its two codes where the index has no edits."""
    one, other = node.code.split("/")
    orders = dict.fromkeys((node.code, f"{other}/{one}"))
    known = tuple(replace(node, code=code) for code in orders if len(columns.with_codes((code,))))
    if known:
        return known[0] if len(known) == 1 else Codes(known, start=node.start, end=node.end)
    if not len(columns.with_codes((one, other))):
        return node
    begin, end = node.start, node.end
    codes = [Code(code, code, fitting(code), start=begin, end=end) for code in dict.fromkeys((one, other))]
    return codes[0] if len(codes) == 1 else And(tuple(codes), start=begin, end=end)


def docs_of(columns: Columns, codes: tuple[Code, ...]) -> Docs:
    """Return the versions of some codes; of a code whose system was named those of no other system."""
    named: dict[tuple[str, ...] | None, list[str]] = {}
    for code in codes:
        named.setdefault(code.systems if code.named else None, []).extend((code.code, *code.modifiers))
    found = [
        columns.with_codes(tuple(some), None if systems is None else _with_modifiers(systems))
        for systems, some in named.items()
    ]
    if not found:
        return np.zeros(0, np.uint32)
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found))


def _with_modifiers(systems: tuple[str, ...]) -> tuple[str, ...]:
    """Return systems with those of modifiers, which a code of any system may have attached."""
    return (*systems, "CPTMOD", "HCPCSMOD")


def exact_docs(node: Node, columns: Columns) -> Docs:
    """Return the versions of all codes that a tree asks for."""
    return docs_of(columns, tuple(_codes_in(node)))


def typed_so(node: Node, docs: Docs, columns: Columns) -> npt.NDArray[np.bool_]:
    """Tell of versions of codes that a tree asks for which were typed in the form of their system.

    G0439 is a form of HCPCS: of ICD-10-CM the same characters are written G04.39.
    """
    typed = {code.text.upper() for code in _codes_in(node)}
    found = [(columns.systems.of(doc), columns.codes.code(doc)) for doc in docs.tolist()]
    forms = [display_form(system, code) if system in SYSTEMS else code for system, code in found]
    return np.array([form in typed for form in forms], np.bool_)


def _codes_in(node: Node) -> list[Code]:
    codes: list[Code] = []
    for part in node.wanted():
        if isinstance(part, Code):
            codes.append(part)
        elif isinstance(part, Codes):
            codes += part.codes
        elif isinstance(part, Below):
            codes.append(Code(part.code, part.code, ("ICD10CM",), (), named=True))
    return codes


def _as_known_code(node: Node, text: str, columns: Columns) -> Node:
    if not _DIGIT.search(text):
        bare = text.replace("-", "")
        looks = len(bare) in _LETTERS_ALONE and bare.isascii() and bare.isalpha()
        found = stored_code(bare.upper(), ("ICD10PCS",), columns, node, node, text) if looks else None
        return node if found is None else replace(found, named=False)
    code = normalise(text)
    if "-" in code and len(code) >= _SHORTEST_HYPHENED:
        code = code.replace("-", "")
    return stored_code(code, (), columns, node, node) or with_glued(node, code, columns) or node


def _whole(node: And, columns: Columns) -> Node | None:
    """Return the code that a whole text is, spelled in several words (`E11 9`, `icd-10 S72 001 A`)."""
    if len(node.nodes) > _MOST_PIECES or not all(type(part) in (Word, Code) for part in node.nodes):
        return None
    if _repeats(node):
        return None
    typed = " ".join(part.text for part in node.nodes if isinstance(part, Word | Code))
    systems, rest = split_system_name(typed)
    pieces = rest.upper().replace("-", " ").replace(".", " ").split()
    code = "".join(pieces)
    if (
        not 2 < len(code) <= _LONGEST
        or not all(map(_PIECE.fullmatch, pieces))
        or not _has_digit(code, systems)
    ):
        return None
    first, last = node.nodes[0], node.nodes[-1]
    found = stored_code(code, systems, columns, first, last, typed) if code not in pieces or systems else None
    return found or with_attached(node, pieces, systems, columns)


def _repeats(node: And) -> bool:
    """Tell whether a text repeats a word, which its tree has once: `J 8 4 9 9` is not J84.9."""
    begins = [part.start for part in node.nodes[1:]]
    ends = [part.end for part in node.nodes]
    return node.end > ends[-1] or any(begin - end > _WIDEST for begin, end in zip(begins, ends, strict=False))


def _has_digit(code: str, systems: tuple[str, ...]) -> bool:
    return bool(systems) or any(map(str.isdigit, code))


def _joined(nodes: Sequence[Node], columns: Columns) -> Iterator[Node]:
    """Yield the parts of a conjunction, those that spell a code together as one."""
    at = 0
    while at < len(nodes):
        found = _row(nodes[at : at + 3], columns)
        if found is None:
            named = at and names_next(nodes[at - 1])
            yield nodes[at] if named else with_known_codes(nodes[at], columns)
            at += 1
        else:
            yield found[0]
            at += found[1]


def _row(nodes: Sequence[Node], columns: Columns) -> tuple[Code, int] | None:
    """Return the code that the first of some parts spell, and how many of them; None if they spell none."""
    pieces = [part.text for part in nodes if isinstance(part, Word | Code)]
    if len(pieces) < 2 or type(nodes[0]) not in (Word, Code) or type(nodes[1]) not in (Word, Code):
        return None
    if _LETTER.fullmatch(pieces[0]) and _DIGITS.fullmatch(pieces[1]):
        lengths = [2]
    elif _CATEGORY.fullmatch(pieces[0]) and _REST.fullmatch(pieces[1]):
        lengths = [3, 2] if len(pieces) == 3 and _LETTER.fullmatch(pieces[2]) else [2]
    else:
        return None
    for length in lengths:
        code = "".join(pieces[:length]).upper()
        systems = ("ICD10CM",) if len(pieces[0]) > 1 else ("HCPCS",)
        if PROCEDURE <= len(code) <= _LONGEST and type(nodes[length - 1]) in (Word, Code):
            found = stored_code(code, systems, columns, nodes[0], nodes[length - 1])
            if found is not None:
                return replace(found, named=False), length
    return None
