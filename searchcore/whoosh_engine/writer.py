"""Writes the index of one kind: columns, postings and stored values in one segment file, and Whoosh's table
of contents beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from searchcore.engine import BASE_COLUMNS, Progress
from searchcore.errors import BuildError, ConfigurationError
from searchcore.schema import KindSchema, TextField
from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.columns import schema_form
from searchcore.whoosh_engine.columns_writer import write_columns
from searchcore.whoosh_engine.layout import WEIGHT_UNITS, WORDS, sort_columns, whoosh_schema
from searchcore.whoosh_engine.postings import TextBank, field_postings, merged_postings, occurrences
from searchcore.whoosh_engine.segment_file import SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places, write_stored, write_toc


class WhooshWriter:
    """The `IndexWriter` of the Whoosh engine. The same records give the same bytes."""

    def write(self, schema: KindSchema, records: pl.DataFrame, directory: Path, progress: Progress) -> None:
        """Write all records; see `searchcore.engine.IndexWriter`.

        Raises:
            BuildError: the directory is not empty, a column is missing, or the rows are not in order.
            ConfigurationError: the weight of a text field cannot be kept.
        """
        _check(schema, records, directory)
        steps = _Steps(progress, len(records), 4 + 2 * len(schema.text))
        with SegmentFileWriter(segment_path(directory)) as file:
            file.values["count"] = len(records)
            file.values["schema"] = schema_form(schema)
            write_columns(file, schema, records)
            steps.done()
            _write_text(file, schema, records, steps)
            write_stored(file, *_stored(schema, records))
            steps.done()
            file.values["toc"] = write_toc(directory, whoosh_schema(schema), len(records))
            file.finish()
        steps.done()


class _Steps:
    """Reports steps of about the same length as a share of the records."""

    def __init__(self, progress: Progress, total: int, steps: int) -> None:
        self._progress = progress
        self._total = total
        self._steps = steps
        self._done = 0
        progress(0, total)

    def done(self) -> None:
        """Report that one more step is done."""
        self._done += 1
        self._progress(self._total * self._done // self._steps, self._total)


def _check(schema: KindSchema, records: pl.DataFrame, directory: Path) -> None:
    if any(directory.iterdir()):
        raise BuildError("the directory of a new index is not empty", where=str(directory))
    facets = {facet.name for facet in schema.facets.values() if not facet.as_of}
    missing = {*BASE_COLUMNS, *schema.text, *facets, *sort_columns(schema)} - set(records.columns)
    if missing:
        raise BuildError(
            f"the records of kind {schema.kind!r} lack the columns {', '.join(sorted(missing))}",
            where=str(schema.source),
        )


def _write_text(file: SegmentFileWriter, schema: KindSchema, records: pl.DataFrame, steps: _Steps) -> None:
    units = {field.name: _units(field, schema) for field in schema.text.values()}
    bank = TextBank()
    found = {}
    for name in schema.text:
        found[name] = occurrences(bank, records[name].to_list())
        steps.done()
    texts = bank.analysed()
    surfaces = sorted(bank.surfaces.items())
    file.add_json(WORDS, [[word for word, _ in surfaces], [stem for _, stem in surfaces]])
    merged = []
    for name in schema.text:
        postings = field_postings(texts, found.pop(name), len(records))
        write_places(file, name, texts.terms, postings, len(records))
        merged.append((postings.keys, postings.counts, units[name]))
        steps.done()
    write_merged(file, texts.terms, *merged_postings(merged), len(records))
    steps.done()


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


def _stored(schema: KindSchema, records: pl.DataFrame) -> tuple[list[str], Iterable[tuple[Any, ...]]]:
    """Return names and values of what is kept of each record for its page; None for what it does not have."""
    names = ["system", "code", "start", "end", "releases", "origins", "extra"]
    names += [field.name for field in schema.text.values() if field.stored and field.name not in names]
    if "title" in schema.text and "title" not in names:
        names.append("title")
    columns = [_without_empty(records[name]) for name in names]
    return names, pl.DataFrame(columns).iter_rows()


def _without_empty(column: pl.Series) -> pl.Series:
    empty = column.list.len() == 0 if isinstance(column.dtype, pl.List) else column == ""
    return column.set(empty.fill_null(False), None)
