"""A misbehaving server, a data folder and synthetic sources that point to the server."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from indexer.descriptions import Address, SourceDescription
from tests.fetch.server import Server, running_server


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(autouse=True)
def no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a setting of this machine has a say."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "CODEFACET_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def make_zip(seed: int = 1, size: int = 40_000) -> bytes:
    """Return a zip of synthetic bytes that do not compress."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"rows{seed}.txt", random.Random(seed).randbytes(size))
    return packed.getvalue()


def make_source(
    name: str, *addresses: Address, licence: str = "public-domain", **more: object
) -> SourceDescription:
    """Return a synthetic source with the addresses given."""
    fields: dict[str, object] = {
        "id": name,
        "title": f"Synthetic {name}",
        "publisher": "Nobody",
        "licence": licence,
        "cadence": "never",
        "reader": "icd_order",
        "tables": ("icd_order",),
        "names": (),
        "minimum_rows": 1,
        "urls": addresses,
    }
    return SourceDescription(**{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture
def use_sources(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let `codefacet fetch` see these sources instead of the shipped ones."""

    def use(*sources: SourceDescription) -> None:
        by_id = {source.id: source for source in sources}
        monkeypatch.setattr("indexer.descriptions.load_sources", lambda: by_id)

    return use


@pytest.fixture
def codefacet(data_dir: Path) -> Callable[..., Result]:
    """Run `codefacet --data-dir ... fetch ARGS`."""

    def run(*args: str) -> Result:
        return CliRunner().invoke(main, ["--data-dir", str(data_dir), "fetch", *args], prog_name="codefacet")

    return run
