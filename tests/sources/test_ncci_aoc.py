"""Add-on code edits: workbook, delimited and fixed-width text. Rows are synthetic unless marked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings

from indexer.sources.ncci_aoc import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, member_from_path, options
from tests.sources.sheets import workbook

OPTIONS = options("ncci-aoc")
HEADER = [
    "AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT",
    "AOC_Edit_DelDT", "Special_Instruction_Notes",
]  # fmt: skip
ROWS = [
    ["1", "11045", "", "11042", "", "2013091", "", ""],
    ["2", "G2211", "", "CCCCC", "", "2024275", "2024275", "Contractor Defined Primary Codes"],
    ["3", "0887t", "2025365", "22633", "2022365", "2013091", "2025365", '"A note, quoted"'],
]
NOTICE = "Codes are copyright 2025 American Medical Association."


def delimited(mark: str, rows: list[list[str]] = ROWS) -> bytes:
    lines = [
        NOTICE,
        *(mark.join(cell.replace('"', "").replace(",", "") for cell in row) for row in [HEADER, *rows]),
    ]
    return "\r\n".join(lines).encode()


def fixed(gap: str, rows: list[list[str]] = ROWS) -> str:
    widths = (1, 5, 7, 5, 7, 7, 7)
    return "\r\n".join(
        gap.join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[7]]) for row in rows
    )


def test_julian_dates_are_read_to_the_day() -> None:
    cells: list[list[object]] = [
        [int(c) if c.isdecimal() and len(c) == 7 else c for c in row] for row in ROWS
    ]
    member = member_from_bytes("AOC_V2026Q2-MCR.xlsx", workbook([[NOTICE], HEADER, *cells]))
    assert READER.recognise(member, OPTIONS)
    table = READER.read(member, OPTIONS).tables["aoc"]
    assert table["effective"].to_list() == [dt.date(2013, 4, 1), dt.date(2024, 10, 1), dt.date(2013, 4, 1)]
    assert table["deletion"].to_list() == [None, dt.date(2024, 10, 1), dt.date(2025, 12, 31)]
    assert table["add_on"].to_list() == ["11045", "G2211", "0887T"]
    assert table["primary"].to_list() == ["11042", "CCCCC", "22633"]
    assert table["note"].to_list() == [None, "Contractor Defined Primary Codes", "A note, quoted"]
    release = READER.release(member, OPTIONS)
    assert release is not None and (release.name, release.part) == ("2026Q2", "xlsx")


@pytest.mark.parametrize("mark", [",", "\t"])
def test_delimited_text_gives_the_same_edits(mark: str) -> None:
    member = member_from_bytes("AOC_V2026Q2-MCR.txt", delimited(mark))
    assert READER.recognise(member, OPTIONS)
    table = READER.read(member, OPTIONS).tables["aoc"]
    assert table["row"].to_list() == [3, 4, 5]
    assert table["deletion"].to_list()[2] == dt.date(2025, 12, 31)


@pytest.mark.parametrize("gap", ["", " "])
def test_fixed_width_text_gives_the_same_edits(gap: str) -> None:
    data = f"{NOTICE}\r\n\r\n{fixed(gap)}\r\n".encode()
    member = member_from_bytes("AOC_V2026Q2-MCR.txt", data)
    assert READER.recognise(member, OPTIONS)
    reading = READER.read(member, OPTIONS)
    assert reading.rows == 3 and not reading.rejects
    table = reading.tables["aoc"]
    assert table["row"].to_list() == [3, 4, 5]
    assert table["primary_deleted"].to_list() == [None, None, dt.date(2022, 12, 31)]
    assert table["note"].to_list()[1] == "Contractor Defined Primary Codes"


def test_a_text_in_another_layout_is_not_guessed_at() -> None:
    assert not READER.recognise(member_from_bytes("AOC_V2026Q2-MCR.txt", fixed("  ").encode()), OPTIONS)


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, "4", "edit type"),
        (1, "1104", "add-on code"),
        (3, "", "primary code is missing"),
        (3, "CCCC", "neither a code nor CCCCC"),
        (5, "2013367", "effective is not a date"),
        (6, "20251231", "deletion is not a date"),
    ],
)
def test_a_bad_row_is_rejected(place: int, value: str, reason: str) -> None:
    bad = [*ROWS[0][:place], value, *ROWS[0][place + 1 :]]
    reading = READER.read(member_from_bytes("AOC_V2026Q2-MCR.csv", delimited(",", [ROWS[0], bad])), OPTIONS)
    assert reading.rows == 1
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(4, True)]


def test_a_file_of_the_wrong_year_is_refused() -> None:
    with pytest.raises(SourceFileError, match="the name says 2024"):
        READER.release(member_from_bytes("AOC_V2024Q2-MCR.csv", delimited(",")), OPTIONS)


@given(mangled(["\t".join(row).replace('"', "") for row in ROWS]))
@settings(max_examples=60)
def test_every_row_is_read_or_rejected(lines: list[str]) -> None:
    data = delimited("\t") + b"\n" + "\n".join(lines).encode()
    reading = READER.read(member_from_bytes("AOC_V2026Q2-MCR.txt", data), OPTIONS)
    assert accounted(reading) == len(ROWS) + filled(lines)


@pytest.mark.realdata
def test_the_published_file_is_read_whole(shared_data: Path) -> None:
    member = member_from_path(shared_data / "ncci" / "2026Q2" / "AOC_V2026Q2-MCR.xlsx")
    reading = READER.read(member, OPTIONS)
    assert (reading.rows, len(reading.rejects)) == (9_000, 0)
    assert reading.checks == {"type_1": 8_293, "type_2": 47, "type_3": 660}
    never = reading.tables["aoc"].filter(add_on="G2211")
    assert never["effective"].to_list()[0] == dt.date(2024, 10, 1)
    release = READER.release(member, OPTIONS)
    assert release is not None and release.name == "2026Q2"
