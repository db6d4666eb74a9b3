"""The query language: our own syntax tree and the parser that never fails."""

from searchcore.query.canonical import canonical
from searchcore.query.names import Names
from searchcore.query.nodes import (
    FILTERS,
    And,
    Below,
    Code,
    CodeRange,
    Codes,
    Days,
    Every,
    Facet,
    Field,
    Node,
    Not,
    Numbers,
    Or,
    Phrase,
    Prefix,
    Wildcard,
    Word,
    narrows,
)
from searchcore.query.parser import Parsed, asked_codes, parse

__all__ = [
    "FILTERS",
    "And",
    "Below",
    "Code",
    "CodeRange",
    "Codes",
    "Days",
    "Every",
    "Facet",
    "Field",
    "Names",
    "Node",
    "Not",
    "Numbers",
    "Or",
    "Parsed",
    "Phrase",
    "Prefix",
    "Wildcard",
    "Word",
    "asked_codes",
    "canonical",
    "narrows",
    "parse",
]
