"""Texts of letters and single blanks, as most are: words and nothing else."""

from __future__ import annotations

import re

from searchcore.query.lexer import MAX_CLAUSES
from searchcore.query.nodes import And, Node, Word, combined

_LONGEST = 400
# At most the first letter of a word is a capital: OR is an operator, and DWY may be a code.
_WORDS = re.compile(r"[A-Za-z][a-z]{0,39}+(?: [A-Za-z][a-z]{0,39}+)*+")
_WORD = re.compile(r"[A-Za-z]+")
# A code may follow these.
_NAMES = frozenset({"cpt", "hcpcs", "icd", "dx", "pos"})


def only_words(text: str) -> Node | None:
    """Return the words of a text that is nothing else; None for any other text."""
    if len(text) > _LONGEST or not _WORDS.fullmatch(text):
        return None
    words = [Word(found[0], start=found.start(), end=found.end()) for found in _WORD.finditer(text)]
    if len(words) < 2 or len(words) > MAX_CLAUSES or any(word.text.lower() in _NAMES for word in words):
        return None
    return combined(And, list(words))
