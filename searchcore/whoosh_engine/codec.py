"""The Whoosh codec over a segment file: stock Whoosh opens and searches the arrays that the kernels work on.

A segment is written whole, by `searchcore.whoosh_engine.segment_writer`, and never changes: no record can be
added or deleted. What Whoosh calls codec, terms reader and per-document reader are views of one open file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.codec import base
from whoosh.index import TOC

from searchcore.whoosh_engine.codec_records import RecordsReader
from searchcore.whoosh_engine.codec_terms import TermsReader
from searchcore.whoosh_engine.layout import INDEX_NAME
from searchcore.whoosh_engine.open_segment import OpenSegment, opened

EXTENSION = ".segment"


def segment_path(folder: Path) -> Path:
    """Return the segment file of an index."""
    name: str = ColumnarSegment(INDEX_NAME, 0).make_filename(EXTENSION)
    return folder / name


def toc_path(folder: Path) -> Path:
    """Return Whoosh's table of contents of an index, by which stock Whoosh opens it."""
    name: str = TOC._filename(INDEX_NAME, 0)
    return folder / name


class ColumnarCodec(base.Codec):  # type: ignore[misc]  # whoosh has no types
    """Gives Whoosh its readers.

    Args:
        segment: an open segment; without one the file is looked for where Whoosh's table of contents is.
    """

    def __init__(self, segment: OpenSegment | None = None) -> None:
        self._segment = segment

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        """Return the reader of terms and posting lists."""
        return TermsReader(self._open(storage, segment))

    def per_document_reader(self, storage: Any, segment: Any) -> RecordsReader:
        """Return the reader of lengths, stored values and columns."""
        return RecordsReader(self._open(storage, segment))

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Refuse: Whoosh's own writer cannot write such a segment."""
        raise NotImplementedError("a segment file is written whole, not through Whoosh's writer")

    def _open(self, storage: Any, segment: Any) -> OpenSegment:
        if self._segment is not None:
            return self._segment
        return opened(Path(storage.folder) / segment.make_filename(EXTENSION))


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh's table of contents says of an index: the name of its file and the number of records."""

    def __init__(self, indexname: str, records: int) -> None:
        self.indexname = indexname
        # A fixed id in place of a random one: the same records give the same files.
        self.segid = "0"
        self.compound = False
        self._records = records

    def codec(self, **_options: Any) -> ColumnarCodec:
        """Return the codec."""
        return ColumnarCodec()

    def should_assemble(self) -> bool:
        """Return False: there is one file already."""
        return False

    def doc_count_all(self) -> int:
        """Return the number of records."""
        return self._records

    def deleted_count(self) -> int:
        """Return 0: nothing is ever deleted."""
        return 0

    def deleted_docs(self) -> Iterator[int]:
        """Return nothing."""
        return iter(())

    def is_deleted(self, _docnum: int) -> bool:
        """Return False."""
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Refuse: an index never changes."""
        raise NotImplementedError("records of a segment file cannot be deleted")
