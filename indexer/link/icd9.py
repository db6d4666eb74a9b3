"""Titles of ICD-9-CM codes at the ICD-10-CM codes that the General Equivalence Mappings lead to or from."""

from __future__ import annotations

from typing import Any

import polars as pl

from indexer.link.inputs import Inputs

BACKWARD, FORWARD = "gem-cm-10to9", "gem-cm-9to10"


def icd9_titles(inputs: Inputs, words: dict[str, Any]) -> pl.DataFrame:
    """Return (code, text) of both directions, exact and approximate mappings alike.

    Where several ICD-9-CM codes together make one ICD-10-CM code, each says a part of it. Where several
    ICD-10-CM codes together make one ICD-9-CM code, its title says more than any of them, and is left out.
    So is a title that would stand at very many codes. The mappings of procedures are not among the sources.

    Args:
        inputs: the loaded releases.
        words: `schemas/texts.yaml`.
    """
    backward = inputs.table(BACKWARD, "gem", newest=True).select(code="source", icd9="target")
    forward = inputs.table(FORWARD, "gem", newest=True).filter(~pl.col("combination").fill_null(False))
    pairs = (
        pl.concat([backward, forward.select(code="target", icd9="source")])
        .drop_nulls()
        .unique(maintain_order=True)
    )
    few = pairs.filter(pl.len().over("icd9") <= words["most_codes_of_icd9"])
    titles = inputs.table("icd9cm-titles", "icd9_titles", newest=True).filter(
        pl.col("code_type") == "diagnosis"
    )
    text = pl.col("title")
    for left_out in words["icd9_left_out"]:
        text = text.str.replace_all(left_out["pattern"], left_out["with"])
    tidy = text.str.replace_all(r"\s+", " ").str.strip_chars(" ,")
    titled = titles.select(icd9="code", text=tidy).filter(pl.col("text") != "")
    return few.join(titled, on="icd9", maintain_order="left").select("code", "text")
