"""`codefacet import` as programs and people meet it: its JSON, its exit codes, its one line for an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.importing import files


def test_json_has_one_object_per_file(codefacet, data_dir, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    files.put(downloads, "GPCI2024.csv", files.gpci(year=2024, rows=3))
    files.put(downloads, "GPCI2023.csv", "nothing")
    result = codefacet(data_dir, "import", str(downloads), "--json")
    wrong, excerpt, right = json.loads(result.stdout)
    assert result.exit_code == 1
    assert right == {
        "file": "GPCI2025.csv",
        "source": "mpfs-gpci",
        "release": "2025",
        "effective_from": "2025-01-01",
        "effective_to": "2025-12-31",
        "rows": files.GPCI_ROWS,
        "rejected": 0,
        "sha256": right["sha256"],
        "accepted": True,
        "state": "accepted",
        "reason": "",
    }
    assert len(right["sha256"]) == 64
    assert set(wrong) == set(excerpt) == set(right)
    assert (wrong["accepted"], wrong["rows"], wrong["source"]) == (False, 0, "mpfs-gpci")
    assert (excerpt["accepted"], excerpt["state"], excerpt["rows"]) == (False, "aside", 3)


def test_the_table_tells_the_same(codefacet, data_dir, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    files.put(downloads, "layout.pdf", "x")
    result = codefacet(data_dir, "import", str(downloads))
    assert result.exit_code == 0
    assert "1 files accepted (90 rows), 1 left aside, 0 refused" in result.stdout


@pytest.mark.parametrize("make", [None, "folder", "folders"])
def test_an_empty_folder_or_a_missing_path_is_one_line(codefacet, data_dir, tmp_path: Path, make) -> None:
    path = tmp_path / "downloads"
    if make:
        (path / "inner" if make == "folders" else path).mkdir(parents=True)
    result = codefacet(data_dir, "import", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert ("the folder is empty" if make else "no such file or folder") in result.stderr
    as_json = json.loads(codefacet(data_dir, "import", str(path), "--json").stdout)
    assert (as_json["error"], as_json["where"]) == ("SourceFileError", str(path))


@pytest.mark.parametrize("arguments", [(), ("--no-such-option", "x"), ("a", "b")])
def test_wrong_usage_is_exit_code_2(codefacet, data_dir, arguments) -> None:
    assert codefacet(data_dir, "import", *arguments).exit_code == 2


def test_one_file_may_be_given(codefacet_process, data_dir, downloads) -> None:
    result = codefacet_process(data_dir, "import", str(files.put(downloads, files.GPCI_NAME, files.gpci())))
    assert (result.returncode, result.stderr) == (0, "")
    assert "accepted" in result.stdout


def test_two_imports_at_once_do_not_mix(codefacet, data_dir, downloads) -> None:
    from indexer.catalogue import Catalogue

    files.put(downloads, files.GPCI_NAME, files.gpci())
    with Catalogue(data_dir).lock():
        for command in (["import", str(downloads)], ["forget", "mpfs-gpci", "2025"]):
            result = codefacet(data_dir, *command)
            assert result.exit_code == 1
            assert result.stderr.count("\n") == 1
        assert not (data_dir / "files").exists()
    assert codefacet(data_dir, "import", str(downloads)).exit_code == 0
