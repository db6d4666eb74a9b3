"""Writes text and Whoosh's table of contents into a segment. No loop over postings.

F.terms, F.term_ends        all terms of field F, in the order of their bytes, and where each ends
F.docs, F.ends              the records of each term, and where the list of each term ends
text.weights                of each posting of the merged field, in units of 1 / `WEIGHT_UNITS`
in_NAME.positions, .starts  positions of each posting, and where those of each posting begin
lengths                     length of the merged text of each record
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchcore.whoosh_engine.codec import ColumnarSegment, toc_path
from searchcore.whoosh_engine.layout import EXPANSIONS, INDEX_NAME, MERGED, WEIGHT_UNITS, place_field
from searchcore.whoosh_engine.postings import Ints, Postings, united
from searchcore.whoosh_engine.sections import ArraysWriter

_MOST_UNITS = 0xFFFF


def write_places(
    file: ArraysWriter, name: str, terms: Sequence[str], postings: Postings, records: int
) -> None:
    """Write the positions of one text field."""
    field = place_field(name)
    _write_lists(file, field, terms, postings.keys, records)
    file.add_array(f"{field}.starts", _starts(postings.counts))
    file.add_array(f"{field}.positions", postings.positions)


def write_expansions(file: ArraysWriter, terms: Sequence[str], keys: Ints, records: int) -> None:
    """Write the words that rules add to records; see `layout.rule_term`."""
    _write_lists(file, EXPANSIONS, terms, keys, records)


def write_merged(
    file: ArraysWriter,
    terms: Sequence[str],
    keys: Ints,
    units: Ints,
    records: int,
    added: tuple[Ints, Ints] | None = None,
    shares: npt.NDArray[np.float64] | None = None,
) -> None:
    """Write the merged field and the length of each record in it: the sum of its weights, as BM25F has it.

    Args:
        file: where to.
        terms: in the order of their bytes.
        keys: see `Postings`.
        units: the weight of each key in units of 1 / `WEIGHT_UNITS`; the greatest that is kept is 65535.
        records: number of records.
        added: keys and units of words that are not in the texts of the records. A word has the greater of
            both weights, and the length of a record is that of its texts.
        shares: by what the weights of each record are multiplied, its length apart.
    """
    sums = np.bincount(keys % max(1, records), weights=units, minlength=records)
    if added is not None:
        keys, units = united(keys, units, *added)
    if shares is not None:
        units = np.maximum(1, np.rint(units * shares[keys % max(1, records)])).astype(np.int64)
    _write_lists(file, MERGED, terms, keys, records)
    file.add_array(f"{MERGED}.weights", np.minimum(units, _MOST_UNITS).astype(np.uint16))
    file.add_array("lengths", np.maximum(1, np.ceil(sums / WEIGHT_UNITS)).astype(np.uint32))


def write_toc(folder: Path, schema: Any, records: int) -> tuple[int, int]:
    """Write the table of contents by which stock Whoosh opens an index; return its size and CRC-32."""
    TOC(schema, [ColumnarSegment(INDEX_NAME, records)], 0).write(FileStorage(str(folder)), INDEX_NAME)
    data = toc_path(folder).read_bytes()
    return len(data), zlib.crc32(data)


def _starts(counts: Ints) -> npt.NDArray[np.unsignedinteger]:
    """Return where the positions of each posting begin, and of the last one where they end."""
    starts = np.concatenate(([0], np.cumsum(counts)))
    return starts.astype(np.uint32 if starts[-1] < 1 << 32 else np.int64)


def _write_lists(file: ArraysWriter, field: str, terms: Sequence[str], keys: Ints, records: int) -> None:
    """Write the terms of a field that occur in it, and their lists of records."""
    numbers, docs = np.divmod(keys, max(1, records))
    # Where the list of each term ends: where the next key has another term, and behind the last key.
    ends = np.flatnonzero(np.concatenate((numbers[1:] != numbers[:-1], [True][: len(keys)]))) + 1
    texts = [terms[number].encode() for number in numbers[ends - 1].tolist()]
    file.add_array(f"{field}.terms", np.frombuffer(b"".join(texts), np.uint8))
    file.add_array(f"{field}.term_ends", np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))))
    file.add_array(f"{field}.ends", ends.astype(np.int64))
    file.add_array(f"{field}.docs", docs.astype(np.uint32))
