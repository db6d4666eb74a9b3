"""A release that comes again: the same bytes, other bytes, another form; and forgetting it."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.catalogue import Catalogue
from tests.importing import files


def store(data_dir: Path) -> list[str]:
    """Return the names of the files that are kept."""
    return sorted(path.name for path in (data_dir / "files").iterdir())


def test_the_same_file_again_is_accepted_as_already_imported(imported, data_dir, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    imported(downloads)
    kept = store(data_dir)
    (line,) = imported(downloads)
    assert line["accepted"]
    assert (line["reason"], line["rows"]) == ("already imported, unchanged", files.GPCI_ROWS)
    assert store(data_dir) == kept


def test_the_same_content_in_an_archive_is_the_same(imported, data_dir, downloads) -> None:
    imported(files.put(downloads, files.GPCI_NAME, files.gpci()))
    (line,) = imported(files.put(downloads, "e.zip", files.zip_bytes({files.GPCI_NAME: files.gpci()})))
    assert (line["accepted"], line["reason"]) == (True, "already imported, unchanged")
    assert len(store(data_dir)) == 1


def test_other_content_needs_update_and_then_replaces(imported, releases, data_dir, downloads) -> None:
    imported(files.put(downloads, files.GPCI_NAME, files.gpci()))
    before = store(data_dir)
    changed = files.put(downloads, files.GPCI_NAME, files.gpci(rows=95))
    (line,) = imported(changed)
    assert line["state"] == "refused"
    assert "--update" in line["reason"]
    assert releases() == {"mpfs-gpci/2025 csv": files.GPCI_ROWS}
    assert store(data_dir) == before
    (line,) = imported(changed, "--update")
    assert (line["accepted"], line["reason"], line["rows"]) == (True, "replaced", 95)
    assert releases() == {"mpfs-gpci/2025 csv": 95}
    imported(changed)
    assert len(store(data_dir)) == 1, "the replaced file is deleted by the next import"


def test_a_second_release_of_a_source_stands_beside_the_first(imported, releases, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    files.put(downloads, "GPCI2024.csv", files.gpci(year=2024))
    imported(downloads)
    assert set(releases()) == {"mpfs-gpci/2024 csv", "mpfs-gpci/2025 csv"}


@pytest.mark.parametrize(
    ("types", "said"), [("123", "agrees with the csv form"), ("122", "type_2 3,402 against 1,701")]
)
def test_two_forms_of_a_release_are_compared(imported, releases, downloads, types, said) -> None:
    imported(files.put(downloads, files.AOC_NAME, files.aoc()))
    (line,) = imported(files.put(downloads, "AOC_V2026Q2-MCR.txt", files.aoc(delimiter="\t", types=types)))
    assert line["accepted"]
    assert said in line["reason"]
    assert set(releases()) == {"ncci-aoc/2026Q2 csv", "ncci-aoc/2026Q2 txt"}


def test_forget_undoes_an_import(codefacet, imported, releases, data_dir, downloads) -> None:
    files.put(downloads, files.GPCI_NAME, files.gpci())
    files.put(downloads, files.AOC_NAME, files.aoc())
    imported(downloads)
    result = codefacet(data_dir, "forget", "mpfs-gpci", "2025")
    assert result.exit_code == 0
    assert releases() == {"ncci-aoc/2026Q2 csv": files.AOC_ROWS}
    assert len(store(data_dir)) == 1
    (line,) = imported(downloads / files.GPCI_NAME)
    assert (line["accepted"], line["reason"]) == (True, "")


def test_forget_keeps_a_file_that_another_release_uses(codefacet, imported, data_dir, downloads) -> None:
    both = {files.GPCI_NAME: files.gpci(), files.AOC_NAME: files.aoc()}
    imported(files.put(downloads, "both.zip", files.zip_bytes(both)))
    codefacet(data_dir, "forget", "mpfs-gpci", "2025")
    found = Catalogue(data_dir).find("ncci-aoc", "2026Q2")
    assert found is not None
    assert len(Catalogue(data_dir).open(found.parts["csv"]).content) == len(files.aoc())


@pytest.mark.parametrize(
    ("source", "release"),
    [("mpfs-gpci", "1999"), ("nothing", "2025"), ("../files", "x"), ("mpfs-gpci", "../../current"), ("", "")],
)
def test_forget_of_what_is_not_imported_is_one_line(codefacet, data_dir, source, release) -> None:
    data_dir.mkdir()
    (data_dir / "current.json").write_text("{}")
    result = codefacet(data_dir, "forget", source, release)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "is not imported" in result.stderr
    assert (data_dir / "current.json").exists()


def test_odd_names_are_found_again_in_the_store(imported, data_dir, downloads) -> None:
    inner = files.zip_bytes({"a!b/" + files.GPCI_NAME: files.gpci()})
    name = "x!y/odd!zip.v1 (2).ZIP"
    files.put(downloads, name, files.zip_bytes({"in!ner.zip": inner}))
    files.put(downloads, "x!y/AOC!_V2026Q2-MCR.CSV.GZ", b"")
    (downloads / "x!y/AOC!_V2026Q2-MCR.CSV.GZ").write_bytes(
        files.put(downloads.parent, "t.gz", files.aoc()).read_bytes()
    )
    assert [line["accepted"] for line in imported(downloads)] == [True, True]
    catalogue = Catalogue(data_dir)
    opened = {r.source: [catalogue.open(p) for p in r.parts.values()] for r in catalogue.releases()}
    (gpci,), (aoc,) = opened["mpfs-gpci"], opened["ncci-aoc"]
    assert gpci.content == files.gpci().encode()
    assert (aoc.content, aoc.name) == (files.aoc().encode(), "AOC!_V2026Q2-MCR.CSV")
