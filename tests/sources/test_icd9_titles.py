"""ICD-9-CM titles: two files that differ by the width of the code column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd9_titles import READER
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    read_or_refused,
)

# Synthetic titles in the published layouts.
DIAGNOSES = [
    "0010  Synthetic title",
    "38600 M\u00e9ni\u00e8re, synthetic",
    "V0182 Synthetic title",
    "E8000 Synthetic title",
]
ORDER = f"00001 A00     0 {'Synthetic short title':<60} Synthetic title"
PROCEDURES = ["0001 Synthetic procedure", "001  Synthetic procedure", "9999 Synthetic procedure"]


def member(lines: list[str], name: str = "CMS32_DESC_LONG_DX.txt"):
    return member_from_bytes(name, "\n".join(lines).encode("cp1252", "replace"))


def test_reads_diagnoses():
    reading = READER.read(member(DIAGNOSES), {})
    assert reading.tables["icd9_titles"].select("code_type", "code", "title").rows() == [
        ("diagnosis", "0010", "Synthetic title"),
        ("diagnosis", "38600", "M\u00e9ni\u00e8re, synthetic"),
        ("diagnosis", "V0182", "Synthetic title"),
        ("diagnosis", "E8000", "Synthetic title"),
    ]


def test_reads_procedures_and_keeps_leading_zeros():
    table = READER.read(member(PROCEDURES), {}).tables["icd9_titles"]
    assert table["code"].to_list() == ["0001", "001", "9999"]
    assert set(table["code_type"]) == {"procedure"}


def test_the_version_in_the_name_is_the_release_and_the_file_its_part():
    release = READER.release(member(DIAGNOSES), {})
    assert (release.name, str(release.start), str(release.end)) == ("v32", "2014-10-01", "2015-09-30")
    assert release.part == "diagnosis"
    assert READER.release(member(PROCEDURES, "CMS32_DESC_LONG_SG.txt"), {}).part == "procedure"
    assert READER.release(member(DIAGNOSES, "titles.txt"), {}) is None


def test_rejects_lines_without_code_or_title():
    reading = READER.read(member([*DIAGNOSES, "00100", "ABCDE Synthetic"]), {})
    assert [reject.line for reject in reading.rejects] == [5, 6]


@pytest.mark.parametrize(
    "lines", [["0010  A000    00000"], ["V4989 NoDx    11000"], ["A000    Synthetic"], [], [ORDER]]
)
def test_recognises_neither_mappings_nor_order_files_nor_other_codes(lines):
    assert not READER.recognise(member(lines), {})


@given(mangled(DIAGNOSES))
def test_accounts_for_every_line(lines):
    # So many good ones that the file stays recognisable.
    reading = READER.read(member_from_bytes("d.txt", "\n".join([*DIAGNOSES * 4, *lines]).encode()), {})
    assert accounted(reading) == 16 + filled(lines)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    read_or_refused(READER, member_from_bytes("d.txt", data), {})


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "rows"), [("CMS32_DESC_LONG_DX.txt.gz", 14_567), ("CMS32_DESC_LONG_SG.txt.gz", 3_882)]
)
def test_reads_every_row_of_the_published_files(shared_data: Path, file, rows):
    reading = READER.read(member_from_path(shared_data / "icd9cm/v32" / file), {})
    assert (reading.rows, reading.rejects) == (rows, [])
