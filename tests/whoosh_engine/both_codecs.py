"""The same postings twice: in a segment file, and in an index of Whoosh's own W3 codec."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, open_dir

from searchcore.schema import Facet, KindSchema, Sort, TextField, load_kind
from searchcore.whoosh_engine.cells_writer import facet_groups, several_sets, single_sets, write_cells
from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.layout import (
    CODE_SORT,
    FACET,
    INDEX_NAME,
    MERGED,
    RECORD,
    SORT,
    WEIGHT_UNITS,
    place_field,
    whoosh_schema,
)
from searchcore.whoosh_engine.postings import (
    AnalysedTexts,
    Ints,
    Postings,
    field_postings,
    merged_postings,
)
from searchcore.whoosh_engine.segment_file import SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places, write_toc
from searchcore.whoosh_engine.stored_writer import write_stored
from searchcore.whoosh_engine.text_bank import analysed

# Stems that are themselves; not all of them ASCII, some close to each other, some with a common beginning.
WORDS = (
    "knee",
    "knot",
    "hip",
    "bone",
    "burn",
    "born",
    "no",
    "rash",
    "3b",
    "胃",
    "βeta",
    "𐐨d",
    "zz",
)
# Weights that a float of 32 bits holds exactly, as W3 keeps weights so.
UNITS = {"title": 20, "note": 10}
COLOURS, PARTS = ("blue", "green", "réd"), ("a", "b", "c")


@dataclass(frozen=True)
class Row:
    """A synthetic record."""

    title: str = ""
    note: str = ""
    colour: int = -1
    parts: tuple[int, ...] = ()
    rank: int = -1
    stored: dict[str, Any] = field(default_factory=dict)


def small_schema() -> KindSchema:
    """Return a schema with two text fields, a facet of each sort, and a column to sort by."""
    return replace(
        load_kind("code"),
        text={"title": TextField("title", "Title", 1.0), "note": TextField("note", "Note", 0.5)},
        facets={"colour": Facet("colour", "Colour"), "part": Facet("part", "Part", multi=True)},
        sorts={"age": Sort("age", "Age", "age")},
    )


def some_rows(count: int, seed: int) -> list[Row]:
    """Return rows whose merged text is at most ten long, as W3 keeps only short lengths exactly."""
    rng = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    found = []
    for number in range(count):
        found.append(
            Row(
                title=" ".join(rng.choices(WORDS, weights, k=rng.randint(0, 5))),
                note=" ".join(rng.choices(WORDS, weights, k=rng.randint(0, 8))),
                colour=rng.randint(-1, 2),
                parts=tuple(sorted(rng.sample(range(3), rng.randint(0, 3)))),
                rank=rng.randint(-1, 50),
                stored={"number": number, "text": "x" * rng.randint(0, 9)},
            )
        )
    return found


@dataclass(frozen=True)
class Indexed:
    """The postings of some rows."""

    rows: Sequence[Row]
    texts: AnalysedTexts
    places: dict[str, Postings]
    merged: tuple[Ints, Ints]

    @property
    def lengths(self) -> list[int]:
        """Length of the merged text of each record, counted by hand."""
        units = np.zeros(len(self.rows))
        np.add.at(units, self.merged[0] % max(1, len(self.rows)), self.merged[1])
        return [max(1, -int(-unit // WEIGHT_UNITS)) for unit in units.tolist()]


def postings_of(
    units: Mapping[str, int], columns: Mapping[str, pl.Series]
) -> tuple[AnalysedTexts, dict[str, Postings], tuple[Ints, Ints]]:
    """Return terms, postings with positions of every field, and those of the merged field."""
    texts, found = analysed(columns)
    places = {name: field_postings(texts, each, len(columns[name])) for name, each in found.items()}
    merged = merged_postings([(part.keys, part.counts, units[name]) for name, part in places.items()])
    return texts, places, merged


def indexed(rows: Sequence[Row]) -> Indexed:
    """Return the postings of rows."""
    columns = {name: pl.Series([getattr(row, name) for row in rows], dtype=pl.String) for name in UNITS}
    return Indexed(rows, *postings_of(UNITS, columns))


def write_columnar(rows: Sequence[Row], folder: Path) -> Path:
    """Write rows with our codec; return the segment file."""
    index = indexed(rows)
    count = len(rows)
    path = segment_path(folder)
    with SegmentFileWriter(path) as file:
        colours = [COLOURS[row.colour] if row.colour >= 0 else None for row in rows]
        parts = [[PARTS[part] for part in row.parts] for row in rows]
        sets = {
            "colour": single_sets(pl.Series(colours, dtype=pl.String)),
            "part": several_sets(pl.Series(parts, dtype=pl.List(pl.String))),
        }
        write_cells(file, facet_groups(sets, count), count)
        file.add_array("sort.age", np.array([row.rank for row in rows], np.int32))
        file.add_array("code_rank", np.arange(count, dtype=np.int32)[::-1])
        for name, postings in index.places.items():
            write_places(file, name, index.texts.terms, postings, count)
        write_merged(file, index.texts.terms, *index.merged, count)
        stored = {
            "number": [row.stored["number"] for row in rows],
            "text": [row.stored.get("text") for row in rows],
        }
        write_stored(file, pl.DataFrame(stored, schema={"number": pl.Int64, "text": pl.String}))
        file.values["toc"] = write_toc(folder, whoosh_schema(small_schema()), count)
        file.finish()
    return path


def write_w3(rows: Sequence[Row], folder: Path) -> None:
    """Write the same postings with Whoosh's own codec, one at a time."""
    index, schema, storage = indexed(rows), whoosh_schema(small_schema()), FileStorage(str(folder))
    segment = W3Segment(W3Codec(), INDEX_NAME, segid="0")
    _write_w3_records(segment, storage, schema, rows, index.lengths)
    writer = segment.codec().field_writer(storage, segment)
    for name in sorted(UNITS):
        part = index.places[name]
        writer.start_field(place_field(name), schema[place_field(name)])
        cuts = np.cumsum(part.counts)[:-1]
        values = [each.tobytes() for each in np.split(part.positions, cuts)] if len(part.keys) else []
        _write_w3_terms(writer, index, part.keys, [1.0] * len(part.keys), values, None)
        writer.finish_field()
    writer.start_field(MERGED, schema[MERGED])
    keys, units = index.merged
    weights = (units / WEIGHT_UNITS).tolist()
    _write_w3_terms(writer, index, keys, weights, [b""] * len(keys), index.lengths)
    writer.finish_field()
    writer.close()
    TOC(schema, [segment], 0).write(storage, INDEX_NAME)


def _write_w3_records(segment: Any, storage: Any, schema: Any, rows: Sequence[Row], lengths: Any) -> None:
    writer = segment.codec().per_document_writer(storage, segment)
    for number, row in enumerate(rows):
        writer.start_doc(number)
        writer.add_field(RECORD, schema[RECORD], row.stored, 0)
        writer.add_field(MERGED, schema[MERGED], None, lengths[number])
        colour = COLOURS[row.colour].encode() if row.colour >= 0 else b""
        writer.add_column_value(FACET + "colour", schema[FACET + "colour"].column_type, colour)
        parts = [PARTS[part].encode() for part in row.parts]
        writer.add_column_value(FACET + "part", schema[FACET + "part"].column_type, parts)
        writer.add_column_value(SORT + "age", schema[SORT + "age"].column_type, row.rank)
        writer.add_column_value(CODE_SORT, schema[CODE_SORT].column_type, len(rows) - 1 - number)
        writer.finish_doc()
    writer.close()
    segment.set_doc_count(len(rows))


def _write_w3_terms(
    writer: Any, index: Indexed, keys: Ints, weights: list[float], values: list[bytes], lengths: Any
) -> None:
    terms, last = index.texts.terms, -1
    for key, weight, value in zip(keys.tolist(), weights, values, strict=True):
        number, record = divmod(key, len(index.rows))
        if number != last:
            if last >= 0:
                writer.finish_term()
            writer.start_term(terms[number].encode())
            last = number
        writer.add(record, weight, value, lengths[record] if lengths else 0)
    if last >= 0:
        writer.finish_term()


def opened_both(rows: Sequence[Row], folder: Path) -> tuple[Any, Any]:
    """Write rows both ways; return what stock Whoosh opens: ours, then W3's."""
    found = []
    for name, write in (("columnar", write_columnar), ("w3", write_w3)):
        (folder / name).mkdir()
        write(rows, folder / name)
        found.append(open_dir(str(folder / name), indexname=INDEX_NAME))
    return found[0], found[1]
