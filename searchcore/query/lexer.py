"""Cuts the text of a query into tokens. Total: every text gives tokens, in linear time."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from searchcore.codes import candidates

MAX_CLAUSES = 64
MAX_TOKENS = 2_000
MAX_DEPTH = 40
MAX_WORD = 200
MAX_PHRASE_WORDS = 32

OPERANDS = frozenset({"word", "phrase", "open"})
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), '"')
_TOKEN = re.compile(
    r"""(?P<space>[\s,;\x00-\x1f\x7f-\x9f]+)
    |(?P<open>\()|(?P<close>\))
    |(?P<phrase>"[^"]*")|(?P<quote>")
    |(?P<word>[^\s,;\x00-\x1f\x7f-\x9f"()]+)""",
    re.VERBOSE,
)
_FIELD = re.compile(r"([A-Za-z]\w*):")
_SYSTEM_NAME = re.compile(r"(cpt|hcpcs|icd-?10(-?(cm|pcs))?|dx|pos)[:#]?", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: `word`, `phrase`, `open`, `close`, `minus` or `field`.
        text: what it says: the words of a phrase without quotes, the name of a field.
        start, end: where it stands.
        glued: no blank stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool


def tokenise(text: str, fields: Collection[str], notes: list[str]) -> list[Token]:
    """Return the tokens of a text; whatever is left out or read in another way is said in `notes`.

    Parentheses in the result are balanced and at most `MAX_DEPTH` deep; at most `MAX_CLAUSES` words and
    phrases are kept.
    """
    tokens = _raw_tokens(text.translate(_QUOTES), fields, notes)
    return _balanced(_join_system_names(tokens), notes)


def has_letters(text: str) -> bool:
    """Tell whether a text has a letter or digit, so that it can be searched for."""
    return any(char.isalnum() for char in text)


def _raw_tokens(text: str, fields: Collection[str], notes: list[str]) -> list[Token]:
    found: list[Token] = []
    glued = False
    clauses = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "space"
        start, end = match.span()
        clauses += kind in ("word", "phrase")
        if clauses > MAX_CLAUSES or len(found) > MAX_TOKENS:
            _note(notes, f"the text is long; only its first {MAX_CLAUSES} words were searched")
            break
        if kind == "space":
            glued = False
            continue
        if kind == "word":
            _add_word(found, match[0], start, glued, fields, notes)
        elif kind == "phrase":
            _add_phrase(found, match[0], start, glued, notes)
        elif kind == "quote":
            _note(notes, "a quotation mark has no partner; what follows was searched as words")
        else:
            found.append(Token(kind, match[0], start, end, glued))
        glued = True
    return found


def _add_word(
    found: list[Token], text: str, start: int, glued: bool, fields: Collection[str], notes: list[str]
) -> None:
    end = start + len(text)
    # A minus stands before its word and after a blank: the hyphen of x-ray is none.
    if text[0] == "-" and (not glued or (found and found[-1].kind == "open")):
        bare = text.lstrip("-")
        found.append(Token("minus", "-", start, end - len(bare), glued))
        text, start, glued = bare, end - len(bare), True
    match = _FIELD.match(text)
    if match:
        name = match[1].lower()
        if name in fields:
            found.append(Token("field", name, start, start + match.end(), glued))
            text, start, glued = text[match.end() :], start + match.end(), True
        elif not _SYSTEM_NAME.match(match[0]) and len(text) > match.end():
            _note(notes, f"there is no text field {name[:40]!r}; it was searched as a word")
    if text in ("", "*") or has_letters(text):
        if text:
            found.append(Token("word", _cut(text, notes), start, end, glued))
    else:
        _note(notes, f"{text[:20]!r} has nothing that can be searched and was left out")


def _cut(text: str, notes: list[str]) -> str:
    if len(text) > MAX_WORD:
        _note(notes, f"a word of more than {MAX_WORD} characters was cut")
    return text[:MAX_WORD]


def _add_phrase(found: list[Token], quoted: str, start: int, glued: bool, notes: list[str]) -> None:
    words = quoted.strip('"').split()
    if len(words) > MAX_PHRASE_WORDS:
        _note(notes, f"a phrase was cut to its first {MAX_PHRASE_WORDS} words")
    text = " ".join(_cut(word, notes) for word in words[:MAX_PHRASE_WORDS])
    if has_letters(text):
        found.append(Token("phrase", text, start, start + len(quoted), glued))
    else:
        _note(notes, "a phrase without words was left out")


def _join_system_names(tokens: list[Token]) -> list[Token]:
    """Join `CPT 90862` into one word, where the second part has the shape of a code."""
    joined: list[Token] = []
    for token in tokens:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.kind == token.kind == "word"
            and _SYSTEM_NAME.fullmatch(before.text)
            and any(char.isdigit() for char in token.text)
            and candidates(token.text)
        ):
            joined[-1] = replace(before, text=f"{before.text} {token.text}", end=token.end)
        else:
            joined.append(token)
    return joined


def _balanced(tokens: list[Token], notes: list[str]) -> list[Token]:
    drop: set[int] = set()
    stack: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(position)
        elif token.kind == "close":
            if not stack:
                drop.add(position)
            elif len(stack) > MAX_DEPTH:
                drop.update((position, stack.pop()))
            else:
                stack.pop()
    drop.update(stack)
    if drop:
        _note(notes, "parentheses that have no partner, or nest too deeply, were left out")
    return [token for position, token in enumerate(tokens) if position not in drop]


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)
