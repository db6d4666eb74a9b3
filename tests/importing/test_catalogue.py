"""Damage in what was imported: one line that names the file and the way out, and the way out works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexer.catalogue import Catalogue
from tests.importing import files


@pytest.fixture
def record(imported: Any, data_dir: Path, downloads: Path) -> Path:
    """The record of an imported release."""
    files.put(downloads, files.GPCI_NAME, files.gpci())
    imported(downloads)
    return data_dir / "releases" / "mpfs-gpci" / "2025.json"


DAMAGE = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[:100],
    "bytes": lambda data: b"\xff\x00" + data,
    "no object": lambda data: b"[1, 2]",
    "a number": lambda data: b"7",
    "another release": lambda data: data.replace(b'"release": "2025"', b'"release": "2024"'),
    "no parts": lambda data: data[: data.index(b'"parts"')] + b'"parts": {}, "release": "2025"}',
    "unknown key": lambda data: data.replace(b'"stored"', b'"gored"'),
    "a date": lambda data: data.replace(b"2025-01-01", b"2025-13-01"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_record_is_one_line_and_can_be_mended(codefacet, imported, data_dir, record, name) -> None:
    changed = DAMAGE[name](record.read_bytes())
    assert changed != record.read_bytes()
    record.write_bytes(changed)
    for command in (["status"], ["build"], ["build", "--json"]):
        result = codefacet(data_dir, *command)
        assert result.exit_code == 1
        assert (result.stdout + result.stderr).count("\n") == 1
        assert str(record) in result.output and "codefacet forget mpfs-gpci 2025" in result.output
    downloads = data_dir.parent / "downloads"
    (line,) = imported(downloads)
    assert line["state"] == "refused"
    assert str(record) in line["reason"]
    assert codefacet(data_dir, "forget", "mpfs-gpci", "2025").exit_code == 0
    (line,) = imported(downloads)
    assert line["accepted"]


def test_a_damaged_record_does_not_cost_the_files_of_others(codefacet, imported, data_dir, record) -> None:
    downloads = data_dir.parent / "downloads"
    files.put(downloads, files.AOC_NAME, files.aoc())
    imported(downloads)
    record.write_bytes(b"{")
    imported(downloads)
    assert len(list((data_dir / "files").iterdir())) == 2


@pytest.mark.parametrize("damage", ["missing", "flipped", "cut short", "empty"])
def test_a_damaged_store_stops_the_build_and_an_import_mends_it(
    codefacet, imported, data_dir, record, damage: str
) -> None:
    (stored,) = (data_dir / "files").iterdir()
    data = stored.read_bytes()
    if damage == "missing":
        stored.unlink()
    else:
        changed = {
            "flipped": data[:50] + bytes([data[50] ^ 4]) + data[51:],
            "cut short": data[:99],
            "empty": b"",
        }
        stored.write_bytes(changed[damage])
    result = codefacet(data_dir, "build")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "GPCI2025.csv" in result.stderr and "import the file again" in result.stderr
    (line,) = imported(data_dir.parent / "downloads")
    assert line["accepted"]
    assert "stored again" in line["reason"]
    (stored,) = (data_dir / "files").iterdir()
    assert stored.read_bytes() == data


def test_update_reads_an_unchanged_file_again(imported, data_dir, record) -> None:
    before = record.read_text()
    record.write_text(before.replace('"rows": 90', '"rows": 12'))
    (line,) = imported(data_dir.parent / "downloads", "--update")
    assert (line["accepted"], line["rows"]) == (True, files.GPCI_ROWS)
    found = Catalogue(data_dir).find("mpfs-gpci", "2025")
    assert found is not None and found.parts["csv"].rows == files.GPCI_ROWS
