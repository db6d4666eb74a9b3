"""Texts drawn at random: queries of the grammar, and what becomes of them when they are damaged."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from searchcore.query import Names

NAMES = Names(
    text=frozenset({"title", "synonyms"}),
    facets=frozenset({"system", "status", "start_year", "chapter"}),
    numeric=frozenset({"start_year"}),
    aliases={"sys": "system", "year": "start_year", "eff": "valid_from", "end": "valid_to"},
    scopes=frozenset({"dx", "proc"}),
)

_CODES = [
    "E11.9",
    "e119",
    "E11",
    "I10",
    "I1A",
    "J0120",
    "j01.20",
    "G0439",
    "99213",
    "11042-59",
    "11042-59-LT",
    "0FT44ZZ",
    "S72.001A",
    "dpycfzz",
    "LT",
    "25",
    "240.2",
    "11042/97597",
    "L33577",
    "0001F",
    "0010T",
    "QA0",
    "C4A",
    "BW3",
]
_WORDS = [
    "fever",
    "knee",
    "x-ray",
    "w/o",
    "type",
    "with",
    "without",
    "not",
    "or",
    "NOT",
    "AND",
    "OR",
    "to",
    "thru",
    "a",
    "2",
    "3b",
    "dx",
    "pos",
    "cpt",
    "icd",
    "menieres",
]
_PATTERNS = [
    "diab*",
    "E11*",
    "E11.*",
    "E11.-",
    "E11-",
    "kn?e",
    "*itis",
    "992??",
    "J01??",
    "what?",
    "e11.9?",
    "*",
    "?",
    "a*b*",
    "**",
]
_NAMED = ("CPT ", "HCPCS ", "ICD-10 ", "icd-10-pcs ", "DX ", "pos ", "CPT: ", "cpt code ")
_FIELDS = [
    "title:",
    "synonyms:",
    "system:",
    "sys:",
    "status:",
    "year:",
    "start_year:",
    "eff:",
    "end:",
    "dx:",
    "proc:",
    "colour:",
    "title::",
    "x:",
]
_COMPARED = [
    "eff>=2025-10-01",
    "end<2024-01-01",
    "year:2015..2020",
    "year:none",
    "eff:2025",
    "eff>2025-13-01",
    "year>=2015",
    "year<x",
    "eff<0001-01-01",
    "end>9999-12-31",
    "eff:10/01/2025",
    "year:..2015",
    "start_year=2015",
    "title>=3",
    "year>999999999",
]
_RANGES = [
    "E10-E14",
    "99202-99215",
    "J0120-J9999",
    "E14\u2013E10",
    "E11.0-E11.9",
    "I10..I1A",
    "0001F-0010F",
    "T40-A11A",
]
_JUNK = (
    "\0", "🙂", "“", "”", '"', "(", ")", "-", "--", "\\", "\\OR", "\u200b", "\xa0", "９９２１３",
    "\u2013", ",", ";", "|", "\t", "\n", ":", "..", ">=", "' OR 1=1 --", "(a+)+$", "\ud800", "é", "胃", "İ",
    "%s", "<b>",
)  # fmt: skip
_SEPARATORS = (" ", " ", " ", ", ", ",", ";", "\t", "\n", "", " OR ", " AND ", " NOT ", " - ", " to ", "-")


def texts(seed: int, count: int) -> Iterator[str]:
    """Yield texts: half of them as the grammar has them, half damaged."""
    chance = random.Random(seed)
    for number in range(count):
        text = _query(chance, 3)
        yield _damaged(chance, text) if number % 2 else text


def _query(chance: random.Random, depth: int) -> str:
    parts = [_operand(chance, depth) for _ in range(chance.randint(1, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += chance.choice(_SEPARATORS) + part
    return text


def _operand(chance: random.Random, depth: int) -> str:
    kind = chance.randrange(13)
    if kind < 3:
        return chance.choice(_WORDS)
    if kind < 5:
        return chance.choice(_CODES)
    if kind == 5:
        return chance.choice(_PATTERNS)
    if kind == 6:
        return chance.choice(_COMPARED + _RANGES)
    if kind == 7:
        return chance.choice(_NAMED) + chance.choice(_CODES + _RANGES)
    if kind == 8:
        return ", ".join(chance.choices(_CODES, k=chance.randint(2, 4)))
    if kind == 9:
        return f'"{_query(chance, 0)}"'.replace('""', '"')
    if kind == 10:
        return chance.choice(("-", "NOT ", "--")) + _operand(chance, depth)
    if kind == 11:
        return chance.choice(_FIELDS) + chance.choice(("", " ", "-")) + _operand(chance, depth)
    return f"({_query(chance, depth - 1)})" if depth > 0 else "()"


def _damaged(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(text))
        match chance.randrange(4):
            case 0:
                text = text[:at] + chance.choice(_JUNK) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 3) :]
            case 2:
                text = text[:at] + chance.choice(string.printable) + text[at:]
            case _:
                text = text.upper() if chance.random() < 0.5 else text + text[:at]
    return text
