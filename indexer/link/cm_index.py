"""Entries of the alphabetic indexes and tables of ICD-10-CM as texts of the codes that they name."""

from __future__ import annotations

from typing import Any

import polars as pl

from indexer.link.index_references import resolved
from indexer.link.inputs import Inputs

# References stay within a group: the alphabetic index speaks of the neoplasm table as of its own entry.
GROUPS = (("icd10cm-index", "icd10cm-neoplasm"), ("icd10cm-eindex",), ("icd10cm-drug",))

# The last level of a path with the parentheses in it, and one of these.
_LAST_LEVEL = r"((?:[^,()]|\([^()]*\))*)$"
_PARENTHESES = r"\(([^()]*)\)"
_NESTED = r"\([^()]*\([^()]*\)[^()]*\)"


def index_entries(inputs: Inputs, words: dict[str, Any]) -> pl.DataFrame:
    """Return (code, text, modifiers) for each entry with a code, and each that a reference leads to one.

    The text is the path without parentheses, with the words of the column that the code stands in. The
    modifiers are the nonessential ones of the entry, which a diagnosis may have or not ("ICD-10-CM Official
    Guidelines for Coding and Reporting", section I.A.7).

    Args:
        inputs: the loaded releases.
        words: `schemas/texts.yaml`.
    """
    frames = []
    for sources in GROUPS:
        tables = [inputs.table(source, "icd_index", newest=True) for source in sources]
        rows = pl.concat([table.select("path", "code", "see", "column") for table in tables])
        if rows.height:
            coded = rows.drop_nulls("code")
            frames.append(_worded(pl.concat([coded, _referring(rows, coded, words)], how="diagonal"), words))
    if not frames:
        return pl.DataFrame(schema={"code": pl.String, "text": pl.String, "modifiers": pl.List(pl.String)})
    return pl.concat(frames)


def _referring(rows: pl.DataFrame, coded: pl.DataFrame, words: dict[str, Any]) -> pl.DataFrame:
    """Return rows for the entries without a code: their path with code and column of the entry they name."""
    directed = pl.col("code").is_null() & pl.col("see").is_not_null()
    referring = rows.filter(directed).unique(maintain_order=True).with_row_index("place")
    named = _with_behaviors(coded, words).group_by("known", maintain_order=True).agg("code", "column")
    named = named.with_row_index("entry")
    pairs = resolved(referring, named).join(named, on="entry", maintain_order="left")
    paths = referring.select("place", "path")
    # Of a neoplasm the path says the behavior: "Adenocarcinoma", "see Neoplasm, malignant".
    said = pl.col("column").is_in(list(words["index_behaviors"]))
    return (
        pairs.join(paths, on="place", maintain_order="left")
        .select("path", "code", "column")
        .explode("code", "column")
        .with_columns(column=pl.when(~said).then("column"))
    )


def _with_behaviors(coded: pl.DataFrame, words: dict[str, Any]) -> pl.DataFrame:
    """Add the names under which references know a row: the path, and path and behavior in a table."""
    names = pl.DataFrame(
        [(column, name) for column, several in words["index_behaviors"].items() for name in several],
        schema={"column": pl.String, "name": pl.String},
        orient="row",
    )
    behaved = coded.join(names, on="column", maintain_order="left")
    return pl.concat(
        [
            coded.select("code", "column", known="path"),
            behaved.select("code", "column", known=pl.concat_str("path", pl.lit(", "), "name")),
        ]
    )


def _worded(rows: pl.DataFrame, words: dict[str, Any]) -> pl.DataFrame:
    columns = words["index_columns"]
    before, behind = (
        pl.col("column").replace_strict(
            {name: column.get(side) for name, column in columns.items()}, default=None, return_dtype=pl.String
        )
        for side in ("before", "behind")
    )
    bare = pl.col("path").str.replace_all(_NESTED, " ").str.replace_all(_PARENTHESES, " ")
    tidy = bare.str.replace_all(r"\s+", " ").str.replace_all(r" ?(, ?)+", ", ").str.strip_chars(" ,")
    headed = pl.when(before.is_null()).then(tidy).otherwise(pl.concat_str(before, pl.lit(" "), tidy))
    text = pl.when(behind.is_null()).then(headed).otherwise(pl.concat_str(headed, pl.lit(", "), behind))
    modifiers = pl.col("path").str.extract(_LAST_LEVEL).str.extract_all(_PARENTHESES)
    idle = pl.element().str.strip_chars("()").str.contains(words["index_idle"])
    return rows.select(
        code=pl.col("code").str.strip_chars_end("-"),
        text=text,
        modifiers=modifiers.list.eval(pl.element().filter(~idle).str.strip_chars("()")),
    )
