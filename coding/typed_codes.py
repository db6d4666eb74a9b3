"""The codes that a person typed: the one place that looks at the tree of a query."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from searchcore.codes import candidates
from searchcore.query import Code, Field, Phrase, Prefix, Word, parse

# Nothing without such a piece is a code; most searches for words end here, before they are parsed once more.
_MAYBE = re.compile(r"[0-9][0-9A-Za-z.]|[A-Za-z.][0-9]")
_LETTERS = re.compile(r"\s*([A-Za-z]{2}|[A-Za-z]{7})\s*")
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


def typed_codes(text: str, fields: Collection[str] = ()) -> TypedCodes:
    """Return the codes in a text, in its order, each once.

    Args:
        text: what was typed.
        fields: names of text fields that may stand before a colon.
    """
    if not _MAYBE.search(text) and not _LETTERS.fullmatch(text):
        return NOTHING
    parsed = parse(text, fields)
    codes: dict[str, TypedCode] = {}
    words: list[Word] = []
    others = False
    for node in parsed.node.wanted():
        if isinstance(node, Code):
            codes.setdefault(node.code, TypedCode(node.text, node.code, node.systems, node.modifiers))
        elif isinstance(node, Word):
            words.append(node)
        elif isinstance(node, Phrase | Prefix | Field):
            others = True
    attached = {modifier for typed in codes.values() for modifier in typed.modifiers}
    for code in parsed.codes:
        if code not in attached:
            codes.setdefault(code, TypedCode(code, code, tuple(s.id for s in candidates(code))))
    if not codes and len(words) == 1 and not others:
        return _by_itself(words[0].text)
    return TypedCodes(tuple(codes.values()), alone=not words and not others)


def _by_itself(text: str) -> TypedCodes:
    """Return a single word as a code that no shape gives: a table of ICD-10-PCS, a number of ICD-9-CM."""
    stored = text.replace(".", "").upper()
    if not _STORED.fullmatch(stored) or not any(char.isdigit() for char in stored):
        return NOTHING
    return TypedCodes((TypedCode(text, stored, ()),), alone=True)
