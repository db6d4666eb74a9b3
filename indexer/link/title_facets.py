"""Facets that are read off a title: side and encounter (`schemas/language/side_and_encounter.yaml`)."""

from __future__ import annotations

from typing import Any

import polars as pl

from searchcore.data import load_yaml, schemas_dir


def _first_match(text: pl.Expr, rules: list[dict[str, str]]) -> pl.Expr:
    found: Any = pl
    for rule in rules:
        found = found.when(text.str.contains(rule["pattern"])).then(pl.lit(rule["value"]))
    result: pl.Expr = found.otherwise(pl.lit(None, pl.String))
    return result


def title_facets(title: str = "title") -> list[pl.Expr]:
    """Return the columns `laterality` and `encounter` of a title column."""
    words = load_yaml(schemas_dir() / "language" / "side_and_encounter.yaml")
    text = pl.col(title)
    bare = text.str.replace_all(words["not_side"], " ")
    return [
        _first_match(bare, words["laterality"]).alias("laterality"),
        _first_match(text, words["encounter"]).alias("encounter"),
    ]
