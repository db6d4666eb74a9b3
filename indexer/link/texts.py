"""Texts by which records are found: pairs of a code and a text, put together as list columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from searchcore.data import load_yaml, schemas_dir

# Words for comparing texts; the engine has its own analysis.
_WORD = r"[0-9a-z]+"
_PLURAL = r"([a-z]{2})s\b"


def with_texts(
    records: pl.DataFrame,
    titles: pl.DataFrame,
    exact: Mapping[str, pl.DataFrame],
    loose: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return records with a list column for each field: the texts of the code.

    Args:
        records: records of one system, with `code`.
        titles: `code`, `title` of each of their codes.
        exact: by field, pairs of `code` and `text`, in the order in which they are to be shown.
        loose: such pairs that are said of many codes. A text whose words are all in the title of the code is
            left out: it would add nothing but weight, and costs as much room as any other.
    """
    more = {name: saying_more(pairs.drop_nulls("text"), titles) for name, pairs in loose.items()}
    for name, pairs in {**exact, **more}.items():
        lists = pairs.drop_nulls("text").group_by("code", maintain_order=True)
        texts = lists.agg(pl.col("text").unique(maintain_order=True).alias(name))
        records = records.join(texts, on="code", how="left", maintain_order="left")
    return records


def saying_more(pairs: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of codes of `titles` whose text has a word that the title of the code has not.

    Args:
        pairs: `code`, `text`, and other columns, which stay.
        titles: `code`, `title`; a code stands in it once.
    """
    more = pl.col("words").list.set_difference("said").list.len() > 0
    return _compared(pairs, titles).filter(more).drop("words", "said")


def fitting_best(pairs: pl.DataFrame, titles: pl.DataFrame, entry: Sequence[str]) -> pl.DataFrame:
    """Return of each entry the pairs with those codes whose titles have the most words of its text.

    An entry for a beginning of codes may name what follows: that of "Pacemaker, Single Chamber, Chest" is
    0JH6, with which codes of other devices begin, too. Where it names nothing that titles have, all stay.

    Args:
        pairs: `code`, `text`, and the columns of `entry`.
        titles: `code`, `title`; a code stands in it once.
        entry: columns that name the entry.
    """
    shared = pl.col("words").list.set_intersection("said").list.len()
    compared = _compared(pairs, titles).with_columns(shared=shared)
    best = compared.filter(pl.col("shared") == pl.col("shared").max().over(entry))
    return best.drop("words", "said", "shared")


def _compared(pairs: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Add the words of the text, and `said`, the words of the title."""
    words = _words(pl.concat([pairs["text"], titles["title"]]).drop_nulls().unique(maintain_order=True))
    none = pl.lit([], pl.List(pl.UInt32))
    titled = titles.join(words, left_on="title", right_on="text", how="left").select(
        "code", said=pl.col("words").fill_null(none)
    )
    found = pairs.join(titled, on="code", maintain_order="left")
    return found.join(words, on="text", how="left", maintain_order="left").with_columns(
        pl.col("words").fill_null(none)
    )


def _words(texts: pl.Series) -> pl.DataFrame:
    """Return (text, words): the words of each text as numbers, in the singular, but for joining words."""
    small = texts.str.to_lowercase().str.replace_all(_PLURAL, "${1}")
    long = pl.DataFrame({"text": texts, "words": small.str.extract_all(_WORD)}).explode("words")
    long = long.filter(~pl.col("words").is_in(text_rules()["joining_words"]))
    # The numbers serve within this frame only: which they are does not matter.
    numbered = long.with_columns(pl.col("words").cast(pl.Categorical).to_physical().cast(pl.UInt32))
    return numbered.group_by("text", maintain_order=True).agg(pl.col("words").drop_nulls())


@cache
def text_rules() -> dict[str, Any]:
    """Return `schemas/texts.yaml`: how texts are made from the agencies' tables."""
    rules: dict[str, Any] = load_yaml(schemas_dir() / "texts.yaml")
    return rules
