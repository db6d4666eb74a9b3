"""Writes the index of one kind: columns, postings and stored values in one segment file, and Whoosh's table
of contents beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from searchcore.engine import BASE_COLUMNS, Progress
from searchcore.errors import BuildError
from searchcore.language import Rule, load_rules
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.columns import schema_form
from searchcore.whoosh_engine.columns_writer import write_columns
from searchcore.whoosh_engine.layout import sort_columns, whoosh_schema
from searchcore.whoosh_engine.parts_writer import write_parts
from searchcore.whoosh_engine.segment_file import SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_toc
from searchcore.whoosh_engine.stored_writer import write_stored
from searchcore.whoosh_engine.suggest_writer import write_suggestions
from searchcore.whoosh_engine.text_writer import write_text


class WhooshWriter:
    """The `IndexWriter` of the Whoosh engine. The same records give the same bytes.

    Args:
        rules: the language rules; by default those that ship with the program.
    """

    def __init__(self, rules: Sequence[Rule] | None = None) -> None:
        self._rules = load_rules() if rules is None else rules

    def write(
        self,
        schema: KindSchema,
        records: pl.DataFrame,
        directory: Path,
        progress: Progress,
        parts: pl.DataFrame | None = None,
    ) -> None:
        """Write all records; see `searchcore.engine.IndexWriter`.

        Raises:
            BuildError: the directory is not empty, a column is missing, or the rows are not in order.
            ConfigurationError: the weight of a text field cannot be kept.
        """
        _check(schema, records, parts, directory)
        steps = _Steps(progress, len(records), 3 + 2 * len(schema.parts or schema.text))
        with SegmentFileWriter(segment_path(directory)) as file:
            file.values["count"] = len(records)
            file.values["schema"] = schema_form(schema)
            file.values["code"] = list(schema.code)
            write_columns(file, schema, records, parts)
            steps.done()
            if parts is None:
                write_text(file, schema, records, steps.done, self._rules)
                write_suggestions(file, schema, records, self._rules)
            else:
                write_parts(file, schema, records, parts, steps.done, self._rules)
            _write_stored(file, schema, records)
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


def _check(schema: KindSchema, records: pl.DataFrame, parts: pl.DataFrame | None, directory: Path) -> None:
    if any(directory.iterdir()):
        raise BuildError("the directory of a new index is not empty", where=str(directory))
    facets = {facet.name for facet in schema.facets.values() if not facet.as_of and not facet.part}
    groups = {group.column for group in schema.groups.values()}
    wanted = {*schema.text, *facets, *groups, *sort_columns(schema)}
    wanted |= {"system", "row"} if schema.joined else set(BASE_COLUMNS)
    missing = wanted - set(records.columns)
    if schema.joined:
        attributes = {facet.attribute for facet in schema.facets.values() if facet.part}
        missing |= {*schema.parts, *attributes} - set(() if parts is None else parts.columns)
    if missing:
        raise BuildError(
            f"the records of kind {schema.kind!r} lack the columns {', '.join(sorted(missing))}",
            where=str(schema.source),
        )


def _write_stored(file: SegmentFileWriter, schema: KindSchema, records: pl.DataFrame) -> None:
    """Write what is kept of each record for its page; null for what it does not have."""
    names = ["releases", "origins", "extra"]
    if not schema.joined:
        names += dict.fromkeys(["title", *(field.name for field in schema.text.values() if field.stored)])
    kept = pl.DataFrame([_without_empty(records[name]) for name in names if name in records.columns])
    write_stored(file, kept, ["origins"], records["row"] if schema.joined else None)


def _without_empty(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.List):
        return column.set((column.list.len() == 0).fill_null(False), None)
    return column.replace("", None) if column.dtype == pl.String else column
