"""The codes that a person typed: the one place that looks at the tree of a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchcore.codes import normalise, spelling, split_glued
from searchcore.query import Code, Codes, Field, Node, Phrase, Prefix, Wildcard, Word, parse
from searchcore.query.reading import ESCAPE, PUNCTUATION
from searchcore.result import Hit
from searchcore.schema import KindSchema

# Nothing without such a piece is a code; most searches for words end here, before they are parsed once more.
_MAYBE = re.compile(r"\d[\w.]|[\w.]\d")
_LETTERS = re.compile(r"\s*([A-Za-z]{2}|[A-Za-z]{7})\s*")
_TEXTS = (Word, Phrase, Prefix, Wildcard, Field)
_BETWEEN = re.compile(r"[,-]")
_STORED = re.compile(r"[0-9A-Z]{3,7}")


@dataclass(frozen=True)
class TypedCode:
    """A code as it was typed.

    Attributes:
        text: as typed.
        code: stored form.
        systems: the systems whose shape it has; none where only the loaded codes can tell.
        modifiers: those that were attached to it.
    """

    text: str
    code: str
    systems: tuple[str, ...]
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypedCodes:
    """The codes of a text; `alone` where it has nothing else that is looked for."""

    codes: tuple[TypedCode, ...] = ()
    alone: bool = False


NOTHING = TypedCodes()


def typed_codes(text: str, schema: KindSchema) -> TypedCodes:
    """Return the codes in a text, in its order, each once.

    Args:
        text: what was typed.
        schema: the kind that is searched, whose field names may stand before a colon.
    """
    if not _MAYBE.search(text) and not _LETTERS.fullmatch(text):
        return NOTHING
    codes: dict[str, TypedCode] = {}
    words: list[Node] = []
    for node in parse(text, schema.names).node.wanted():
        for code in (node,) if isinstance(node, Code) else node.codes if isinstance(node, Codes) else ():
            for each in _apart(TypedCode(code.text, code.code, code.systems, code.modifiers)):
                codes.setdefault(each.code, each)
        if isinstance(node, _TEXTS):
            words.append(node)
    if not codes and len(words) == 1 and isinstance(words[0], Word | Phrase) and ESCAPE not in text:
        return _by_itself(words[0].text)
    return TypedCodes(tuple(codes.values()), alone=not words)


def spelled_by(text: str, typed: TypedCodes, hits: Sequence[Hit]) -> TypedCodes:
    """Return the code that a whole text spells where the search found it so: `E 11 9`, `9921325` (with 25).

    Args:
        text: what was typed.
        typed: the codes that its words are by their shapes; what comes back where it spells no other.
        hits: what was found.
    """
    if not hits or not hits[0].exact:
        return typed
    code, spelled = hits[0].record.code, spelling(_BETWEEN.sub(" ", text))
    number, glued = split_glued(normalise(text))
    if glued and number == code != spelled.code:
        return TypedCodes((TypedCode(text.strip(), code, spelling(code).systems, glued),), alone=True)
    if spelled.code != code or code in {each.code for each in typed.codes}:
        return typed
    return TypedCodes((TypedCode(text.strip(), code, spelled.systems, spelled.modifiers),), alone=True)


def _apart(typed: TypedCode) -> tuple[TypedCode, ...]:
    """Return the two codes of a pair (11042/97597), and any other code as it is."""
    if "/" not in typed.code:
        return (typed,)
    return tuple(TypedCode(code, code, spelling(code).systems) for code in typed.code.split("/"))


def _by_itself(text: str) -> TypedCodes:
    """Return a single word as a code that no shape gives: a table of ICD-10-PCS, a number of ICD-9-CM."""
    stored = text.strip(PUNCTUATION).replace(".", "").upper()
    if not _STORED.fullmatch(stored) or not any(char.isdigit() for char in stored):
        return NOTHING
    return TypedCodes((TypedCode(text, stored, ()),), alone=True)
