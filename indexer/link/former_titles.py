"""Titles of ended codes at the codes that take their place, so that these are found by the words of old."""

from __future__ import annotations

import polars as pl

# Titles of CPT numbers are licensed for these numbers, and go nowhere else. Nor does any other text become
# that of a CPT number.
_SYSTEMS = ("ICD10CM", "ICD10PCS", "HCPCS")
_KEY = ("system", "code")


def with_former_titles(codes: pl.DataFrame, successors: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return the records of kind `code` with `former_titles`.

    Args:
        codes: all records of the kind, versions of a code oldest first.
        successors: `successors.all_successors`. References to ranges of codes say too little of each.
        most: a title that would stand at more codes is left out.
    """
    newest = codes.select(*_KEY, "title").unique(_KEY, keep="last", maintain_order=True)
    pairs = successors.filter(
        pl.col("system").is_in(_SYSTEMS) & pl.col("to_system").is_in(_SYSTEMS) & pl.col("to_end").is_null()
    ).select(*_KEY, "to_system", "to_code")
    titled = (
        pairs.join(newest, on=_KEY, maintain_order="left").drop_nulls("title").unique(maintain_order=True)
    )
    few = titled.filter(pl.len().over(_KEY) <= most)
    own = newest.select(to_system="system", to_code="code", own="title")
    other = few.join(own, on=["to_system", "to_code"], maintain_order="left").filter(
        pl.col("own").is_null() | (pl.col("own") != pl.col("title"))
    )
    lists = other.group_by("to_system", "to_code", maintain_order=True).agg(
        former_titles=pl.col("title").unique(maintain_order=True)
    )
    return codes.drop("former_titles").join(
        lists, left_on=_KEY, right_on=["to_system", "to_code"], how="left", maintain_order="left"
    )
