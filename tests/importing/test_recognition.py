"""Which file is what: by name and content, never by the folder; and what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing import files


def test_right_files_are_accepted_wherever_they_lie(imported, releases, downloads: Path) -> None:
    files.put(downloads, "misleading/icd10pcs/FY2019/" + files.GPCI_NAME, files.gpci())
    files.put(downloads, "a.zip", files.zip_bytes({"deep/er/" + files.ORDER_NAME: files.order_file()}))
    files.put(downloads, files.AOC_NAME + ".gz", files.aoc())
    assert [line["state"] for line in imported(downloads)] == ["accepted"] * 3
    assert releases() == {
        "icd10cm-order/FY2026": files.ORDER_ROWS,
        "mpfs-gpci/2025 csv": files.GPCI_ROWS,
        "ncci-aoc/2026Q2 csv": files.AOC_ROWS,
    }


@pytest.mark.parametrize(
    ("name", "content", "release"),
    [
        ("renamed.csv", files.gpci(), ("mpfs-gpci", "2025")),
        ("download (3).csv", files.documents(), ("mcd-listing", "2025-08-08")),
        ("my_codes_2026.txt", files.order_file(), ("icd10cm-order", "FY2026")),
    ],
)
def test_a_renamed_file_is_accepted_if_its_release_is_known(
    imported, downloads, name, content, release
) -> None:
    (line,) = imported(files.put(downloads, name, content))
    assert (line["source"], line["release"]) == release
    assert line["accepted"], line["reason"]


def test_a_renamed_file_of_no_known_release_is_refused_with_the_name_to_give_it(imported, downloads) -> None:
    (line,) = imported(files.put(downloads, "codes.txt", files.order_file()))
    assert not line["accepted"]
    assert line["source"] == "icd10cm-order"
    assert "icd10cm_order_YYYY.txt" in line["reason"]


@pytest.mark.parametrize("name", [files.GPCI_NAME, files.ORDER_NAME, files.AOC_NAME, "PPRRVU2025_Oct.csv"])
@pytest.mark.parametrize("content", ["words, and nothing else\n", "\x00\x01\x02" * 400, files.documents()])
def test_a_wrong_file_with_the_right_name_is_refused_in_one_line(imported, downloads, name, content) -> None:
    (line,) = imported(files.put(downloads, name, content))
    assert line["state"] == "refused"
    assert "its content is not one" in line["reason"]
    assert "\n" not in line["reason"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("GPCI2024.csv", files.gpci(year=2025), ("2024", "2025")),
        (
            "PPRRVU2025_Oct.csv",
            files.rvu_head("2024 National Physician Fee Schedule Relative Value File October Release"),
            ("2025D", "2024D"),
        ),
        (
            "PPRRVU2025_Oct.csv",
            files.rvu_head("2025 National Physician Fee Schedule Relative Value File January Release"),
            ("2025D", "2025A"),
        ),
    ],
)
def test_a_name_of_another_year_than_the_content_is_refused(imported, downloads, name, content, said) -> None:
    (line,) = imported(files.put(downloads, name, content))
    assert line["state"] == "refused"
    for part in said:
        assert part in line["reason"]


def test_anchor_codes_tell_a_file_of_the_wrong_year(imported, downloads) -> None:
    newer_as_older = files.put(downloads, "icd10cm_order_2025.txt", files.order_file())
    (line,) = imported(newer_as_older)
    assert (line["state"], line["release"]) == ("refused", "FY2025")
    assert "G35D is in it" in line["reason"]


def test_a_missing_anchor_code_tells_an_incomplete_file(imported, downloads) -> None:
    (line,) = imported(files.put(downloads, files.ORDER_NAME, files.order_file(("A000", "G35D"))))
    assert line["state"] == "refused"
    assert "E119 is missing" in line["reason"]


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        (files.GPCI_NAME, files.gpci(rows=24), 24),
        (files.ORDER_NAME, files.order_file(rows=9), 9),
        ("documents_latest.csv", files.documents(3), 3),
    ],
)
def test_excerpts_are_set_aside_without_failing(imported, releases, downloads, name, content, rows) -> None:
    (line,) = imported(files.put(downloads, name, content))
    assert (line["state"], line["accepted"], line["rows"]) == ("aside", False, rows)
    assert "excerpt" in line["reason"]
    assert releases() == {}


@pytest.mark.parametrize(
    "name",
    ["layout.pdf", "schema.xsd", "x.json", "HCPC_recordlayout.txt", "readme.txt", "notes.docx", "x.bin"],
)
def test_what_holds_no_rows_is_left_aside_with_a_reason(imported, downloads, name) -> None:
    (line,) = imported(files.put(downloads, name, b"\x00\xff some bytes"))
    assert line["state"] == "aside"
    assert line["reason"]
