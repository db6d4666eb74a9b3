"""Turns the text that a person typed into a syntax tree. Nothing is an error.

Words are AND'ed. "Phrases", prefix*, -not, OR, parentheses and field:value are understood, and codes in any
form. What cannot be understood is searched as words, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from searchcore.codes import candidates, split_modifiers
from searchcore.query.lexer import OPERANDS, Token, has_letters, tokenise
from searchcore.query.nodes import And, Code, Every, Field, Node, Not, Or, Phrase, Prefix, Word

_LONGEST_CODE = 40
_PUNCTUATION = ".:!?'’/[]{}<>"
# ICD-10-PCS codes without a digit (section G, mental health) end in Z; others of seven letters are words.
_CODE_WITHOUT_DIGIT = re.compile(r"[A-Z]{6}Z|[A-Z]{2}")
_MANUAL_SECTION = re.compile(r"\d[\d.]*")


@dataclass(frozen=True)
class Parsed:
    """A text as it was read.

    Attributes:
        node: the tree.
        codes: stored forms of the codes that are asked for, modifiers that were attached to them included.
        notes: sentences for the person about what was read in another way than it was typed.
    """

    node: Node
    codes: tuple[str, ...]
    notes: tuple[str, ...]


def parse(text: str, fields: Collection[str] = ()) -> Parsed:
    """Parse a text.

    Args:
        text: anything.
        fields: names of text fields that may stand before a colon; in lower case.
    """
    notes: list[str] = []
    tokens = tokenise(text, fields, notes)
    node = _Parser(tokens, notes).parse()
    if node is None:
        if notes:
            notes.append("nothing is left to search for; showing everything")
        node = Every(start=0, end=len(text))
    wanted = [part for part in node.wanted() if isinstance(part, Code)]
    codes = [code for part in wanted for code in (part.code, *part.modifiers)]
    return Parsed(node, tuple(dict.fromkeys(codes)), tuple(notes))


def as_code(text: str, *, alone: bool) -> Code | None:
    """Return the code that a word is, or None.

    Args:
        text: a word, perhaps with the name of a system before it (`CPT 90862`).
        alone: nothing else was typed, so that a word without a digit may be a code too (modifier LT).
    """
    typed = text.strip(_PUNCTUATION)
    if not typed or len(typed) > _LONGEST_CODE:
        return None
    if not any(char.isdigit() for char in typed) and not (
        alone and _CODE_WITHOUT_DIGIT.fullmatch(typed.upper())
    ):
        return None
    systems = tuple(system.id for system in candidates(typed))
    if not systems:
        return None
    code, modifiers = split_modifiers(typed)
    if "NCD" in systems:  # the dots of a manual section belong to its number
        code = _MANUAL_SECTION.findall(typed)[-1]
    return Code(text, code, systems, modifiers)


class _Parser:
    """Recursive descent over balanced tokens; the lexer bounds the depth."""

    def __init__(self, tokens: list[Token], notes: list[str]) -> None:
        self._tokens = tokens
        self._notes = notes
        self._at = 0
        self._alone = sum(token.kind in ("word", "phrase") for token in tokens) == 1
        self._in_field = False

    def parse(self) -> Node | None:
        """Return the tree, None if there is nothing."""
        return self._either()

    def _peek(self, ahead: int = 0) -> Token | None:
        position = self._at + ahead
        return self._tokens[position] if position < len(self._tokens) else None

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _either(self) -> Node | None:
        nodes: list[Node] = []
        while True:
            node = self._all()
            if node is not None:
                nodes.append(node)
            token = self._peek()
            if token is None or token.kind == "close":
                break
            self._at += 1  # OR: `_all` stops at nothing else
        return _combined(Or, nodes)

    def _all(self) -> Node | None:
        nodes: list[Node] = []
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "word" and token.text in ("OR", "AND"):
                if nodes and self._operand_follows():
                    if token.text == "OR":
                        break
                    self._at += 1
                    continue
                self._note(f"{token.text} stands alone and was searched as a word")
            node = self._single()
            if node is not None:
                nodes.append(node)
        return _combined(And, nodes)

    def _operand_follows(self) -> bool:
        token = self._peek(1)
        return token is not None and token.kind != "close" and token.text not in ("OR", "AND")

    def _single(self) -> Node | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "minus":
            return self._negation(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind == "open":
            return self._group()
        if token.kind == "phrase":
            return Phrase(token.text, start=token.start, end=token.end)
        return self._word(token)

    def _negation(self, minus: Token) -> Node | None:
        after = self._peek()
        if after is None or not after.glued or after.kind not in OPERANDS | {"field"}:
            self._note("a minus stands alone and was left out")
            return None
        node = self._single()
        return None if node is None else Not(node, start=minus.start, end=node.end)

    def _field(self, name: Token) -> Node | None:
        after = self._peek()
        if after is None or not after.glued or after.kind not in OPERANDS:
            self._note(f"{name.text}: has no value and was searched as a word")
            return Word(name.text, start=name.start, end=name.end)
        outside, self._in_field = self._in_field, True
        node = self._single()
        self._in_field = outside
        return None if node is None else Field(name.text, node, start=name.start, end=node.end)

    def _group(self) -> Node | None:
        node = self._either()
        self._at += 1  # the closing parenthesis: the lexer balanced them
        if node is None:
            self._note("empty parentheses were left out")
        return node

    def _word(self, token: Token) -> Node:
        start, end, text = token.start, token.end, token.text
        if text == "*":
            return Every(start=start, end=end)
        if text.endswith("*") and has_letters(text):
            return Prefix(text.rstrip("*"), start=start, end=end)
        code = None if self._in_field else as_code(text, alone=self._alone)
        if code is not None:
            return Code(code.text, code.code, code.systems, code.modifiers, start=start, end=end)
        return Word(text, start=start, end=end)


def _combined(cls: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    # Parentheses that only repeat what stands around them change nothing: a (b c) is a b c.
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, cls) else (node,))]
    unique = list(dict.fromkeys(flat))
    if not unique:
        return None
    if len(unique) == 1:
        return unique[0]
    return cls(tuple(unique), start=unique[0].start, end=unique[-1].end)
