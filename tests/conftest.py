"""Fixtures shared by all tests: real temporary storage, the sample built once, the agencies' files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from whoosh import versionstring

# A loaded machine must not fail a test: no time is ever asserted.
settings.register_profile("codefacet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The gate draws the same inputs each time, so that a red run is the fault of the change; a nightly run
# draws new ones.
settings.register_profile("ci", settings.get_profile("codefacet"), derandomize=True)
settings.register_profile("nightly", settings.get_profile("codefacet"), print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "codefacet"))

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile all kernels before any worker begins: a search that waits for it may run out of time."""
    from searchcore.engines import compile_ahead

    if not hasattr(session.config, "workerinput"):
        compile_ahead(ROOT / "data")


def pytest_report_header() -> str:
    """Say which Whoosh is tested: `make whoosh3` puts a fork in its place."""
    return f"whoosh: {versionstring()}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Send all tests of the full data to one worker, so that it is built once."""
    for item in items:
        if "full_data_dir" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("full"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the agencies' files beside the checkout."""
    if not SHARED_DATA.is_dir():
        reason = "the agencies' files are not beside this checkout (../shared/data)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches a test."""
    for name in [name for name in os.environ if name.startswith("CODEFACET_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sample_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the sample corpus is built. Only for reading: it is shared by all tests."""
    from indexer.build import build

    data_dir = tmp_path_factory.mktemp("sample")
    build(data_dir)
    return data_dir


@pytest.fixture(scope="session")
def sample_library(sample_data_dir: Path) -> Iterator[object]:
    """The opened sample."""
    from searchcore.library import Library

    library = Library.open(sample_data_dir)
    yield library
    library.close()


@pytest.fixture(scope="session")
def full_data_dir(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """A data folder with every agency file imported and built. Only for reading: all tests share it."""
    from indexer.build import build
    from indexer.catalogue import Catalogue
    from indexer.importer import import_folder

    data_dir = tmp_path_factory.mktemp("full")
    for _ in import_folder(shared_data, Catalogue(data_dir)):
        pass
    build(data_dir)
    return data_dir


@pytest.fixture(scope="session")
def full_library(full_data_dir: Path) -> Iterator[object]:
    """The opened full data."""
    from searchcore.library import Library

    library = Library.open(full_data_dir)
    yield library
    library.close()


Codefacet = Callable[..., Result]


@pytest.fixture
def codefacet() -> Codefacet:
    """Run the command in this process: `codefacet(data_dir, "search", "knee")`."""
    from cli.main import main

    def run(data_dir: Path, *args: str, input: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--data-dir", str(data_dir), *args], input=input)

    return run


@pytest.fixture
def codefacet_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own."""

    def run(data_dir: Path, *args: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", "--data-dir", str(data_dir), *args]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=ROOT)

    return run
