"""Cuts the text of a query into tokens. Total: every text gives tokens, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchcore.codes import SYSTEM_NAME, seen
from searchcore.query.lists import codes_of, run_of_codes
from searchcore.query.names import Names
from searchcore.query.nodes import CodeRange, Codes, Node
from searchcore.query.reading import ESCAPE, as_code, has_digit, has_letters, read_word

MAX_CLAUSES = 64
MAX_TOKENS = 2_000
MAX_DEPTH = 40
MAX_WORD = 200
MAX_PHRASE_WORDS = 32

OPERANDS = frozenset({"word", "phrase", "open", "codes"})
_LEFT_OUT = r"\s,;|\x00-\x1f\x7f-\x9f"
_TOKEN = re.compile(
    rf"""(?P<space>[{_LEFT_OUT}]++)
    |(?P<open>\()|(?P<close>\))
    |(?P<phrase>"[^"]*+")|(?P<quote>")
    |(?P<word>[^{_LEFT_OUT}"()]++)""",
    re.VERBOSE,
)
_NAME = re.compile(r"([A-Za-z][\w-]*?)(:|>=|<=|=>|=<|[<>=≥≤])")
_COMPARISON = re.compile(r">=|<=|=>|=<|[<>=≥≤]")
_NAMED = re.compile(rf"{SYSTEM_NAME.pattern}[\s:#-]++(?P<code>[^{_LEFT_OUT}\"()]++)", re.IGNORECASE)
_NAMES_BEGIN = frozenset("cChHiIdDpP")
_PROCEDURE_LENGTH = 7
_LEADING = "-+=<>≥≤~^"
_COMPARISONS = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: `word`, `phrase`, `codes`, `open`, `close`, `minus` or `field`.
        text: what it says: the words of a phrase without quotes, the name of a field.
        start, end: where it stands.
        glued: no blank stands before it.
        comparison: of a field what stands behind its name: `: = < <= > >=`.
        node: of a list of codes.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool
    comparison: str = ""
    node: Node | None = None


def tokenise(text: str, names: Names, notes: list[str]) -> list[Token]:
    """Return the tokens of a text; whatever is left out or read in another way is said in `notes`.

    Parentheses in the result are balanced and at most `MAX_DEPTH` deep, those around a list of codes not
    counted; at most `MAX_CLAUSES` words and phrases are kept.
    """
    return _balanced(_Cutter(text, names, notes).cut(), notes)


class _Cutter:
    def __init__(self, text: str, names: Names, notes: list[str]) -> None:
        self._text = text
        self._names = names
        self._notes = notes
        self._found: list[Token] = []
        self._glued = False

    def cut(self) -> list[Token]:
        """Return the tokens, parentheses as they stand."""
        at, clauses = 0, 0
        while match := _TOKEN.match(self._text, at):
            kind = match.lastgroup
            at = match.end()
            if kind == "space":
                self._glued = False
                continue
            clauses += kind in ("word", "phrase")
            if clauses > MAX_CLAUSES or len(self._found) > MAX_TOKENS:
                note(self._notes, f"the text is long; only its first {MAX_CLAUSES} words were searched")
                break
            if kind == "word":
                at = self._word(match[0], match.start())
            elif kind == "phrase":
                self._phrase(match[0], match.start())
            elif kind == "quote":
                note(self._notes, "a quotation mark has no partner; what follows was searched as words")
            else:
                self._found.append(Token(str(kind), match[0], match.start(), at, self._glued))
            self._glued = True
        return self._found

    def _word(self, text: str, start: int) -> int:
        """Add the tokens of a chunk without blanks; return where the text goes on."""
        end = start + len(text)
        if text.isalpha() and text[0] not in _NAMES_BEGIN:
            self._add(text, start, end)
            return end
        # A minus stands before its word and after a blank: the hyphen of x-ray is none.
        if text[0] == "-" and (not self._glued or (self._found and self._found[-1].kind == "open")):
            bare = text.lstrip("-")
            self._found.append(Token("minus", "-", start, end - len(bare), self._glued))
            text, start, self._glued = bare, end - len(bare), True
        fielded = self._compares(text, start)
        if not fielded:
            text = text.lstrip(_LEADING)
            start = end - len(text)
            after = self._list(text, start) or self._named(start)
            if after:
                return after
            fielded = self._names_field(text, start)
        if fielded:
            text, start, self._glued = text[fielded - start :], fielded, True
            if not self._names.is_filter(self._found[-1].text):
                text = text.lstrip(_LEADING)
                start = end - len(text)
                after = self._list(text, start) or self._named(start)
                if after:
                    return after
        if text:
            self._operand(text, start, end)
        elif not fielded and (not self._found or self._found[-1].kind != "minus"):
            note(
                self._notes,
                f"{self._text[end - 1 : end]!r} has nothing that can be searched and was left out",
            )
        return end

    def _compares(self, text: str, start: int) -> int:
        """Read the word before as the name of a field if a comparison follows (`eff >= 2025-10-01`)."""
        found = _COMPARISON.match(text)
        last = self._found[-1] if self._found else None
        name = self._names.compared(last.text) if found and last and last.kind == "word" else ""
        if not (found and last and name):
            return 0
        comparison = _COMPARISONS.get(found[0], found[0])
        self._found[-1] = Token("field", name, last.start, start + found.end(), last.glued, comparison)
        return start + found.end()

    def _names_field(self, text: str, start: int) -> int:
        name = _NAME.match(text)
        if name is None:
            return 0
        end = start + name.end()
        return end if self._field(name[1], _COMPARISONS.get(name[2], name[2]), start, end) else 0

    def _field(self, typed: str, comparison: str, start: int, end: int) -> bool:
        """Add the name of a field, if it is one; a comparison needs one that can be compared."""
        name = self._names.resolve(typed) if comparison == ":" else self._names.compared(typed)
        if not name and comparison == "=" and self._names.is_filter(self._names.resolve(typed)):
            name = self._names.resolve(typed)
        if name:
            self._found.append(Token("field", name, start, end, self._glued, comparison))
        elif comparison == ":" and end - start > 1 and not self._text[end : end + 2].startswith("//"):
            near = self._names.near(typed)
            advice = f"; did you mean {near}:?" if near else ""
            if end < len(self._text) and self._text[end].isalnum() and not SYSTEM_NAME.fullmatch(typed):
                said = f"there is no field {typed[:40]!r}; it was searched as a word{advice}"
                note(self._notes, said)
        return bool(name)

    def _named(self, start: int) -> int | None:
        """Add a code with the name of its system before it, as one word; return where it ends."""
        if self._text[start : start + 1] not in _NAMES_BEGIN:
            return None
        match = _NAMED.match(self._text, start)
        if match is None or not (has_digit(match["code"]) or len(match["code"]) == _PROCEDURE_LENGTH):
            return None
        if self._text.startswith(":", match.end("name")) and self._names.resolve(match["name"]):
            return None  # the scope dx:
        text = " ".join(seen(f"{match['name']} {match['code']}").split())
        if as_code(text, alone=True) is None and type(read_word(text)) is not CodeRange:
            return None
        self._found.append(Token("word", text, start, match.end(), self._glued))
        return match.end()

    def _list(self, text: str, start: int) -> int | None:
        """Add a list of codes as one token; return where it ends."""
        listed = text[:1] in _NAMES_BEGIN or has_digit(text)
        run = run_of_codes(self._text, start) if listed else None
        if run is None:
            return None
        codes, end = run
        node = codes_of(codes, self._notes, start, end)
        kind, said = ("codes", "") if isinstance(node, Codes) else ("word", codes[0].text)
        self._found.append(Token(kind, said, start, end, self._glued, node=node))
        return end

    def _operand(self, text: str, start: int, end: int) -> None:
        hidden, text = text, seen(text)
        # A name with a character in it that nobody sees is none, and must not be read as one again.
        escaped = text.startswith(ESCAPE) or (hidden != text and _NAME.match(text) is not None)
        bare = ESCAPE + text.lstrip(ESCAPE) if escaped else text.lstrip(_LEADING)
        if has_letters(bare) or bare == "*":
            self._add(bare, start, end)
        else:
            note(self._notes, f"{text[:20]!r} has nothing that can be searched and was left out")

    def _add(self, text: str, start: int, end: int) -> None:
        longest = MAX_WORD + text.startswith(ESCAPE)
        if len(text) > longest:
            note(self._notes, f"a word of more than {MAX_WORD} characters was cut")
        self._found.append(Token("word", text[:longest], start, end, self._glued))

    def _phrase(self, quoted: str, start: int) -> None:
        words = seen(quoted).strip('"').split()
        if len(words) > MAX_PHRASE_WORDS:
            note(self._notes, f"a phrase was cut to its first {MAX_PHRASE_WORDS} words")
        if any(len(word) > MAX_WORD for word in words):
            note(self._notes, f"a word of more than {MAX_WORD} characters was cut")
        text = " ".join(word[:MAX_WORD] for word in words[:MAX_PHRASE_WORDS])
        if has_letters(text):
            self._found.append(Token("phrase", text, start, start + len(quoted), self._glued))
        else:
            note(self._notes, "a phrase without words was left out")


def _balanced(tokens: list[Token], notes: list[str]) -> list[Token]:
    drop: set[int] = set()
    stack: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(position)
        elif token.kind == "close":
            if not stack:
                drop.add(position)
            elif len(stack) > MAX_DEPTH and not _around_list(tokens, stack[-1], position):
                drop.update((position, stack.pop()))
            else:
                stack.pop()
    drop.update(stack)
    if drop:
        note(notes, "parentheses that have no partner, or nest too deeply, were left out")
    return [token for position, token in enumerate(tokens) if position not in drop]


def _around_list(tokens: list[Token], begin: int, end: int) -> bool:
    return end == begin + 2 and tokens[begin + 1].kind == "codes"


def note(notes: list[str], text: str) -> None:
    """Add a sentence to the notes, once."""
    if text not in notes:
        notes.append(text)
