"""Writes text, stored values and Whoosh's table of contents into a segment. No loop over postings.

F.terms, F.term_ends        all terms of field F, in the order of their bytes, and where each ends
F.docs, F.ends              the records of each term, and where the list of each term ends
text.weights                of each posting of the merged field, in units of 1 / `WEIGHT_UNITS`
in_NAME.positions, .starts  positions of each posting, and where those of each posting begin
lengths                     length of the merged text of each record
stored.bytes, stored.ends   a JSON list of the stored values of each record, and where it ends
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchcore.whoosh_engine.codec import ColumnarSegment, toc_path
from searchcore.whoosh_engine.layout import INDEX_NAME, MERGED, WEIGHT_UNITS, place_field
from searchcore.whoosh_engine.postings import Ints, Postings
from searchcore.whoosh_engine.segment_file import SegmentFileWriter

_ROWS = 1 << 14
_MOST_UNITS = 0xFFFF
_MOST_CODES = 1 << 16


def write_places(
    file: SegmentFileWriter, name: str, terms: Sequence[str], postings: Postings, records: int
) -> None:
    """Write the positions of one text field."""
    field = place_field(name)
    _write_lists(file, field, terms, postings.keys, records)
    file.add_array(f"{field}.starts", np.concatenate(([0], np.cumsum(postings.counts))).astype(np.int64))
    file.add_array(f"{field}.positions", postings.positions)


def write_merged(
    file: SegmentFileWriter, terms: Sequence[str], keys: Ints, units: Ints, records: int
) -> None:
    """Write the merged field and the length of each record in it: the sum of its weights, as BM25F has it.

    Args:
        file: where to.
        terms: in the order of their bytes.
        keys: see `Postings`.
        units: the weight of each key in units of 1 / `WEIGHT_UNITS`; the greatest that is kept is 65535.
        records: number of records.
    """
    _write_lists(file, MERGED, terms, keys, records)
    file.add_array(f"{MERGED}.weights", np.minimum(units, _MOST_UNITS).astype(np.uint16))
    sums = np.bincount(keys % max(1, records), weights=units, minlength=records)
    file.add_array("lengths", np.maximum(1, np.ceil(sums / WEIGHT_UNITS)).astype(np.uint32))


def write_stored(file: SegmentFileWriter, columns: pl.DataFrame) -> None:
    """Write what is kept of each record for its page, null for what it does not have.

    A column with few distinct values is kept as their numbers; all others as one JSON list a record.
    """
    distinct = {column.name: column.unique(maintain_order=True) for column in columns}
    most = min(_MOST_CODES, columns.height // 4)
    coded = [name for name, values in distinct.items() if len(values) <= most]
    for name in coded:
        known = pl.DataFrame({"value": distinct[name]}).with_row_index("number")
        found = pl.DataFrame({"value": columns[name]}).join(
            known, on="value", how="left", nulls_equal=True, maintain_order="left"
        )
        file.add_array(f"coded.{name}", found["number"].to_numpy().astype(np.uint16))
        file.add_json(f"coded.{name}.values", distinct[name].to_list())
    plain = columns.drop(coded)
    file.values["stored"] = {"coded": coded, "plain": plain.columns}
    _write_rows(file, plain.iter_rows() if plain.width else iter(((),) * columns.height))


def _write_rows(file: SegmentFileWriter, rows: Iterator[tuple[Any, ...]]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    sizes: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]

    def parts() -> Iterator[npt.NDArray[np.uint8]]:
        while texts := [encode(row).encode() for row in islice(rows, _ROWS)]:
            sizes.append(np.fromiter(map(len, texts), np.int64, len(texts)))
            yield np.frombuffer(b"".join(texts), np.uint8)

    file.add_parts("stored.bytes", np.uint8, parts())
    file.add_array("stored.ends", np.cumsum(np.concatenate(sizes)))


def write_toc(folder: Path, schema: Any, records: int) -> tuple[int, int]:
    """Write the table of contents by which stock Whoosh opens an index; return its size and CRC-32."""
    TOC(schema, [ColumnarSegment(INDEX_NAME, records)], 0).write(FileStorage(str(folder)), INDEX_NAME)
    data = toc_path(folder).read_bytes()
    return len(data), zlib.crc32(data)


def _write_lists(file: SegmentFileWriter, field: str, terms: Sequence[str], keys: Ints, records: int) -> None:
    """Write the terms of a field that occur in it, and their lists of records."""
    numbers, docs = np.divmod(keys, max(1, records))
    # Where the list of each term ends: where the next key has another term, and behind the last key.
    ends = np.flatnonzero(np.concatenate((numbers[1:] != numbers[:-1], [True][: len(keys)]))) + 1
    texts = [terms[number].encode() for number in numbers[ends - 1].tolist()]
    file.add_array(f"{field}.terms", np.frombuffer(b"".join(texts), np.uint8))
    file.add_array(f"{field}.term_ends", np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))))
    file.add_array(f"{field}.ends", ends.astype(np.int64))
    file.add_array(f"{field}.docs", docs.astype(np.uint32))
