"""What one word of a query means: a code in any form, a range of codes, a prefix, a pattern, or a word.

The meaning of a word depends on nothing but its text, so that the canonical form of a tree is read as the
same tree again. A backslash before a word says that it is a word and nothing else.
"""

from __future__ import annotations

import re

from searchcore.codes import SYSTEM_NAME, spelling, split_system_name
from searchcore.query.nodes import Below, Code, CodeRange, Every, Node, Phrase, Prefix, Wildcard, Word

OPERATORS = frozenset({"OR", "AND", "NOT"})
RANGE_WORDS = frozenset({"to", "thru", "through"})
ESCAPE = "\\"
# Behind these, letters and digits are part of a name and no code: parvovirus B19, HLA-B27, enterovirus D68.
_NAMING = frozenset(
    [
        "adenovirus",
        "antigen",
        "coxsackie",
        "coxsackievirus",
        "echovirus",
        "enterovirus",
        "hla",
        "parvovirus",
        "rhinovirus",
        "vitamin",
    ]
)
PUNCTUATION = ".:!?'’/[]{}<>#"
_LONGEST_CODE = 40
# ICD-10-PCS codes without a digit that everybody means so; others of seven letters may be words.
_CODE_WITHOUT_DIGIT = re.compile(r"[A-Z]{6}Z|[A-Z]{2}")
_BELOW = re.compile(r"([A-Z](?:[0-9][0-9A-Z]|A[0-9]))(?:(\.)([0-9A-Z]{0,4})\*|(\.?)([0-9A-Z]{0,4})-)")
_RANGE = re.compile(r"([0-9A-Z][0-9A-Z.]{2,8}?)(?:\.\.|-)([0-9A-Z][0-9A-Z.]{2,8})")
# A `?` at the end of a word without a digit ends a question.
_PATTERN = re.compile(r"[*?]+[^\W_]|(?=.*[0-9]).*\?", re.DOTALL)
_PLAIN = re.compile(r"[^\W_]+(?:[-'’./+&]+[^\W_]+)*")
_RESERVED = re.compile(r"(?i:cpt|hcpcs|icd.*|dx|pos)|OR|AND|NOT")
_NOT_IN_RANGES = frozenset({"HCPCSMOD", "CPTMOD", "POS", "PTPPRA", "PTPOPH", "NCD"})


def names_next(node: Node) -> bool:
    """Tell whether a word makes what stands behind it part of a name."""
    return isinstance(node, Word) and node.text.lower() in _NAMING


def has_letters(text: str) -> bool:
    """Tell whether a text has a letter or digit, so that it can be searched for."""
    return text.isalnum() or any(char.isalnum() for char in text)


def has_digit(text: str) -> bool:
    """Tell whether a text has a digit."""
    return not text.isalpha() and any("0" <= char <= "9" for char in text)


def read_word(text: str, start: int = 0, end: int = 0, *, in_field: bool = False) -> Node:
    """Return what a word means.

    Args:
        text: the word, perhaps with the name of a code system before it (`CPT 90862`).
        start, end: where it stands.
        in_field: it is to stand in a text field, where a single code is a word.
    """
    if text.isalpha():
        return Word(text, start=start, end=end)
    if text.startswith(ESCAPE):
        return Word(text.lstrip(ESCAPE), start=start, end=end)
    if text.endswith("**"):
        text = text.rstrip("*") + "*"
    if text == "*":
        return Every(start=start, end=end)
    if has_digit(text) or " " in text:
        between = _several(text, start, end) if ".." in text else None
        code = None if in_field or text.endswith("??") else as_code(text, start, end)
        found = between or code or _several(text, start, end)
        if found is not None:
            return found
    if "*" in text or "?" in text:
        if _PATTERN.search(text.rstrip("*")) and has_letters(text):
            return Wildcard(text, start=start, end=end)
        if text.endswith("*") and has_letters(text):
            return Prefix(text.rstrip("*"), start=start, end=end)
    if " " in text:
        return Phrase(text, start=start, end=end)
    return Word(text, start=start, end=end)


def as_code(text: str, start: int = 0, end: int = 0, *, alone: bool = False) -> Code | None:
    """Return the code that a word is, or None.

    Args:
        text: a word, perhaps with the name of a system before it.
        start, end: where it stands.
        alone: nothing else was typed, so that a word without a digit may be a code too (modifier LT).
    """
    typed = text.strip(PUNCTUATION)
    if not typed or len(typed) > _LONGEST_CODE:
        return None
    meant, bare = split_system_name(typed)
    if not has_digit(bare) and not (
        meant == ("ICD10PCS",) or (alone and _CODE_WITHOUT_DIGIT.fullmatch(bare.upper()))
    ):
        return None
    found = spelling(typed)
    if not found.systems:
        return None
    if not (alone or has_digit(found.code) or _is_procedure(found.code, found.systems)):
        return None
    return Code(text, found.code, found.systems, found.modifiers, found.named, start=start, end=end)


def _is_procedure(code: str, systems: tuple[str, ...]) -> bool:
    """Tell whether letters are an ICD-10-PCS code, and no name of a system (a code may follow it)."""
    return "ICD10PCS" in systems and not SYSTEM_NAME.fullmatch(code)


def quoted(text: str, start: int, end: int, *, in_field: bool = False) -> Code | Phrase:
    """Return what stands in quotes: a phrase, or one code, as tables and programs write them."""
    several = " " in text and not split_system_name(text)[0]
    code = None if in_field or several else as_code(text, start, end)
    return code or Phrase(text, start=start, end=end)


def _several(text: str, start: int, end: int) -> Node | None:
    """Return the codes below a code or between two codes that a word means, or None."""
    upper = text.upper()
    below = _BELOW.fullmatch(upper)
    if below:
        return Below(below[1] + (below[3] or below[5] or ""), start=start, end=end)
    named, rest = split_system_name(text)
    found = _RANGE.fullmatch(rest.strip(PUNCTUATION).upper())
    if not found:
        return None
    before = text[: len(text) - len(rest)] if named else ""
    return code_range(as_code(before + found[1]), as_code(before + found[2]), start, end)


def code_range(low: Code | None, high: Code | None, start: int, end: int) -> CodeRange | None:
    """Return the range between two codes; None if they are not of one system, or have modifiers."""
    if low is None or high is None or low.modifiers or high.modifiers:
        return None
    systems = tuple(
        system
        for system in low.systems
        if system in high.systems and system not in _NOT_IN_RANGES and _same_series(system, low, high)
    )
    if not systems:
        return None
    named = low.named or high.named
    first, last = sorted((low.code, high.code))
    ends = [Code(code, code, systems, (), named) for code in (first, last)]
    return CodeRange(ends[0], ends[1], systems, start=start, end=end)


def _same_series(system: str, low: Code, high: Code) -> bool:
    """Tell whether CPT numbers are of one category: 0001F and 0001T are not."""
    ends = low.code[-1], high.code[-1]
    return system != "CPT" or ends[0] == ends[1] or (ends[0] + ends[1]).isdigit()


def is_plain_word(text: str) -> bool:
    """Tell whether a word needs no backslash to be read as a word."""
    return (
        _PLAIN.fullmatch(text) is not None
        and not _RESERVED.fullmatch(text)
        and type(read_word(text)) is Word
        and type(read_word(text, in_field=True)) is Word
    )


def is_code_alone(text: str) -> bool:
    """Tell whether a word without a digit is a code where nothing else was typed."""
    return text.isalpha() and as_code(text, alone=True) is not None
