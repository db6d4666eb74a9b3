"""The engine in use. Adding one: a folder that fits `searchcore.engine`, and its name here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchcore.engine import IndexWriter, KindIndex
    from searchcore.language import Rule
    from searchcore.schema import KindSchema


def index_writer(rules: Sequence[Rule] | None = None) -> IndexWriter:
    """Return the writer of the engine in use; `rules` in place of the language rules that ship."""
    from searchcore.whoosh_engine.writer import WhooshWriter

    return WhooshWriter(rules)


def open_kind(schema: KindSchema, directory: Path, *, verify: bool = True) -> KindIndex:
    """Open the index of a kind for reading.

    Args:
        schema: the kind.
        directory: of the index.
        verify: recompute every checksum; False where the caller does so by other means before it searches.

    Raises:
        GenerationError: the index is damaged.
    """
    from searchcore.whoosh_engine import WhooshKindIndex

    return WhooshKindIndex(schema, directory, verify=verify)


def keep_compiled(data_dir: Path) -> None:
    """Name the data folder at hand: the engine keeps machine code there where it can nowhere else."""
    from searchcore.whoosh_engine.kernel_files import keep_in

    keep_in(data_dir / "kernels")


def compile_ahead(data_dir: Path) -> int:
    """Load all machine code, so that no search waits for it; return how much had to be compiled first."""
    # The package imports every module that has kernels.
    from searchcore.whoosh_engine.compiling import compile_all

    keep_compiled(data_dir)
    return compile_all()
