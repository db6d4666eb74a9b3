"""Records for engines that know neither our analysis nor parts: words, keys and facet values as text.

A row has number, code, title, live, words, keys and a column a facet. `words` are the stems of all texts of
the record, separated by blanks. A record of a joined kind has the texts of all parts that it names.
"""

from __future__ import annotations

from typing import Any, Protocol

import polars as pl

from benchmarks.plans import Plan
from benchmarks.records import Frames
from searchcore.request import NOT_SPECIFIED
from searchcore.whoosh_engine.analysis import stems

# Between two texts of a record, so that no phrase reaches from one into the next. No query holds it.
SEPARATOR = "§"
# Code systems in which a code stands below every code that it starts with.
TREES = ("ICD10CM", "ICD10PCS")


class Texts(Protocol):
    """Gives records their texts."""

    def filled(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return records with `code`, `title`, `keys`, `words`, and facets that do not depend on the day."""

    def readable(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return records with the texts and codes that queries are made from."""


def texts_of(plan: Plan, frames: Frames) -> Texts:
    """Return what gives the records of a kind their texts."""
    return OwnTexts(plan) if frames.parts is None else PartTexts(plan, frames.parts)


def plain_rows(plan: Plan, texts: Texts, records: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return the rows of some records that have `live` and `status`; the first one has the number `first`."""
    facets = [_facet(name, name in plan.several) for name in plan.facets]
    rows = texts.filled(records).with_row_index("number", offset=first)
    return rows.select(pl.col("number").cast(pl.Int64), "code", "title", "live", "words", "keys", *facets)


def exact_key(code: str) -> str:
    """Return the key of records that have this stored code; no character of it splits a word anywhere."""
    return f"is{_plain(code)}"


def below_key(system: str, prefix: str) -> str:
    """Return the key of records of a system whose code starts so."""
    return f"below{_plain(system)}x{_plain(prefix)}"


def analysed(texts: list[str]) -> str:
    """Return the stems of some texts, separated by blanks."""
    return f" {SEPARATOR} ".join(" ".join(stems(text)) for text in texts)


class OwnTexts:
    """The texts of records that hold them; each distinct text is analysed once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[str, str] = {}

    def filled(self, records: pl.DataFrame) -> pl.DataFrame:
        """See `Texts`."""
        title = pl.col("title") if "title" in records.columns else pl.lit(None, pl.String)
        keys = pl.struct("system", "code").map_elements(_keys, pl.String)
        rows = records.with_columns(title=title, keys=keys).with_row_index("at")
        words = rows.join(self._words(rows), on="at", how="left", maintain_order="left")
        return words.with_columns(pl.col("words").fill_null("")).drop("at")

    def readable(self, records: pl.DataFrame) -> pl.DataFrame:
        """See `Texts`."""
        columns = dict.fromkeys((*self._plan.words_from, *self._plan.codes_from, "system"))
        return records.select(*columns)

    def _words(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return (at, words) of the rows that have any text."""
        columns = []
        for field in self._plan.schema.text.values():
            texts = rows.select("at", pl.col(field.name).alias("text"))
            columns.append(texts.explode("text") if field.list else texts)
        long = pl.concat(columns).filter(pl.col("text").is_not_null() & (pl.col("text") != ""))
        distinct = long["text"].unique().to_list()
        for text in distinct:
            if text not in self._known:
                self._known[text] = analysed([text])
        known = {"text": distinct, "words": [self._known[text] for text in distinct]}
        stemmed = pl.DataFrame(known, schema={"text": pl.String, "words": pl.String})
        return (
            long.join(stemmed, on="text", maintain_order="left")
            .group_by("at", maintain_order=True)
            .agg(pl.col("words").str.join(f" {SEPARATOR} "))
        )


class PartTexts:
    """The texts of the parts that records name. A part is analysed once; its words are gathered by column."""

    def __init__(self, plan: Plan, parts: pl.DataFrame) -> None:
        self._schema = plan.schema
        self._parts = parts
        texts = parts.select(texts=pl.concat_list(*self._schema.parts).list.drop_nulls())["texts"].to_list()
        self._words = pl.Series([analysed(each) for each in texts], dtype=pl.String)
        self._plain = pl.Series([_plain(name) for name in parts["name"].to_list()], dtype=pl.String)

    def filled(self, records: pl.DataFrame) -> pl.DataFrame:
        """See `Texts`."""
        schema = self._schema
        names = [pl.lit(self._parts["name"].gather(records[column])) for column in schema.code]
        keys = [pl.lit(self._plain.gather(records[column])) for column in schema.code]
        words = [pl.lit(self._words.gather(records[column])) for column in schema.text]
        shown = {
            facet.name: self._parts[facet.attribute].gather(records[facet.part])
            for facet in schema.facets.values()
            if facet.part
        }
        return records.with_columns(
            code=pl.concat_str(names, separator="/"),
            title=pl.concat_str(names, separator=" / "),
            keys=pl.lit(exact_key("")) + pl.concat_str(keys, separator=_plain("/")),
            words=pl.concat_str(words, separator=f" {SEPARATOR} ", ignore_nulls=True),
            **shown,
        )

    def readable(self, records: pl.DataFrame) -> pl.DataFrame:
        """See `Texts`: the names of parts, and `words`: the texts of each code and of all codes together."""
        names = {column: self._parts["name"].gather(records[column]) for column in self._schema.text}
        each = [self._parts["words"].gather(records[column]) for column in self._schema.code]
        own = pl.concat_list(*map(pl.lit, each)).list.drop_nulls()
        words = pl.concat_list(own, own.list.join(" "))
        return records.select("system").with_columns(words=words, **names)


def _facet(name: str, several: bool) -> pl.Expr:
    """Return a facet's values with `-` where there is none, each once."""
    if not several:
        value = pl.col(name).cast(pl.String).fill_null("")
        return pl.when(value == "").then(pl.lit(NOT_SPECIFIED)).otherwise(value).alias(name)
    values = pl.col(name).fill_null([]).list.eval(pl.element().filter(pl.element() != "")).list.drop_nulls()
    none = pl.lit([NOT_SPECIFIED], pl.List(pl.String))
    filled = pl.when(values.list.len() == 0).then(none).otherwise(values)
    return filled.list.unique(maintain_order=True).alias(name)


def _plain(text: str) -> str:
    return "".join(char if char.isalnum() else SEPARATOR for char in text).lower()


def _keys(key: dict[str, str]) -> Any:
    system, code = key["system"], key["code"]
    prefixes = range(1, len(code) + 1) if system in TREES else ()
    return " ".join([exact_key(code), *(below_key(system, code[:length]) for length in prefixes)])
