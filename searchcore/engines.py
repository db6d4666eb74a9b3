"""The engine in use. Adding one: a folder that fits `searchcore.engine`, and its name here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchcore.engine import IndexWriter, KindIndex
    from searchcore.schema import KindSchema


def index_writer() -> IndexWriter:
    """Return the writer of the engine in use."""
    from searchcore.whoosh_engine.writer import WhooshWriter

    return WhooshWriter()


def open_kind(schema: KindSchema, directory: Path) -> KindIndex:
    """Open the index of a kind for reading; raise GenerationError if it is damaged."""
    from searchcore.whoosh_engine import WhooshKindIndex

    return WhooshKindIndex(schema, directory)
