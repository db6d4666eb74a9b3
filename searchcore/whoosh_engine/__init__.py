"""The embedded engine. This package is the only place that imports Whoosh.

The writer, which needs the table reader, is in `searchcore.whoosh_engine.writer`.
"""

from searchcore.whoosh_engine.reader import WhooshKindIndex

__all__ = ["WhooshKindIndex"]
