"""Stored codes, and procedures with modifiers behind them: `99213 25`, `9921325` as on a claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from searchcore.codes import split_glued
from searchcore.query import And, Code, Node
from searchcore.whoosh_engine.columns import Columns

# Characters of a procedure of CPT or HCPCS Level II.
PROCEDURE = 5
_MODIFIER = re.compile(r"[0-9][0-9A-Z]|[A-Z][0-9A-Z]")
_SYSTEMS = ("CPT", "HCPCS")


def stored_code(
    code: str, systems: tuple[str, ...], columns: Columns, first: Node, last: Node, text: str = ""
) -> Code | None:
    """Return a code that the index holds, None if it holds none; of some systems only if given."""
    docs = columns.with_codes((code,), systems or None)
    if not len(docs):
        return None
    known = dict.fromkeys(columns.systems.of(doc) for doc in docs.tolist())
    return Code(text or code, code, tuple(known), (), bool(systems), start=first.start, end=last.end)


def with_attached(
    node: And, pieces: Sequence[str], systems: tuple[str, ...], columns: Columns
) -> Code | None:
    """Return a procedure with the modifiers that follow it (`99213 25`); None if that is none."""
    code, *modifiers = pieces
    if len(code) != PROCEDURE or not modifiers or not all(map(_MODIFIER.fullmatch, modifiers)):
        return None
    found = stored_code(code, systems or _SYSTEMS, columns, node.nodes[0], node.nodes[-1], code)
    return found and replace(found, modifiers=tuple(modifiers), named=bool(systems))


def with_glued(node: Node, code: str, columns: Columns) -> Code | None:
    """Return a procedure with the modifiers that are glued to it (`9921325`); None if that is none.

    What is a code as it stands is one.
    """
    number, modifiers = split_glued(code)
    if not modifiers or len(columns.with_codes((code,))):
        return None
    found = stored_code(number, _SYSTEMS, columns, node, node, number)
    return found and replace(found, modifiers=modifiers, named=False)
