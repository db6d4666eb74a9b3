"""Writes the text of all records: each distinct text is analysed once, whichever fields it stands in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from searchcore.errors import ConfigurationError
from searchcore.schema import KindSchema, TextField
from searchcore.whoosh_engine.layout import WEIGHT_UNITS
from searchcore.whoosh_engine.postings import AnalysedTexts, Occurrences, field_postings, merged_postings
from searchcore.whoosh_engine.sections import ArraysWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places
from searchcore.whoosh_engine.text_bank import analysed
from searchcore.whoosh_engine.title_hash import combined_hashes, term_hash
from searchcore.whoosh_engine.words import write_words


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
    texts, found = analysed({name: records[name] for name in schema.text})
    for _ in schema.text:
        step()
    write_words(file, texts.surfaces)
    _write_title_hashes(file, texts, found.get("title"), len(records))
    merged = []
    for name in schema.text:
        postings = field_postings(texts, found.pop(name), len(records))
        write_places(file, name, texts.terms, postings, len(records))
        merged.append((postings.keys, postings.counts, units[name]))
        step()
    write_merged(file, texts.terms, *merged_postings(merged), len(records))


def _write_title_hashes(
    file: ArraysWriter, texts: AnalysedTexts, titles: Occurrences | None, records: int
) -> None:
    """Write `words_hash` of each title, 0 for none."""
    found = np.zeros(records, np.uint64)
    if titles is not None and len(titles.texts):
        hashes = np.array([term_hash(term) for term in texts.terms], np.uint64)
        distinct, place = np.unique(titles.texts, return_inverse=True)
        terms, lengths = texts.expand(distinct)
        owners = np.repeat(np.arange(len(distinct)), lengths)
        # A repeated word counts once, where it first stands.
        keys = owners * (len(texts.terms) + 1) + terms
        first = np.zeros(len(keys), np.bool_)
        first[np.unique(keys, return_index=True)[1]] = True
        found[titles.records] = combined_hashes(hashes[terms[first]], owners[first], len(distinct))[place]
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
