"""Geographic practice cost indices. Rows are synthetic unless marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from indexer.sources.mpfs_gpci import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, mangled, member_from_bytes, member_from_path
from tests.sources.sheets import workbook

HEADER = (
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    "2025 PW GPCI (with 1.0 Floor),2025 PE GPCI,2025 MP GPCI"
)
ROWS = ["10112,AL,00,ALABAMA,1,0.869,0.575", "02102,ak,01,ALASKA*,1.5,1.081,0.592"]
NOTES = ['"MAC Assignments as of November 22, 2023",,,,,,', ",,,,,,", "*A note.,,,,,,"]


def text_of(rows: list[str] = ROWS, header: str = HEADER) -> bytes:
    return "\r\n".join(["ADDENDUM E,,,,,,", ",,,,,,", header, *rows, *NOTES]).encode()


def test_localities_are_read_and_notes_left_out() -> None:
    member = member_from_bytes("GPCI2025.csv", text_of())
    assert READER.recognise(member, {})
    reading = READER.read(member, {})
    assert (reading.rows, reading.rejects) == (2, [])
    assert reading.tables["gpci"].rows() == [
        (4, "10112", "AL", "00", "ALABAMA", 1.0, 0.869, 0.575),
        (5, "02102", "AK", "01", "ALASKA", 1.5, 1.081, 0.592),
    ]


def test_the_index_with_the_floor_is_the_one_that_counts() -> None:
    header = HEADER.replace("2025 PW GPCI (with", "2025 PW GPCI (without 1.0 Floor),2025 PW GPCI (with")
    rows = ["10112,AL,00,ALABAMA,0.9,1,0.869,0.575"]
    assert READER.read(member_from_bytes("a.csv", text_of(rows, header)), {}).tables["gpci"][
        "work"
    ].to_list() == [1]


def test_a_workbook_that_lost_leading_zeros_is_mended() -> None:
    rows: list[list[object]] = [
        ["ADDENDUM E"],
        [*HEADER.split(",")],
        [2102, "AK", 1, "ALASKA*", 1.5, 1.081, 0.592],
    ]
    member = member_from_bytes("GPCI2025.xlsx", workbook(rows))
    assert READER.read(member, {}).tables["gpci"].rows()[0][1:4] == ("02102", "AK", "01")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1011x,AL,00,X,1,1,1", "contractor"),
        ("10112,ALA,00,X,1,1,1", "state"),
        ("10112,AL,,X,1,1,1", "locality"),
        ("10112,AL,00,X,one,1,1", "work index"),
        ("10112,AL,00,X,1,1", "6 cells"),
    ],
)
def test_a_bad_row_is_rejected(bad: str, reason: str) -> None:
    reading = READER.read(member_from_bytes("a.csv", text_of([ROWS[0], bad])), {})
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(5, True)]


def test_name_and_headings_must_agree_on_the_year() -> None:
    found = READER.release(member_from_bytes("indices.csv", text_of()), {})
    assert found is not None and (found.name, found.part) == ("2025", "csv")
    with pytest.raises(SourceFileError, match="the name says 2026, the file says 2025"):
        READER.release(member_from_bytes("GPCI2026.csv", text_of()), {})


def test_a_missing_index_is_named() -> None:
    data = text_of().replace(b"MP GPCI", b"MP")
    with pytest.raises(SourceFileError, match="is missing"):
        READER.read(member_from_bytes("a.csv", data), {})


@given(mangled([row + ",x" for row in ROWS]))
@settings(max_examples=40)
def test_every_row_is_read_or_rejected(lines: list[str]) -> None:
    lines = [line.replace('"', "") for line in lines]
    data = "\n".join([HEADER, *ROWS, *lines]).encode()
    # A line whose first cell alone is filled is a note.
    rows = sum(any(cell.strip() for cell in line.split(",")[1:]) for line in lines)
    assert accounted(READER.read(member_from_bytes("a.csv", data), {})) == len(ROWS) + rows


@pytest.mark.realdata
def test_the_published_file_is_read_whole(shared_data: Path) -> None:
    member = member_from_path(shared_data / "mpfs" / "RVU25D" / "GPCI2025.csv.gz")
    reading = READER.read(member, {})
    assert (reading.rows, len(reading.rejects)) == (109, 0)
    alaska = reading.tables["gpci"].filter(state="AK").to_dicts()[0]
    assert (alaska["mac"], alaska["work"], alaska["name"]) == ("02102", 1.5, "ALASKA")
