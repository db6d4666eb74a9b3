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
        titles: `code`, and `said` of `with_words`, of each of their codes.
        exact: by field, pairs of `code` and `text`, in the order in which they are to be shown.
        loose: such pairs that are said of many codes. A text whose words are all in the title of the code is
            left out: it would add nothing but weight, and costs as much room as any other.
    """
    said = [pairs.select("code", "text", field=pl.lit(name)) for name, pairs in loose.items()]
    more = saying_more(pl.concat(said).drop_nulls("text"), titles)
    kept = {name: more.filter(pl.col("field") == name) for name in loose}
    for name, pairs in {**exact, **kept}.items():
        lists = pairs.drop_nulls("text").group_by("code", maintain_order=True)
        texts = lists.agg(pl.col("text").unique(maintain_order=True).alias(name))
        records = records.join(texts, on="code", how="left", maintain_order="left")
    return records


def with_words(titles: pl.DataFrame) -> pl.DataFrame:
    """Add `said`, the words of the title and those that join words, for comparing texts with it."""
    joining = pl.lit(text_rules()["joining_words"], pl.List(pl.String))
    said = pl.concat_list(_words(pl.col("title").fill_null("")), joining)
    return titles.with_columns(said=_numbers(said))


def saying_more(pairs: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of codes of `titles` whose text has a word that the title of the code has not.

    Args:
        pairs: `code`, `text`, and other columns, which stay.
        titles: `code`, and `said` of `with_words`; a code stands in it once.
    """
    more = pl.col("words").list.set_difference("said").list.len() > 0
    return _compared(pairs, titles).filter(more).drop("words", "said")


def fitting_best(pairs: pl.DataFrame, titles: pl.DataFrame, entry: Sequence[str]) -> pl.DataFrame:
    """Return of each entry the pairs with those codes whose titles have the most words of its text.

    An entry for a beginning of codes may name what follows: that of "Pacemaker, Single Chamber, Chest" is
    0JH6, with which codes of other devices begin, too. Where it names nothing that titles have, all stay.

    Args:
        pairs: `code`, `text`, and the columns of `entry`.
        titles: `code`, and `said` of `with_words`; a code stands in it once.
        entry: columns that name the entry.
    """
    shared = pl.col("words").list.set_intersection("said").list.len()
    compared = _compared(pairs, titles).with_columns(shared=shared)
    best = compared.filter(pl.col("shared") == pl.col("shared").max().over(entry))
    return best.drop("words", "said", "shared")


def _compared(pairs: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Add the words of the text, and `said`."""
    distinct = pairs.select(pl.col("text").unique(maintain_order=True))
    words = distinct.with_columns(words=_numbers(_words(pl.col("text"))))
    said = titles.select("code", "said")
    return pairs.join(said, on="code", maintain_order="left").join(words, on="text", maintain_order="left")


def _words(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(_PLURAL, "${1}").str.extract_all(_WORD)


def _numbers(words: pl.Expr) -> pl.Expr:
    """Return words as numbers of 64 bits, which are compared faster."""
    return words.list.eval(pl.element().hash())


@cache
def text_rules() -> dict[str, Any]:
    """Return `schemas/texts.yaml`: how texts are made from the agencies' tables."""
    rules: dict[str, Any] = load_yaml(schemas_dir() / "texts.yaml")
    return rules
