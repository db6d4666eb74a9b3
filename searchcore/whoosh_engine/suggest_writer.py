"""Writes the phrases that are suggested while somebody types: a section of the segment; see `suggest`.

suggest/texts, .ends        the phrases, the one with the highest score first
suggest/scores, docs        of each phrase its score, and a record that has it; `NO_RECORD` for none
suggest/words, .ends        the distinct words of all phrases, in order
suggest/phrases, .ends      of each word the phrases that have it, ascending
suggest/begins              of each of these whether the phrase begins with the word
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from searchcore.language import Rule
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.analysis import fold
from searchcore.whoosh_engine.layout import NO_RECORD, SUGGEST
from searchcore.whoosh_engine.sections import ArraysWriter, SectionWriter
from searchcore.whoosh_engine.sorted_texts import write_texts
from searchcore.whoosh_engine.suggest_rules import SuggestRules, asked_phrases, load_rules
from searchcore.whoosh_engine.text_bank import tokens

# The kind to whose records the rules of schemas/language lead.
_SPOKEN = "code"


def write_suggestions(
    file: ArraysWriter, schema: KindSchema, records: pl.DataFrame, language: Sequence[Rule]
) -> None:
    """Write the phrases of a kind.

    Args:
        file: where to.
        schema: a kind whose records hold text.
        records: one row a record, by system and code.
        language: the language rules.
    """
    rules = load_rules()
    frames = [_phrases(schema, records, name, share, rules) for name, share in rules.fields.items()]
    if schema.kind == _SPOKEN:
        said = Counter(rule.say for rule in language)
        frames.append(_said({text: rules.language * math.log1p(10 * count) for text, count in said.items()}))
        asked = asked_phrases()
        frames.append(_said({text: rules.asked - place / len(asked) for place, text in enumerate(asked)}))
    found = pl.concat([frame for frame in frames if frame is not None])
    found = (
        found.filter((pl.col("text").str.len_chars() <= rules.longest) & (pl.col("text") != ""))
        .with_columns(key=pl.col("text").str.to_lowercase())
        .sort(pl.col("doc") == NO_RECORD, -pl.col("score"), -pl.col("doc"), maintain_order=True)
        .group_by("key", maintain_order=True)
        .agg(pl.col("text", "doc").first(), pl.col("score").max())  # as a record has it, if one does
        .with_columns(pl.col("score") - rules.length * pl.col("text").str.len_chars())
        .sort("score", "key", descending=[True, False])
    )
    section = SectionWriter(file, SUGGEST)
    write_texts(section, "texts", found["text"].to_list())
    section.add_array("scores", found["score"].to_numpy().astype(np.float32))
    section.add_array("docs", found["doc"].to_numpy().astype(np.uint32))
    _write_words(section, found["text"])


def _phrases(
    schema: KindSchema, records: pl.DataFrame, name: str, share: float, rules: SuggestRules
) -> pl.DataFrame | None:
    """Return the phrases of one field with scores, None if the kind has no such field."""
    if name not in schema.text:
        return None
    frame = records.select(text=name, count=pl.lit(1)).with_row_index("doc")
    shown = ~records["system"].is_in(rules.headers_only) | records["header"].fill_null(False)
    if schema.text[name].list:
        frame = frame.filter(shown).explode("text")
    elif name == "title" and "family" in schema.groups:
        # Of codes that differ in side or encounter the header above them is suggested.
        family = records[schema.groups["family"].column]
        alone = family.is_null() | (family == "") | family.is_unique() | records["header"].fill_null(False)
        frame = frame.with_columns(count=pl.Series(_below(records), dtype=pl.Int32)).filter(alone & shown)
    return (
        frame.drop_nulls("text")
        .with_columns(pl.col("text").str.strip_chars())
        .group_by("text", maintain_order=True)
        .agg(pl.col("doc").last(), pl.col("count").sum())
        .with_columns(pl.col("count").clip(0, rules.shared if schema.text[name].list else None))
        .select("text", pl.col("doc").cast(pl.Int64), score=pl.col("count").log1p() * share)
    )


def _below(records: pl.DataFrame) -> list[int]:
    """Return how many records have a code that starts like that of a header; 1 for all others."""
    codes, systems = records["code"].to_list(), records["system"].to_list()
    counts = [1] * len(codes)
    keys = [f"{system} {code}" for system, code in zip(systems, codes, strict=True)]
    for place in np.flatnonzero(records["header"].fill_null(False).to_numpy()).tolist():
        # Records stand by system and code, so that what begins so stands together.
        counts[place] = bisect_left(keys, keys[place] + "\U0010ffff", place) - place
    return counts


def _said(scores: Mapping[str, float]) -> pl.DataFrame:
    """Return phrases that stand for no record, by their scores."""
    return pl.DataFrame(
        {"text": list(scores), "doc": [NO_RECORD] * len(scores), "score": list(scores.values())},
        schema={"text": pl.String, "doc": pl.Int64, "score": pl.Float64},
    )


def _write_words(section: SectionWriter, texts: pl.Series) -> None:
    """Write the words of phrases, and the phrases of each word."""
    is_plain = texts.str.len_bytes() == texts.str.len_chars()
    numbers = pl.Series(range(len(texts)), dtype=pl.UInt32)
    order = pl.concat([numbers.filter(is_plain), numbers.filter(~is_plain)])
    found = pl.DataFrame({"phrase": order, "token": tokens(texts.filter(is_plain), texts.filter(~is_plain))})
    found = found.explode("token").drop_nulls()
    distinct = found["token"].unique(maintain_order=True)
    folded = pl.DataFrame({"token": distinct, "word": [fold(token) for token in distinct.to_list()]})
    found = (
        found.with_columns(begins=pl.col("phrase").is_first_distinct())
        .join(folded, on="token", how="left", maintain_order="left")
        .filter(pl.col("word") != "")
        .group_by("word", "phrase")
        .agg(pl.col("begins").any())
        .sort("word", "phrase")
    )
    words = found["word"].rle().struct.unnest() if len(found) else pl.DataFrame({"value": [], "len": []})
    write_texts(section, "words", words["value"].to_list())
    section.add_array("phrases", found["phrase"].to_numpy().astype(np.uint32))
    section.add_array("phrases.ends", np.cumsum(words["len"].to_numpy()).astype(np.uint32))
    section.add_array("begins", found["begins"].to_numpy().astype(np.bool_))
