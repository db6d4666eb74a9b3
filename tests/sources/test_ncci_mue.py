"""MUE tables of the three settings. Rows are synthetic unless marked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings

from indexer.sources.ncci_mue import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, mangled, member_from_bytes, member_from_path, options
from tests.sources.sheets import workbook

SETTINGS = {"practitioner": "Practitioner", "hospital": "Outpatient Hospital", "dme": "DME Supplier"}
NOTICE = '"Codes are copyright 2025 American Medical Association. \n\nMore notices.",,,\n'
ROWS = [
    "11042,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction",
    "j0120,4,3 Date of Service Edit: Clinical,Prescribing Information",
    "A4206,0,1 Line Edit,CMS Policy",
]
OPTIONS = options("ncci-mue-practitioner")


def table(setting: str = "Practitioner", rows: list[str] | None = None) -> bytes:
    header = f'"HCPCS/\nCPT Code",{setting} Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    return (NOTICE + header + "\n".join(ROWS if rows is None else rows) + "\n").encode()


@pytest.mark.parametrize("setting", SETTINGS)
def test_only_the_source_of_the_setting_recognises_a_table(setting: str) -> None:
    member = member_from_bytes("a.csv", table(SETTINGS[setting]))
    known = [name for name in SETTINGS if READER.recognise(member, options(f"ncci-mue-{name}"))]
    assert known == [setting]


def test_the_basis_is_the_first_character_of_the_indicator() -> None:
    reading = READER.read(member_from_bytes("a.csv", table()), OPTIONS)
    found = reading.tables["mue"].rows()
    assert [row[:4] for row in found] == [(6, "11042", 1, "2"), (7, "J0120", 4, "3"), (8, "A4206", 0, "1")]


def test_the_workbook_form_gives_the_same_rows() -> None:
    rows: list[list[object]] = [["Codes are copyright 2025 American Medical Association."], [None]]
    rows += [
        [
            "HCPCS/\nCPT Code",
            "Practitioner Services MUE Values",
            "MUE Adjudication Indicator",
            "MUE Rationale",
        ]
    ]
    cells: list[list[object]] = [[int(c) if c.isdecimal() else c for c in line.split(",")] for line in ROWS]
    member = member_from_bytes("MCR_MUE_PractitionerServices_Eff_10-01-2026.xlsx", workbook([*rows, *cells]))
    assert READER.recognise(member, OPTIONS)
    text = READER.read(member_from_bytes("a.csv", table()), OPTIONS).tables["mue"]
    assert READER.read(member, OPTIONS).tables["mue"].drop("row").equals(text.drop("row"))
    release = READER.release(member, OPTIONS)
    assert release is not None and (release.name, release.part) == ("2026Q4", "xlsx")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1104,1,2 x,y", "no HCPCS or CPT code"),
        ("11042,,2 x,y", "not a number"),
        ("11042,-1,2 x,y", "not a number"),
        ("11042,1,Line Edit,y", "adjudication indicator"),
        ("11042,1,23 x,y", "adjudication indicator"),
        ("11042,1", "2 cells"),
    ],
)
def test_a_bad_row_is_rejected(bad: str, reason: str) -> None:
    reading = READER.read(member_from_bytes("a.csv", table(rows=[ROWS[0], bad])), OPTIONS)
    assert reading.rows == 1
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(7, True)]


def test_a_missing_column_is_named() -> None:
    data = table().replace(b"MUE Rationale", b"Something")
    with pytest.raises(SourceFileError, match="the column MUE Rationale is missing"):
        READER.read(member_from_bytes("a.csv", data), OPTIONS)


@pytest.mark.parametrize("name", ["MUE_Eff_07-01-2025.csv", "practitioner-2025-q3-mue.csv"])
def test_a_file_of_the_wrong_year_is_refused(name: str) -> None:
    with pytest.raises(SourceFileError, match="the name says 2025"):
        READER.release(member_from_bytes(name, table()), OPTIONS)


def test_an_impossible_month_is_refused_and_a_silent_name_gives_no_release() -> None:
    with pytest.raises(SourceFileError, match="month 13"):
        READER.release(member_from_bytes("MUE_Eff_13-01-2026.csv", table()), OPTIONS)
    assert READER.release(member_from_bytes("mue.csv", table()), OPTIONS) is None


@given(mangled(ROWS))
@settings(max_examples=60)
def test_every_row_is_read_or_rejected(lines: list[str]) -> None:
    data = table(rows=lines)
    whole = list(csv.reader(io.StringIO(data.decode(), newline="\n")))
    reading = READER.read(member_from_bytes("a.csv", data), OPTIONS)
    assert accounted(reading) == sum(any(cell.strip() for cell in row) for row in whole) - 2


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("source_id", "name", "rows"),
    [
        ("ncci-mue-practitioner", "PractitionerServices", 14_677),
        ("ncci-mue-hospital", "OutpatientHospitalServices", 14_628),
        ("ncci-mue-dme", "DMESupplierServices", 2_928),
    ],
)
def test_the_published_tables_are_read_whole(shared_data: Path, source_id: str, name: str, rows: int) -> None:
    folder = shared_data / "ncci" / "2024Q3-reconstructed"
    member = member_from_path(folder / f"MCR_MUE_{name}_Eff_07-01-2024.reconstructed.csv.gz")
    reading = READER.read(member, options(source_id))
    assert (reading.rows, len(reading.rejects)) == (rows, 0)
    assert set(reading.tables["mue"]["basis"].to_list()) <= {"1", "2", "3"}
    release = READER.release(member, options(source_id))
    assert release is not None and (release.name, release.part) == ("2024Q3", "csv")
