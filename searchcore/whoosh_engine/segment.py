"""Writes one Whoosh segment straight through Whoosh's codec.

`SegmentWriter.add_document` analyses and pickles record by record. Here the postings come sorted, so they go
to the codec's own writers term by term; what is written is an ordinary Whoosh index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchcore.whoosh_engine.blocks import BlockCodec
from searchcore.whoosh_engine.layout import INDEX_NAME, MERGED, RECORD, place_field
from searchcore.whoosh_engine.postings import Ints, Postings

# Postings a block: larger than Whoosh's 128, because most searches read a list to its end.
BLOCK = 512


class SegmentWriter:
    """Writes the one segment of an index: records first, then fields, then `finish`."""

    def __init__(self, folder: Path, schema: Any, records: int) -> None:
        self._storage = FileStorage(str(folder)).create()
        self._schema = schema
        self._records = records
        # A fixed id in place of a random one: the same records give the same files.
        self._segment = W3Segment(BlockCodec(blocklimit=BLOCK, compression=1), INDEX_NAME, segid="0")
        self._fields: Any = None

    def write_records(self, stored: Iterable[dict[str, Any]], lengths: Ints) -> None:
        """Write what is stored of each record, and the length of its merged text."""
        writer = self._segment.codec().per_document_writer(self._storage, self._segment)
        merged, record = self._schema[MERGED], self._schema[RECORD]
        for number, (values, length) in enumerate(zip(stored, lengths.tolist(), strict=True)):
            writer.start_doc(number)
            writer.add_field(RECORD, record, values, 0)
            writer.add_field(MERGED, merged, None, length)
            writer.finish_doc()
        writer.close()
        self._segment.set_doc_count(self._records)

    def write_merged(
        self,
        terms: list[str],
        keys: Ints,
        weights: npt.NDArray[np.float32],
        lengths: Ints,
        advance: Callable[[int], None],
    ) -> None:
        """Write the merged field.

        Args:
            terms: by number.
            keys: term number * number of records + record, ascending.
            weights: of each key.
            lengths: of the merged text of each record.
            advance: called with the number of postings written since the last call.
        """
        writer = self._start_field(MERGED)
        for begin, end in self._by_term(terms, keys, writer, advance):
            records = keys[begin:end] % self._records
            writer.add_postings_of_term(records, weights[begin:end], [], lengths[records])
        writer.finish_field()

    def write_places(
        self, name: str, terms: list[str], postings: Postings, advance: Callable[[int], None]
    ) -> None:
        """Write the positions of one text field."""
        writer = self._start_field(place_field(name))
        ends = np.cumsum(postings.counts) * postings.positions.itemsize
        begins = ends - postings.counts * postings.positions.itemsize
        places = memoryview(postings.positions.tobytes())
        for begin, end in self._by_term(terms, postings.keys, writer, advance):
            records = postings.keys[begin:end] % self._records
            slices = zip(begins[begin:end].tolist(), ends[begin:end].tolist(), strict=True)
            values = [bytes(places[first:last]) for first, last in slices]
            writer.add_postings_of_term(records, np.ones(len(records), np.float32), values, None)
        writer.finish_field()

    def finish(self) -> None:
        """Write the table of contents; without it there is no index."""
        if self._fields is not None:
            self._fields.close()
        TOC(self._schema, [self._segment] if self._records else [], 0).write(self._storage, INDEX_NAME)
        for leftover in Path(self._storage.folder).iterdir():
            if leftover.is_dir():  # Whoosh's folder for temporary columns; empty by now
                leftover.rmdir()

    def _start_field(self, name: str) -> Any:
        if self._fields is None:
            self._fields = self._segment.codec().field_writer(self._storage, self._segment)
        self._fields.start_field(name, self._schema[name])
        return self._fields

    def _by_term(
        self, terms: list[str], keys: Ints, writer: Any, advance: Callable[[int], None]
    ) -> Iterable[tuple[int, int]]:
        """Yield the range of keys of each term, terms in the order of their bytes, as Whoosh wants them."""
        numbers = np.arange(len(terms) + 1, dtype=np.int64) * self._records
        bounds = np.searchsorted(keys, numbers).tolist()
        for number in sorted(range(len(terms)), key=terms.__getitem__):
            begin, end = bounds[number], bounds[number + 1]
            if begin == end:
                continue
            writer.start_term(terms[number].encode())
            yield begin, end
            writer.finish_term()
            advance(end - begin)
