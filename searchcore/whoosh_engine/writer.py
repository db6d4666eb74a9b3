"""Writes the index of one kind: columns, postings and stored values in one segment file, and Whoosh's table
of contents beside it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from searchcore.engine import BASE_COLUMNS, Progress
from searchcore.errors import BuildError
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.columns import schema_form
from searchcore.whoosh_engine.columns_writer import write_columns
from searchcore.whoosh_engine.layout import sort_columns, whoosh_schema
from searchcore.whoosh_engine.segment_file import SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_stored, write_toc
from searchcore.whoosh_engine.text_writer import write_text


class WhooshWriter:
    """The `IndexWriter` of the Whoosh engine. The same records give the same bytes."""

    def write(self, schema: KindSchema, records: pl.DataFrame, directory: Path, progress: Progress) -> None:
        """Write all records; see `searchcore.engine.IndexWriter`.

        Raises:
            BuildError: the directory is not empty, a column is missing, or the rows are not in order.
            ConfigurationError: the weight of a text field cannot be kept.
        """
        _check(schema, records, directory)
        steps = _Steps(progress, len(records), 3 + 2 * len(schema.text))
        with SegmentFileWriter(segment_path(directory)) as file:
            file.values["count"] = len(records)
            file.values["schema"] = schema_form(schema)
            write_columns(file, schema, records)
            steps.done()
            write_text(file, schema, records, steps.done)
            write_stored(file, _stored(schema, records))
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


def _stored(schema: KindSchema, records: pl.DataFrame) -> pl.DataFrame:
    """Return what is kept of each record for its page; null for what it does not have."""
    names = ["system", "code", "start", "end", "releases", "origins", "extra"]
    names += [field.name for field in schema.text.values() if field.stored and field.name not in names]
    if "title" in schema.text and "title" not in names:
        names.append("title")
    return pl.DataFrame([_without_empty(records[name]) for name in names])


def _without_empty(column: pl.Series) -> pl.Series:
    empty = column.list.len() == 0 if isinstance(column.dtype, pl.List) else column == ""
    return column.set(empty.fill_null(False), None)
