"""Texts by which ICD-10-CM codes are found: inclusion terms, index entries, titles above, ICD-9-CM titles."""

from __future__ import annotations

from typing import Any

import polars as pl

from indexer.link.cm_index import index_entries
from indexer.link.icd9 import icd9_titles
from indexer.link.icd_tree import ancestor_titles, prefixes
from indexer.link.inputs import Inputs
from indexer.link.texts import with_texts

_RANGE = r"\s*\([A-Z][0-9A-Z]{2}(-[A-Z][0-9A-Z]{2})?\)$"


def with_cm_texts(
    records: pl.DataFrame, titles: pl.DataFrame, inputs: Inputs, words: dict[str, Any]
) -> pl.DataFrame:
    """Return records with the text fields of ICD-10-CM.

    Args:
        records: of ICD-10-CM.
        titles: code, title, header, said (`texts.with_words`) of each code, headers too.
        inputs: the loaded releases.
        words: `schemas/texts.yaml`.
    """
    completed = _completed(titles, inputs)
    above = prefixes(titles).select("code", "prefix")
    above = above.join(completed, on=["code", "prefix"], how="anti", maintain_order="left")
    inclusion = _inclusion_terms(inputs)
    entries = index_entries(inputs, words)
    most = words["most_carried_down"]
    modifiers = entries.select("code", text="modifiers").explode("text").drop_nulls()
    exact = {
        "inclusion_terms": _at(completed, inclusion),
        "index_terms": _at(completed, entries.select("code", "text")),
        "index_modifiers": _at(completed, modifiers),
    }
    carried = (
        _carried(above, titles, inclusion, most["inclusion"]),
        _carried(above, titles, entries.select("code", "text"), most["index"]),
    )
    loose = {
        "carried_terms": pl.concat(carried),
        "icd9_titles": icd9_titles(inputs, words),
        "ancestors": pl.concat([_section_titles(titles, inputs), ancestor_titles(titles)]),
    }
    return with_texts(records, titles, exact, loose)


def _completed(titles: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Return (code, prefix): the code, and the node of the tabular list that a 7th character completes.

    What an index or a note says of such a node it says of the code: no more characters could be named there.
    """
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True).select(prefix="code").drop_nulls()
    nearest = (
        prefixes(titles, proper=False)
        .join(nodes, on="prefix", how="semi")
        .group_by("code", maintain_order=True)
        .agg(pl.col("prefix").last())
    )
    own = titles.select("code", prefix="code")
    return pl.concat([own, nearest.filter(pl.col("prefix") != pl.col("code"))])


def _at(completed: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    return (
        terms.select("text", prefix="code")
        .join(completed, on="prefix", maintain_order="left")
        .select("code", "text")
    )


def _carried(above: pl.DataFrame, titles: pl.DataFrame, terms: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return the terms of headers at the billable codes below, unless these are more than `most`.

    A reference of an index of an older year may point to a code that has become a header since.
    """
    named = above.join(terms.select(prefix="code").unique(), on="prefix", how="semi")
    billable = named.join(titles.filter(~pl.col("header")), on="code", how="semi")
    few = billable.filter(pl.len().over("prefix") <= most)
    return _at(few, terms)


def _inclusion_terms(inputs: Inputs) -> pl.DataFrame:
    """Return (code, text): the inclusion terms and "includes" notes that stand at a code."""
    notes = inputs.table("icd10cm-tabular", "icd_notes", newest=True)
    terms = notes.filter(pl.col("note_type").is_in(["inclusionTerm", "includes"]))
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True).filter(pl.col("code").is_not_null())
    return terms.join(nodes.select("node", "code"), on="node", maintain_order="left").select("code", "text")


def _section_titles(titles: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Return (code, text): the title of the section of each code, without its range of codes."""
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True)
    sections = nodes.filter(pl.col("node_type") == "section")
    titled = sections.select(parent="node", text=pl.col("title").str.replace(_RANGE, ""))
    placed = nodes.drop_nulls("code").select(category="code", parent="parent").join(titled, on="parent")
    codes = titles.select("code", category=pl.col("code").str.head(3))
    return codes.join(placed, on="category", maintain_order="left").select("code", "text")
