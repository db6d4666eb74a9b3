"""Whoosh searchers over one segment, one for each thread: a shared one gives errors and wrong counts."""

from __future__ import annotations

import threading
from typing import Any

from whoosh.reading import SegmentReader
from whoosh.searching import Searcher

from searchcore.whoosh_engine.codec import ColumnarCodec, ColumnarSegment
from searchcore.whoosh_engine.layout import INDEX_NAME
from searchcore.whoosh_engine.open_segment import OpenSegment


class Searchers:
    """Makes the searcher of each thread when it is first asked for; it goes with its thread.

    A searcher reads mapped memory only, so that a forked process may go on with it.

    Args:
        segment: the open segment.
        schema: the Whoosh schema.
        weighting: the Whoosh weighting.
    """

    def __init__(self, segment: OpenSegment, schema: Any, weighting: Any) -> None:
        self._segment = segment
        self._schema = schema
        self._weighting = weighting
        self._local = threading.local()

    def __call__(self) -> Any:
        """Return the searcher of this thread."""
        known = getattr(self._local, "searcher", None)
        if known is None:
            segment = ColumnarSegment(INDEX_NAME, self._segment.count)
            reader = SegmentReader(None, self._schema, segment, codec=ColumnarCodec(self._segment))
            known = self._local.searcher = Searcher(reader, weighting=self._weighting)
        return known

    def forget(self) -> None:
        """Let go of the searchers of all threads."""
        self._local = threading.local()
