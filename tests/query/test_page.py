"""The page on the query language says what the parser does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from searchcore.query import parse
from searchcore.query.lexer import MAX_CLAUSES, MAX_DEPTH
from searchcore.query.lists import MAX_CODES
from searchcore.schema import load_kind

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "query.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| [^|]* \| `([^`]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("typed", "canonical"), ROWS)
def test_an_example_has_the_canonical_form_that_the_page_shows(typed: str, canonical: str) -> None:
    names = load_kind("code").names
    parsed = parse(typed, names)
    assert str(parsed.node) == canonical
    assert parse(canonical, names).node == parsed.node
    assert parsed.notes == ()


def test_the_page_has_examples_and_the_right_limits() -> None:
    assert len(ROWS) > 25
    assert f"up to {MAX_CLAUSES} words" in PAGE
    assert f"up to {MAX_DEPTH} deep" in PAGE
    assert f"up to {MAX_CODES:,} codes" in PAGE
