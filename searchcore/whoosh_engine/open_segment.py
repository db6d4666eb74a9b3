"""A segment file opened for reading: its fields and lengths, for the codec, the kernels and all threads."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.sections import Arrays
from searchcore.whoosh_engine.segment_file import SegmentFile
from searchcore.whoosh_engine.stored import StoredValues
from searchcore.whoosh_engine.terms import FieldPostings


class OpenSegment:
    """The fields of an open segment file, made once and shared between threads.

    Args:
        file: the file.

    Attributes:
        file: the same.
        count: number of records.
        lengths: length of the merged text of each record; exact, where Whoosh's own codec keeps one byte.
        names: the indexed fields, in order.
    """

    def __init__(self, file: Arrays) -> None:
        self.file = file
        # The records of a joined kind have no text.
        joined = "lengths" not in file
        self.lengths: npt.NDArray[np.uint32] = np.zeros(0, np.uint32) if joined else file.array("lengths")
        self.count = file.values["count"] if joined else len(self.lengths)
        self.names = sorted(name.removesuffix(".terms") for name in file if name.endswith(".terms"))
        self._postings: dict[str, FieldPostings] = {}
        self._lengths: dict[str, npt.NDArray[np.uint32]] = {MERGED: self.lengths}

    def postings(self, field: str) -> FieldPostings:
        """Return the posting lists of a field; raise GenerationError if there is no such field."""
        known = self._postings.get(field)
        if known is None:
            known = self._postings.setdefault(field, FieldPostings(self.file, field))
        return known

    def lengths_of(self, field: str) -> npt.NDArray[np.uint32]:
        """Return the length of a field in each record.

        That of the merged field was written; that of any other field is the number of its positions.
        """
        known = self._lengths.get(field)
        if known is None:
            postings = self.postings(field)
            counts = np.diff(postings.starts) if postings.starts is not None else None
            found = np.bincount(postings.docs, weights=counts, minlength=self.count)
            known = self._lengths.setdefault(field, found.astype(np.uint32))
        return known

    @cached_property
    def stored(self) -> StoredValues:
        """The stored values."""
        return StoredValues(self.file)


_opened: WeakValueDictionary[tuple[str, int, int, int], OpenSegment] = WeakValueDictionary()
_opening = threading.Lock()


def opened(path: Path) -> OpenSegment:
    """Return the open segment of a file, the same one as long as anybody has it; for stock Whoosh.

    Raises:
        GenerationError: the file is missing or damaged.
    """
    with _opening:
        try:
            found = path.stat()
        except OSError:
            return OpenSegment(SegmentFile(path))  # says what is wrong
        key = (str(path.absolute()), found.st_ino, found.st_size, found.st_mtime_ns)
        known = _opened.get(key)
        if known is None:
            known = _opened[key] = OpenSegment(SegmentFile(path))
        return known
