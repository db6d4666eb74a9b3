"""A small generation that is built once from made-up rows, and copies of it to harm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from indexer.catalogue import Catalogue
from indexer.importer import import_folder
from searchcore.library import Library
from searchcore.request import Request
from tests.importing import files
from tests.victims import Victims

Answers = Callable[[Path], dict[str, Any]]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one small file imported and two generations of it. Only for reading."""
    folder = tmp_path_factory.mktemp("small")
    path = files.put(folder, files.GPCI_NAME, files.gpci())
    for _ in import_folder(path, Catalogue(folder / "data")):
        pass
    build(folder / "data")
    build(folder / "data", force=True)
    return folder / "data"


@pytest.fixture
def data_dir(small: Path, tmp_path: Path) -> Path:
    """A copy of the small data folder."""
    return Path(shutil.copytree(small, tmp_path / "data"))


def answer(library: Library) -> dict[str, Any]:
    """Return what an opened library answers, without the time that it took."""
    form = library.search(Request(text="knee", per_page=10)).as_dict()
    assert form["total"] > 0
    return {key: value for key, value in form.items() if key not in ("took_ms", "generation")}


@pytest.fixture(scope="session")
def expected(small: Path) -> dict[str, Any]:
    """What a search in the small data folder answers."""
    library = Library.open(small)
    try:
        return answer(library)
    finally:
        library.close()


@pytest.fixture
def fails(codefacet: Any) -> Callable[..., str]:
    """Run a command that must fail in one clean line; return the line."""

    def run(data_dir: Path, *command: str) -> str:
        result = codefacet(data_dir, *command)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr and "fault of CodeFacet" not in result.stderr
        as_json = (
            codefacet(data_dir, *command, "--json") if command[0] in ("search", "show", "verify") else None
        )
        if as_json is not None:
            assert set(json.loads(as_json.stdout)) == {"error", "what", "where", "mend"}
        return str(result.stderr)

    return run


@pytest.fixture(scope="session")
def victims() -> Iterator[Victims]:
    """A process whose children are killed."""
    process = Victims()
    yield process
    process.close()


def leftovers(data_dir: Path) -> set[str]:
    """Return the names of what builds that ended badly left behind."""
    found = {path.name for path in (data_dir / "generations").glob(".*")}
    return found | {path.name for path in data_dir.glob(".*")}
