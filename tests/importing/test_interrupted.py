"""An import that is killed before any change that it makes to files: nothing is lost, nothing is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.catalogue import Catalogue
from indexer.importer import ACCEPTED, import_folder
from tests.importing import files
from tests.victims import Victims


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    """A process whose children are killed."""
    process = Victims()
    yield process
    process.close()


def contents(data_dir: Path) -> dict[str, bytes]:
    """Return the bytes of every imported part, read from the store as a build does."""
    catalogue = Catalogue(data_dir)
    return {
        f"{release.id} {name}": catalogue.open(part).content
        for release in catalogue.releases()
        for name, part in release.parts.items()
    }


def leftovers(data_dir: Path) -> set[str]:
    """Return the names of files below the data folder that no release uses."""
    parts = [part.stored for release in Catalogue(data_dir).releases() for part in release.parts.values()]
    kept = {path.name for path in (data_dir / "files").iterdir()}
    hidden = {path.name for path in data_dir.rglob(".*")}
    return (kept - set(parts)) | hidden


def test_killed_before_every_change_to_files_nothing_is_lost(victims: Victims, tmp_path: Path) -> None:
    before, downloads = tmp_path / "before", tmp_path / "downloads"
    old = files.put(downloads, files.GPCI_NAME, files.gpci())
    for _ in import_folder(downloads, Catalogue(before)):
        pass
    files.put(downloads, files.GPCI_NAME, files.gpci(rows=95))
    files.put(downloads, "documents_latest.csv.gz", files.documents())
    files.put(downloads, "GPCI2023-4.zip", files.zip_bytes(
        {"GPCI2023.csv": files.gpci(year=2023), "GPCI2024.csv": files.gpci(year=2024)}
    ))  # fmt: skip
    order = {"root": str(downloads), "update": True}
    shutil.copytree(before, tmp_path / "whole")
    events = victims.events(tmp_path / "whole", "import", **order)
    wanted = contents(tmp_path / "whole")
    assert len(wanted) == 4
    assert len(events) >= 15, events
    for number, event in enumerate(events):
        data_dir = tmp_path / f"killed{number}"
        shutil.copytree(before, data_dir)
        victims.kill_at(number, data_dir, "import", **order)
        found = contents(data_dir)
        gpci = found.pop("mpfs-gpci/2025 csv")
        assert gpci in (files.gpci().encode(), old.read_bytes()), event
        assert found.items() <= wanted.items(), event
        lines = [line for _, line in import_folder(downloads, Catalogue(data_dir), update=True)]
        assert [line.state for line in lines] == [ACCEPTED] * 4, event
        assert contents(data_dir) == wanted, event
        for _ in import_folder(downloads, Catalogue(data_dir)):
            pass
        assert leftovers(data_dir) == set(), event
        shutil.rmtree(data_dir)
