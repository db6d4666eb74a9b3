"""The embedded engine. This package is the only place that imports Whoosh."""

from searchcore.whoosh_engine.reader import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter

__all__ = ["WhooshKindIndex", "WhooshWriter"]
