"""A full disk, folders that cannot be written, files that cannot be read: one line, and nothing half done."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

from indexer.archives import Damaged
from indexer.catalogue import Catalogue
from indexer.folders import walk
from tests.conftest import ROOT
from tests.importing import files
from tests.storage import limit_file_size, ordinary_user, read_only, tiny_disk


def stored(data_dir: Path) -> list[str]:
    """Return the releases whose bytes can be read."""
    catalogue = Catalogue(data_dir)
    found = catalogue.releases()
    assert all(catalogue.open(part).content for release in found for part in release.parts.values())
    return [release.id for release in found]


def test_a_disk_that_fills_up_during_an_import(codefacet, tmp_path: Path, downloads: Path) -> None:
    files.put(downloads, "1.zip", files.zip_bytes({files.GPCI_NAME: files.gpci()}))
    big = files.put(downloads, files.ORDER_NAME, files.order_file())
    with tiny_disk(tmp_path / "disk", big.stat().st_size - 1_000_000) as disk:
        data_dir = disk.path / "data"
        result = codefacet(data_dir, "import", str(downloads))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ") and "No space left" in result.stderr
        assert result.stderr.count("\n") == 1
        assert stored(data_dir) == ["mpfs-gpci/2025"]
        assert not list(data_dir.rglob(".*"))
        disk.leave(2 * big.stat().st_size)
        assert codefacet(data_dir, "import", str(downloads)).exit_code == 0
        assert stored(data_dir) == ["icd10cm-order/FY2026", "mpfs-gpci/2025"]


@pytest.mark.parametrize("size", [0, 300, 3_000])
def test_files_that_cannot_grow_stop_an_import(codefacet, data_dir, downloads, size: int) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    command = [sys.executable, "-B", "-m", "cli", "--data-dir", str(data_dir), "import", str(downloads)]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        preexec_fn=partial(limit_file_size, size),
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert "File too large" in result.stderr
    assert stored(data_dir) == []
    assert codefacet(data_dir, "import", str(downloads)).exit_code == 0
    assert stored(data_dir) == ["mpfs-gpci/2025"]


def test_a_data_folder_that_cannot_be_written_is_one_line(codefacet, data_dir, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    data_dir.mkdir()
    with read_only(data_dir):
        result = codefacet(data_dir, "import", str(downloads))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "Read-only file system" in result.stderr or "Permission denied" in result.stderr


@pytest.mark.parametrize("command", [["import", "{downloads}"], ["status"], ["forget", "mpfs-gpci", "2025"]])
def test_a_data_folder_below_a_file_is_no_traceback(codefacet, tmp_path, downloads, command) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    file = files.put(tmp_path, "file", "x")
    result = codefacet(file / "data", *(part.format(downloads=downloads) for part in command))
    assert result.exit_code == (0 if command == ["status"] else 1)
    assert "fault of CodeFacet" not in result.output
    if result.exit_code:
        assert result.stderr.count("\n") == 1


def test_what_cannot_be_read_is_told_and_the_rest_is_read() -> None:
    # Not below tmp_path, which only its owner may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for inner in ("a.csv", "b.zip", "c/d.csv", "e.csv"):
            files.put(folder, inner, "x")
        for inner in ("a.csv", "b.zip", "c"):
            (folder / inner).chmod(0)
        bad, good = {}, []
        with ordinary_user():
            for _, found in walk(folder):
                try:
                    content = b"" if isinstance(found, Damaged) else found.content
                except Exception as error:
                    bad[found.path] = str(error)
                else:
                    if isinstance(found, Damaged):
                        bad[found.path] = str(found.error)
                    else:
                        good.append((found.path, content))
        (folder / "c").chmod(0o755)
    assert good == [("e.csv", b"x")]
    assert set(bad) == {"a.csv", "b.zip", "c"}
    assert all("Permission denied" in reason for reason in bad.values())
