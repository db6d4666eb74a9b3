"""Whoosh's own codec, fed with blocks of postings in place of single ones.

The files are those of Whoosh's W3 codec byte for byte. Only the way in differs: Whoosh checks types and keeps
statistics posting by posting, which took a third of the time of a build.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter


class BlockPostingsWriter(W3PostingsWriter):  # type: ignore[misc]  # whoosh has no types
    """Writes the postings of a term block by block."""

    def add_postings(
        self,
        ids: npt.NDArray[np.int64],
        weights: npt.NDArray[np.float32],
        values: list[bytes],
        lengths: npt.NDArray[np.int64] | None,
    ) -> None:
        """Add postings behind those that were added before.

        Args:
            ids: record numbers, ascending.
            weights: one each.
            values: what the field's format keeps of each; empty if it keeps nothing.
            lengths: field lengths of the records, None for fields without lengths.
        """
        for begin in range(0, len(ids), self._blocklimit):
            if len(self):
                self._write_block()
            end = begin + self._blocklimit
            self._ids = array("I", ids[begin:end].astype(np.uint32).tobytes())
            self._weights = array("f", weights[begin:end].astype(np.float32).tobytes())
            self._values = values[begin:end]
            self._maxweight = max(self._weights)
            if lengths is not None:
                self._minlength = int(lengths[begin:end].min())
                self._maxlength = int(lengths[begin:end].max())


class BlockFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Passes whole lists of postings on."""

    def add_postings_of_term(self, *postings: Any) -> None:
        """Add postings to the term that was started; see `BlockPostingsWriter.add_postings`."""
        self._postwriter.add_postings(*postings)


class BlockCodec(W3Codec):  # type: ignore[misc]
    """The W3 codec with these writers; it reads as W3 reads."""

    def field_writer(self, storage: Any, segment: Any) -> BlockFieldWriter:
        """Return the writer of an inverted index."""
        return BlockFieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> BlockPostingsWriter:
        """Return the writer of posting lists."""
        return BlockPostingsWriter(
            dbfile,
            blocklimit=self._blocklimit,
            byteids=byteids,
            compression=self._compression,
            inlinelimit=self._inlinelimit,
        )
