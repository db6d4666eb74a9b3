"""The same inputs give the same content; unchanged inputs are not built again; changed ones are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import build
from indexer.catalogue import Catalogue
from indexer.importer import import_folder
from searchcore.generations import current_id, ids, load
from tests.importing import files

LOCKS = ("build.lock", "import.lock")


def snapshot(data_dir: Path) -> dict[str, tuple[int, int, int]]:
    """Return inode, time of change and size of everything below a folder but the locks."""
    paths = (path for path in data_dir.rglob("*") if path.name not in LOCKS)
    stats = {str(path): path.stat() for path in paths}
    return {name: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in stats.items()}


def test_unchanged_inputs_are_not_built_again_and_nothing_is_written(codefacet, data_dir: Path) -> None:
    build(data_dir)
    before = snapshot(data_dir)
    report = build(data_dir)
    assert report.unchanged
    assert report.generation == current_id(data_dir)
    result = codefacet(data_dir, "build")
    assert (result.exit_code, "Nothing has changed" in result.stdout) == (0, True)
    assert codefacet(data_dir, "build", "--if-needed").output == ""
    assert json.loads(codefacet(data_dir, "build", "--json").stdout)["unchanged"] is True
    assert snapshot(data_dir) == before


def test_builds_of_the_same_inputs_have_the_same_content(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for _ in import_folder(files.put(tmp_path, files.GPCI_NAME, files.gpci()), Catalogue(other)):
        pass
    build(other)
    hashes = {load(small, id).manifest["content_hash"] for id in ids(small)}
    assert hashes == {load(other).manifest["content_hash"]}
    assert len(ids(small)) == 2


def test_the_sample_too_has_the_same_content_each_time(sample_data_dir: Path, tmp_path: Path) -> None:
    report = build(tmp_path / "again")
    assert report.sample
    again, before = load(tmp_path / "again").manifest, load(sample_data_dir).manifest
    assert again["content_hash"] == before["content_hash"]
    assert again["records"] == before["records"]


def test_a_changed_input_is_built_and_forgetting_it_goes_back(
    codefacet, data_dir: Path, tmp_path: Path
) -> None:
    build(data_dir)
    first = load(data_dir).manifest
    path = files.put(tmp_path, "GPCI2024.csv", files.gpci(year=2024))
    codefacet(data_dir, "import", str(path))
    assert build(data_dir).unchanged is False
    assert {file["release"] for file in load(data_dir).manifest["inputs"]} == {"2024", "2025"}
    assert load(data_dir).manifest["content_hash"] != first["content_hash"]
    codefacet(data_dir, "forget", "mpfs-gpci", "2024")
    assert build(data_dir).unchanged is False
    assert load(data_dir).manifest["content_hash"] == first["content_hash"]


def test_json_report(codefacet, data_dir: Path) -> None:
    report = json.loads(codefacet(data_dir, "build", "--force", "--json").stdout)
    assert (report["unchanged"], report["sample"]) == (False, False)
    assert report["generation"] == current_id(data_dir)
    assert report["records"] == load(data_dir).records
    (source,) = report["sources"]
    assert (source["source"], source["release"], source["rows"]) == ("mpfs-gpci", "2025", files.GPCI_ROWS)
    assert report["peak_memory_mb"] > 1 and sum(report["seconds"].values()) > 0


def test_sources_limit_a_build(codefacet, fails, data_dir: Path, tmp_path: Path) -> None:
    codefacet(data_dir, "import", str(files.put(tmp_path, files.AOC_NAME, files.aoc())))
    report = json.loads(codefacet(data_dir, "build", "--sources", "ncci-aoc", "--json").stdout)
    assert [source["source"] for source in report["sources"]] == ["ncci-aoc"]
    before = current_id(data_dir)
    assert "nothing is imported of hcpcs" in fails(data_dir, "build", "--sources", "hcpcs")
    assert current_id(data_dir) == before


@pytest.mark.parametrize("names", [["nonsense"], ["mpfs-gpci,nonsense"], ["mpfs-gpci", "../x"]])
def test_an_unknown_source_is_wrong_usage(codefacet, data_dir: Path, names: list[str]) -> None:
    before = snapshot(data_dir)
    options = [part for name in names for part in ("--sources", name)]
    result = codefacet(data_dir, "build", *options)
    assert result.exit_code == 2
    assert "there is no source" in result.stderr
    assert snapshot(data_dir) == before
