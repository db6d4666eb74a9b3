"""Texts by which ICD-10-PCS codes are found: index entries, names of body parts and devices, definitions."""

from __future__ import annotations

from typing import Any

import polars as pl

from indexer.link.icd_tree import LONGEST, ancestor_titles
from indexer.link.index_references import resolved
from indexer.link.inputs import Inputs
from indexer.link.pcs_values import labels_of, named_values
from indexer.link.texts import fitting_best, with_texts

_TABLE, _OPERATION = 3, 3


def with_pcs_texts(
    records: pl.DataFrame, titles: pl.DataFrame, inputs: Inputs, words: dict[str, Any]
) -> pl.DataFrame:
    """Return records with the text fields of ICD-10-PCS.

    Args:
        records: of ICD-10-PCS.
        titles: code, title, header, said (`texts.with_words`) of each code, tables too.
        inputs: the loaded releases.
        words: `schemas/texts.yaml`.
    """
    codes = titles.filter(pl.col("code").str.len_chars() == LONGEST).select(
        "code", "said", table=pl.col("code").str.head(_TABLE)
    )
    index = inputs.table("icd10pcs-index", "pcs_index", newest=True).filter(pl.col("use").is_null())
    coded = index.drop_nulls("code").select("path", beginning="code")
    narrow = pl.col("beginning").str.len_chars() > _TABLE
    of_codes, of_tables = coded.filter(narrow), coded.filter(~narrow)
    one, operation = _referring(index, coded)
    loose = {
        "index_terms": pl.concat(
            [
                pl.concat([of_tables, operation]).select(code="beginning", text="path"),
                _below(pl.concat([of_codes, one]), codes),
            ]
        ),
        "carried_terms": _below(of_tables, codes, words["most_carried_down"]["table"]),
        "key_terms": _key_terms(codes, inputs, words["most_codes_of_key"]),
        "definitions": _definitions(codes, inputs, words),
        "ancestors": ancestor_titles(titles),
    }
    return with_texts(records, titles, {}, loose)


def _below(entries: pl.DataFrame, codes: pl.DataFrame, most: int | None = None) -> pl.DataFrame:
    """Return (code, text) for the codes that begin as an entry says, unless these are more than `most`."""
    frames = [pl.DataFrame(schema={"code": pl.String, "text": pl.String, "beginning": pl.String})]
    lengths = entries["beginning"].str.len_chars().unique().sort().to_list()
    for length in lengths:
        begun = codes.select("code", beginning=pl.col("code").str.head(length))
        if most is not None:
            begun = begun.filter(pl.len().over("beginning") <= most)
        of_length = entries.filter(pl.col("beginning").str.len_chars() == length)
        found = of_length.join(begun, on="beginning", maintain_order="left")
        frames.append(found.select("code", "beginning", text="path").select(frames[0].columns))
    return fitting_best(pl.concat(frames), codes, ["text", "beginning"]).select("code", "text")


def _referring(index: pl.DataFrame, coded: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (path, beginning) of the entries without a code that name another entry.

    First those that name an entry with codes, "see Repair, Kidney Pelvis"; then, with the tables that its
    subterms lead to, those that name a main term, such as an operation: "see Excision".
    """
    named = coded.group_by("path", maintain_order=True).agg("beginning").with_row_index("entry")
    directed = pl.col("code").is_null() & pl.col("see").is_not_null()
    see = pl.concat_str(pl.lit("see "), "see")
    referring = (
        index.filter(directed).select("path", see=see).unique(maintain_order=True).with_row_index("place")
    )
    one = resolved(referring, named.select("entry", known="path"))
    found = one.join(named.select("entry", "beginning"), on="entry", maintain_order="left").explode(
        "beginning"
    )
    left = referring.join(one, on="place", how="anti", maintain_order="left")
    main = named.select("entry", known=pl.col("path").str.extract(r"^([^,]+)"))
    table = pl.col("beginning").list.eval(pl.element().str.head(_TABLE))
    whole = resolved(left, main).join(named.select("entry", table), on="entry", maintain_order="left")
    paths = referring.select("place", "path")
    first, second = (
        pairs.join(paths, on="place", maintain_order="left")
        .select("path", "beginning")
        .unique(maintain_order=True)
        for pairs in (found, whole.explode("beginning"))
    )
    return first, second


def _key_terms(codes: pl.DataFrame, inputs: Inputs, most: int) -> pl.DataFrame:
    """Return (code, text): names of the body part, device and substance keys for the values of a code.

    A name of a value of more than `most` codes, such as a brand of mesh, stands at the tables instead.
    """
    keys = named_values(inputs)
    frames = [pl.DataFrame(schema={"code": pl.String, "text": pl.String})]
    for position in keys["position"].unique().sort().to_list():
        labels = labels_of(codes, inputs, position)
        names = keys.filter(pl.col("position") == position).drop("position")
        fits = pl.all_horizontal(
            pl.col(asked).is_null() | (pl.col(asked) == pl.col(own))
            for asked, own in (("in_system", "system"), ("for_operation", "operation"))
        )
        found = labels.join(names, on=["section", "label"], maintain_order="left").filter(fits)
        few = pl.len().over("text") <= most
        tables = found.filter(~few).select("text", code=pl.col("code").str.head(_TABLE))
        frames += [
            found.filter(few).select("code", "text"),
            tables.select("code", "text").unique(maintain_order=True),
        ]
    return pl.concat(frames)


def _definitions(codes: pl.DataFrame, inputs: Inputs, words: dict[str, Any]) -> pl.DataFrame:
    """Return (code, text): the words of the definition of the operation (third character) of a code."""
    rows = inputs.table("icd10pcs-definitions", "pcs_definitions", newest=True)
    first_line = pl.col("definition").str.extract(r"^([^\n]*)")
    said = first_line.str.replace_all(words["definition_left_out"], " ").str.replace_all(r"[\s,;]+", " ")
    told = pl.col("section").is_in(words["definition_sections"]) & (pl.col("position") == _OPERATION)
    defined = rows.filter(told).select("section", label="title", text=said.str.strip_chars())
    labels = inputs.table("icd10pcs-tables", "pcs_labels", newest=True)
    operations = labels.filter(pl.col("position") == _OPERATION).select(
        "table", "label", section=pl.col("table").str.head(1)
    )
    of_table = operations.unique(maintain_order=True).join(
        defined, on=["section", "label"], maintain_order="left"
    )
    return codes.join(of_table, on="table", maintain_order="left").select("code", "text").drop_nulls()
