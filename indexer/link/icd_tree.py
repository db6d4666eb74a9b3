"""The tree of ICD-10 codes: what stands above and below a code."""

from __future__ import annotations

import polars as pl

CATEGORY, LONGEST = 3, 7


def prefixes(codes: pl.DataFrame, *, proper: bool = True) -> pl.DataFrame:
    """Return (code, prefix, length) for each prefix of 3 to 7 characters of each code."""
    longest = pl.col("code").str.len_chars()
    lengths = pl.DataFrame({"length": list(range(CATEGORY, LONGEST + 1))}, schema={"length": pl.UInt32})
    fits = pl.col("length") < longest if proper else pl.col("length") <= longest
    return (
        codes.select("code")
        .unique(maintain_order=True)
        .join(lengths, how="cross", maintain_order="left_right")
        .filter(fits)
        .with_columns(prefix=pl.col("code").str.slice(0, pl.col("length")))
    )


def ancestor_titles(titles: pl.DataFrame) -> pl.DataFrame:
    """Return (code, text): the titles of the headers above each code, broad to narrow.

    Args:
        titles: code, title of each code of a system, headers too.
    """
    above = prefixes(titles).join(
        titles.select(prefix="code", text="title"), on="prefix", maintain_order="left"
    )
    return above.select("code", "text")
