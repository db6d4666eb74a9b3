"""The query language: our own syntax tree and the parser that never fails."""

from searchcore.query.nodes import And, Code, Every, Field, Node, Not, Or, Phrase, Prefix, Word
from searchcore.query.parser import Parsed, parse

__all__ = [
    "And",
    "Code",
    "Every",
    "Field",
    "Node",
    "Not",
    "Or",
    "Parsed",
    "Phrase",
    "Prefix",
    "Word",
    "parse",
]
