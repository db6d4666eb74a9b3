"""The engines under test. A new engine is one line in `ENGINES`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from searchcore.engine import IndexWriter, KindIndex
from searchcore.schema import KindSchema, load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter

from .frames import KIND, Version, frame


@dataclass(frozen=True)
class Engine:
    """How to write and to open an index."""

    name: str
    writer: Callable[[], IndexWriter]
    opener: Callable[[KindSchema, Path], KindIndex]

    def write(self, versions: list[Version], folder: Path) -> None:
        """Write versions into an empty folder."""
        self.writer().write(load_kind(KIND), frame(versions), folder, lambda done, total: None)

    def open(self, folder: Path) -> KindIndex:
        """Open what was written."""
        return self.opener(load_kind(KIND), folder)

    @contextmanager
    def opened(self, versions: list[Version]) -> Iterator[KindIndex]:
        """Write versions and open them, for one block."""
        with tempfile.TemporaryDirectory() as name:
            self.write(versions, Path(name))
            index = self.open(Path(name))
            try:
                yield index
            finally:
                index.close()


ENGINES = [Engine("whoosh", partial(WhooshWriter, rules=()), WhooshKindIndex)]


@pytest.fixture(scope="session", params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found: Engine = request.param
    return found
