"""A full disk and folders that cannot be written: one line, and the served generation stays as it was."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from searchcore.generations import current_id, ids
from searchcore.library import Library
from tests.building.conftest import answer, leftovers
from tests.conftest import ROOT
from tests.storage import limit_file_size, read_only, tiny_disk


def test_a_disk_that_fills_up_during_a_build(codefacet, fails, small: Path, tmp_path: Path, expected) -> None:
    with tiny_disk(tmp_path / "disk", 64 << 20) as disk:
        data_dir = Path(shutil.copytree(small, disk.path / "data"))
        served, known = current_id(data_dir), ids(data_dir)
        files = [path for path in (data_dir / "generations" / str(served)).rglob("*") if path.is_file()]
        size = sum(path.stat().st_blocks * 512 for path in files)  # what one more build needs
        for free in (0, size // 10, size // 2, size * 9 // 10):
            gc.collect()  # files of a failed build that are still mapped would free their space later
            disk.leave(free)
            line = fails(data_dir, "build", "--force")
            assert "No space left" in line or "disk is full" in line
            assert (current_id(data_dir), ids(data_dir)) == (served, known)
            assert leftovers(data_dir) == set()
            library = Library.open(data_dir)
            assert answer(library) == expected
            library.close()
            assert codefacet(data_dir, "verify").exit_code == 0
        disk.leave(4 * size)
        assert codefacet(data_dir, "build", "--force").exit_code == 0
        assert current_id(data_dir) != served
        gc.collect()


@pytest.mark.parametrize("size", [0, 3_000, 60_000])
def test_files_that_cannot_grow_stop_a_build(codefacet, data_dir: Path, size: int) -> None:
    served, known = current_id(data_dir), ids(data_dir)
    command = [sys.executable, "-B", "-m", "cli", "--data-dir", str(data_dir), "build", "--force"]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        preexec_fn=partial(limit_file_size, size),
    )
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.stderr
    assert result.stderr.startswith("Error: ")
    assert "fault of CodeFacet" not in result.stderr
    assert (current_id(data_dir), ids(data_dir)) == (served, known)
    assert leftovers(data_dir) == set()
    assert codefacet(data_dir, "verify").exit_code == 0


def test_a_data_folder_that_cannot_be_written_still_answers(codefacet, fails, data_dir: Path) -> None:
    served = current_id(data_dir)
    with read_only(data_dir):
        for command in (["build", "--force"], ["rollback"], ["prune", "--keep", "1"]):
            line = fails(data_dir, *command)
            assert "Read-only file system" in line or "Permission denied" in line
        for command in (["search", "knee"], ["verify"], ["status"], ["generations"]):
            assert codefacet(data_dir, *command).exit_code == 0
    assert current_id(data_dir) == served


def test_a_data_folder_below_a_file_is_one_line(fails, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "Not a directory" in fails(tmp_path / "file" / "data", "build")
