"""Turns the text that a person typed into a syntax tree. Nothing is an error.

Words are AND'ed. The language is described in docs/query.md. What cannot be understood is searched as words,
and a note says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from searchcore.codes import plain
from searchcore.query.filters import value_of
from searchcore.query.lexer import OPERANDS, Token, note, tokenise
from searchcore.query.lists import whole_list
from searchcore.query.names import Names
from searchcore.query.nodes import And, Code, Codes, Every, Field, Node, Not, Or, Word, combined
from searchcore.query.only_words import only_words
from searchcore.query.reading import (
    OPERATORS,
    RANGE_WORDS,
    as_code,
    code_range,
    is_code_alone,
    names_next,
    quoted,
    read_word,
)


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


def parse(text: str, names: Names | Collection[str] = ()) -> Parsed:
    """Parse a text.

    Args:
        text: anything.
        names: what may stand before a colon; a plain collection holds text fields.
    """
    known = names if isinstance(names, Names) else Names.of_text(names)
    notes: list[str] = []
    clean = plain(text)
    node = only_words(clean) or whole_list(clean, notes)
    if node is None:
        node = _Parser(clean, tokenise(clean, known, notes), known, notes).parse()
    if node is None:
        if notes:
            notes.append("nothing is left to search for; showing everything")
        node = Every(start=0, end=len(text))
    return Parsed(node, asked_codes(node), tuple(notes))


def asked_codes(node: Node) -> tuple[str, ...]:
    """Return the codes that a tree asks for, attached modifiers included, each once."""
    found: dict[str, None] = {}
    for part in node.wanted():
        codes = (part,) if isinstance(part, Code) else part.codes if isinstance(part, Codes) else ()
        for code in codes:
            found.update(dict.fromkeys((code.code, *code.modifiers)))
    return tuple(found)


def _in_name(before: Node, node: Node) -> Node:
    """Return a code behind a word that makes it part of a name as a word, and anything else as it is."""
    if names_next(before) and isinstance(node, Code) and node.text.isalnum():
        return Word(node.text, start=node.start, end=node.end)
    return node


class _Parser:
    """Recursive descent over balanced tokens; the lexer bounds the depth."""

    def __init__(self, text: str, tokens: list[Token], names: Names, notes: list[str]) -> None:
        self._text = text
        self._tokens = tokens
        self._names = names
        self._notes = notes
        self._at = 0
        self._field_name = ""
        # Whether what is read is to match in a text field, where a code is a word.
        self._in_text = False
        # In a text of capitals NOT is a word of a title; people who exclude something write a minus there.
        self._shouting = text.isupper() and any(
            token.text.isalpha() and len(token.text) > 2 and token.text not in OPERATORS for token in tokens
        )

    def parse(self) -> Node | None:
        """Return the tree, None if there is nothing."""
        node = self._either()
        if len(self._tokens) == 1 and type(node) is Word and is_code_alone(self._tokens[0].text):
            return as_code(node.text, node.start, node.end, alone=True)
        return node

    def _peek(self, ahead: int = 0) -> Token | None:
        position = self._at + ahead
        return self._tokens[position] if position < len(self._tokens) else None

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
        return combined(Or, nodes)

    def _all(self) -> Node | None:
        nodes: list[Node] = []
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "word" and token.text in OPERATORS:
                if token.text == "NOT" and not self._shouting and self._operand_follows():
                    self._at += 1
                    node = self._negation(token)
                    nodes += [] if node is None else [node]
                    continue
                if token.text != "NOT" and nodes and self._operand_follows():
                    if token.text == "OR":
                        break
                    self._at += 1
                    continue
                if token.text != "NOT" or not self._shouting:
                    note(self._notes, f"{token.text} stands alone and was searched as a word")
            node = self._single()
            if node is not None:
                nodes.append(_in_name(nodes[-1], node) if nodes else node)
        several = self._names.is_filter(self._field_name) and not any(isinstance(part, Not) for part in nodes)
        return combined(Or if several else And, nodes)

    def _operand_follows(self) -> bool:
        token = self._peek(1)
        if token is None or token.kind == "close":
            return False
        return not (token.kind == "word" and token.text in ("OR", "AND"))

    def _single(self) -> Node | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "minus":
            after = self._peek()
            if after is None or not after.glued or after.kind not in OPERANDS | {"field"}:
                note(self._notes, "a minus stands alone and was left out")
                return None
            return self._negation(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind == "open":
            return self._group()
        if self._names.is_filter(self._field_name):
            return self._value(token)
        if token.kind == "codes":
            return token.node
        if token.kind == "phrase":
            return quoted(token.text, token.start, token.end, in_field=self._in_text)
        return self._word(token)

    def _negation(self, sign: Token) -> Node | None:
        node = self._single()
        return None if node is None else Not(node, start=sign.start, end=node.end)

    def _field(self, name: Token) -> Node | None:
        after = self._peek()
        filtered = self._names.is_filter(name.text)
        if (
            after is None
            or after.kind not in OPERANDS
            or not (after.glued or after.kind in ("word", "phrase"))
        ):
            note(self._notes, f"{name.text}: has no value and was searched as a word")
            return Word(name.text, start=name.start, end=name.end)
        if filtered and after.kind != "open":
            self._at += 1
            return self._values(name, after)
        outside = self._field_name, self._in_text
        self._field_name = name.text
        self._in_text = self._in_text or name.text in self._names.text
        node = self._single()
        self._field_name, self._in_text = outside
        if node is None or filtered:
            return node
        return Field(name.text, node, start=name.start, end=node.end)

    def _values(self, name: Token, first: Token) -> Node | None:
        """Return what a filter with a value asks for, or with several with a comma between each two."""
        found = [self._value(first, name)]
        before = first
        while (token := self._peek()) is not None and token.kind in ("word", "phrase"):
            if self._text[before.end : token.start] != ",":
                break
            self._at += 1
            found.append(self._value(token, name))
            before = token
        node = combined(Or, [part for part in found if part is not None])
        return None if node is None else replace(node, start=name.start)

    def _value(self, token: Token, name: Token | None = None) -> Node | None:
        """Return what a value of the filter with this name, or of the one around it, asks for."""
        called, comparison = (name.text, name.comparison) if name else (self._field_name, ":")
        return value_of(
            called, comparison, token, self._text, self._names, self._notes, in_text=self._in_text
        )

    def _group(self) -> Node | None:
        node = self._either()
        self._at += 1  # the closing parenthesis: the lexer balanced them
        if node is None:
            note(self._notes, "empty parentheses were left out")
        return node

    def _word(self, token: Token) -> Node:
        if token.text in OPERATORS:
            return Word(token.text.lower(), start=token.start, end=token.end)
        node = read_word(token.text, token.start, token.end, in_field=self._in_text)
        return self._until(node) or node if isinstance(node, Code) else node

    def _until(self, low: Code) -> Node | None:
        """Return the range that begins with a code, if ` - ` or ` to ` and another code follow."""
        between, last = self._peek(), self._peek(1)
        if between is None or last is None or last.kind != "word" or last.glued:
            return None
        says_to = between.kind == "word" and between.text.lower() in RANGE_WORDS
        if between.kind != "minus" and not says_to:
            return None
        node = code_range(low, as_code(last.text, last.start, last.end), low.start, last.end)
        if node is not None:
            self._at += 2
        return node
