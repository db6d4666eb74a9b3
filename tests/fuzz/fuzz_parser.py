"""Fuzz target for the query parser: `make fuzz`. What it found stays in tests/fuzz/corpus.

Any bytes are read as text. It fails where the parser raises, or where the canonical form of a tree is read as
another tree.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["searchcore.query", "searchcore.codes"]):
    from searchcore.query import parse
    from tests.query.drawn import NAMES


def one_input(data: bytes) -> None:
    """Read one text, and the canonical form of what was read."""
    text = data.decode("utf-8", "surrogateescape")
    tree = parse(text, NAMES).node
    again = parse(str(tree), NAMES).node
    if again != tree:
        raise AssertionError(f"{text!r} is read as {str(tree)!r}, which is read as {str(again)!r}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
