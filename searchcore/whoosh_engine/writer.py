"""Writes the index of one kind: the Whoosh index, the columns beside it, and the directory of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from searchcore.engine import BASE_COLUMNS, Progress
from searchcore.errors import BuildError
from searchcore.whoosh_engine.columns import schema_form
from searchcore.whoosh_engine.columns_writer import write_columns
from searchcore.whoosh_engine.layout import whoosh_schema
from searchcore.whoosh_engine.postings import (
    Postings,
    TextBank,
    field_postings,
    merged_postings,
    occurrences,
)
from searchcore.whoosh_engine.scoring import rounded
from searchcore.whoosh_engine.segment import SegmentWriter
from searchcore.whoosh_engine.store import WHOOSH_FOLDER, WORDS, StoreWriter

if TYPE_CHECKING:
    import polars as pl

    from searchcore.schema import KindSchema


class WhooshWriter:
    """The `IndexWriter` of the Whoosh engine. The same records give the same bytes."""

    def write(self, schema: KindSchema, records: pl.DataFrame, directory: Path, progress: Progress) -> None:
        """Write all records; see `searchcore.engine.IndexWriter`.

        Raises:
            BuildError: the directory is not empty, a column is missing, or the rows are not in order.
        """
        _check(schema, records, directory)
        total = len(records)
        progress(0, total)
        store = StoreWriter(directory)
        store.values["count"] = total
        store.values["schema"] = schema_form(schema)
        write_columns(store, schema, records)
        bank = TextBank()
        found = {name: occurrences(bank, records[name].to_list()) for name in schema.text}
        postings = {name: field_postings(bank, texts, total) for name, texts in found.items()}
        surfaces = sorted(bank.surfaces.items())
        store.add_json(WORDS, [[word for word, _ in surfaces], [stem for _, stem in surfaces]])
        _write_whoosh(schema, records, store, bank.terms, postings, progress)
        store.finish()
        progress(total, total)


def _check(schema: KindSchema, records: pl.DataFrame, directory: Path) -> None:
    if any(directory.iterdir()):
        raise BuildError("the directory of a new index is not empty", where=str(directory))
    facets = {facet.name for facet in schema.facets.values() if not facet.as_of}
    sorts = {sort.column for sort in schema.sorts.values()} - {"score", "code"}
    missing = {*BASE_COLUMNS, *schema.text, *facets, *sorts} - set(records.columns)
    if missing:
        raise BuildError(
            f"the records of kind {schema.kind!r} lack the columns {', '.join(sorted(missing))}",
            where=str(schema.source),
        )


def _write_whoosh(
    schema: KindSchema,
    records: pl.DataFrame,
    store: StoreWriter,
    terms: list[str],
    postings: dict[str, Postings],
    progress: Progress,
) -> None:
    total = len(records)
    keys, weights = merged_postings([(postings[name], schema.text[name].weight) for name in schema.text])
    advance = _advance(progress, total, len(keys) + sum(len(part.keys) for part in postings.values()))
    writer = SegmentWriter(store.folder / WHOOSH_FOLDER, whoosh_schema(schema), total)
    # The length of a record in the merged field: the sum of its weights, as BM25F has it.
    sums = np.bincount(keys % max(1, total), weights=weights, minlength=total)
    lengths = np.maximum(1, np.ceil(sums)).astype(np.int64)
    store.add_array("lengths", rounded(lengths.tolist()))
    if total:
        writer.write_records(_stored(schema, records), lengths)
        writer.write_merged(terms, keys, weights, lengths, advance)
        for name, part in postings.items():
            writer.write_places(name, terms, part, advance)
    writer.finish()


def _advance(progress: Progress, total: int, steps: int) -> Any:
    """Return a function that takes steps and reports them as records, at most a hundred times."""
    done = 0
    reported = 0

    def advance(count: int) -> None:
        nonlocal done, reported
        done += count
        if (done - reported) * 100 >= steps:
            reported = done
            progress(total * done // steps, total)

    return advance


def _stored(schema: KindSchema, records: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield what is kept of each record for its page; values that are missing are left out."""
    names = ["system", "code", "start", "end", "releases", "origins", "extra"]
    names += [field.name for field in schema.text.values() if field.stored and field.name not in names]
    if "title" in schema.text and "title" not in names:
        names.append("title")
    columns = [records[name].to_list() for name in names]
    for values in zip(*columns, strict=True):
        yield {name: value for name, value in zip(names, values, strict=True) if value not in (None, "", [])}
