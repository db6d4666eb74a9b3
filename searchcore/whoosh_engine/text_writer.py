"""Writes the text of all records: each distinct text is analysed once, whichever fields it stands in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from searchcore.errors import ConfigurationError
from searchcore.schema import KindSchema, TextField
from searchcore.whoosh_engine.columns import words_hash
from searchcore.whoosh_engine.layout import WEIGHT_UNITS, WORDS
from searchcore.whoosh_engine.postings import (
    AnalysedTexts,
    Occurrences,
    TextBank,
    field_postings,
    merged_postings,
)
from searchcore.whoosh_engine.sections import ArraysWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places


def write_text(
    file: ArraysWriter, schema: KindSchema, records: pl.DataFrame, step: Callable[[], None]
) -> None:
    """Write words, postings of every text field, the merged field, and the hashes of titles.

    Args:
        file: where to.
        schema: the kind.
        records: one row a record.
        step: called twice for each text field.

    Raises:
        ConfigurationError: the weight of a text field cannot be kept.
    """
    units = {field.name: _units(field, schema) for field in schema.text.values()}
    bank = TextBank()
    found = {}
    for name in schema.text:
        found[name] = occurrences(bank, records[name])
        step()
    texts = bank.analysed()
    surfaces = sorted(bank.surfaces.items())
    file.add_json(WORDS, [[word for word, _ in surfaces], [stem for _, stem in surfaces]])
    _write_title_hashes(file, texts, found.get("title"), len(records))
    merged = []
    for name in schema.text:
        postings = field_postings(texts, found.pop(name), len(records))
        write_places(file, name, texts.terms, postings, len(records))
        merged.append((postings.keys, postings.counts, units[name]))
        step()
    write_merged(file, texts.terms, *merged_postings(merged), len(records))


def occurrences(bank: TextBank, column: pl.Series) -> Occurrences:
    """Return the texts of a column of strings or lists of strings."""
    frame = pl.DataFrame({"text": column}).with_row_index("record")
    if isinstance(column.dtype, pl.List):
        frame = frame.explode("text")
    frame = frame.filter(pl.col("text") != "")  # null is left out too
    distinct = frame["text"].unique(maintain_order=True)
    numbers = pl.Series([bank.number(text) for text in distinct.to_list()], dtype=pl.Int64)
    known = pl.DataFrame({"text": distinct, "number": numbers})
    frame = frame.join(known, on="text", how="left", maintain_order="left")
    return Occurrences(frame["record"].to_numpy().astype(np.int64), frame["number"].to_numpy())


def _write_title_hashes(
    file: ArraysWriter, texts: AnalysedTexts, titles: Occurrences | None, records: int
) -> None:
    found = np.zeros(records, np.uint64)
    if titles is not None:
        distinct, place = np.unique(titles.texts, return_inverse=True)
        hashes = [words_hash(texts.words(number)) for number in distinct.tolist()]
        found[titles.records] = np.array(hashes, np.uint64)[place]
    file.add_array("title_hash", found)


def _units(field: TextField, schema: KindSchema) -> int:
    """Return the weight of a field in the units in which weights are kept."""
    units = round(field.weight * WEIGHT_UNITS)
    if units <= 0 or abs(units - field.weight * WEIGHT_UNITS) > 1e-6:
        raise ConfigurationError(
            f"the weight of text.{field.name} is {field.weight}",
            where=str(schema.source),
            mend=f"use a multiple of {1 / WEIGHT_UNITS}",
        )
    return units
