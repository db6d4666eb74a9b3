"""BM25 over the merged field, with the lengths of records read from our own column.

Whoosh reads the length of a record from a file for every posting that it scores; that took half of the time
of a search. The lengths are rounded as Whoosh rounds them, so that the scores are those of its own BM25F.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from searchcore.whoosh_engine.layout import MERGED


def rounded(lengths: Iterable[int]) -> npt.NDArray[np.uint32]:
    """Return lengths as Whoosh keeps them, in one byte."""
    return np.array([byte_to_length(length_to_byte(length)) for length in lengths], np.uint32)


class MergedBM25F(BM25F):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's BM25F, faster on the merged field.

    Args:
        lengths: rounded length of each record.
        k1, b: see `schemas/ranking.yaml`.
    """

    def __init__(self, lengths: npt.NDArray[np.uint32], k1: float, b: float) -> None:
        super().__init__(B=b, K1=k1)
        self._lengths = array("I", lengths.astype(np.uint32).tobytes())

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """Return the scorer of a term."""
        scorer = super().scorer(searcher, fieldname, text, qf=qf)
        if fieldname == MERGED:
            scorer.dfl = self._lengths.__getitem__
        return scorer
