"""The RBCS taxonomy. No published file is at hand: rows are synthetic, in the columns of data.cms.gov."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings

from indexer.sources.rbcs import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, options

OPTIONS = options("rbcs")
HEADER_2025 = (
    "HCPCS_Cd,RBCS_ID,RBCS_Cat,RBCS_Cat_Desc,RBCS_Cat_Subcat,RBCS_Subcat_Desc,RBCS_FamNumb,RBCS_Family_Desc,"
    "RBCS_Major_Ind,HCPCS_Cd_Add_Dt,HCPCS_Cd_End_Dt,RBCS_Latest_Assignment,First_RBCS_Release_Year,"
    "RBCS_Analysis_Start_Dt,RBCS_Analysis_End_Dt,Alt_Assignment_Method,RBCS_ID_Ever_Reassigned"
)
ROWS = [
    "11042,PS001M,P,Procedure,PS,Skin,001,A family,M,01/01/1989,12/31/9999,1,2020,01/01/2014,12/31/9999,0,0",
    "j0120,RX000N,R,Treatment,RX,Drugs,0,No family,N,01/01/1986,12/31/9999,0,2020,01/01/2014,12/31/2022,0,1",
]
NAME = "RBCS_Taxonomy_RY2025.csv"


def table(rows: list[str] = ROWS, header: str = HEADER_2025) -> bytes:
    return "\r\n".join([header, *rows]).encode()


def test_assignments_are_read() -> None:
    member = member_from_bytes(NAME, table())
    assert READER.recognise(member, OPTIONS)
    release = READER.release(member, OPTIONS)
    assert release is not None and release.name == "RY2025"
    reading = READER.read(member, OPTIONS)
    assert reading.tables["rbcs"].rows() == [
        (
            2,
            "11042",
            "PS001M",
            "P",
            "Procedure",
            "PS",
            "Skin",
            "001",
            "A family",
            "M",
            dt.date(2014, 1, 1),
            None,
        ),
        (
            3,
            "J0120",
            "RX000N",
            "R",
            "Treatment",
            "RX",
            "Drugs",
            "000",
            "No family",
            "N",
            dt.date(2014, 1, 1),
            dt.date(2022, 12, 31),
        ),
    ]


def test_the_older_column_names_are_known() -> None:
    header = (
        "HCPCS_Cd,RBCS_ID,RBCS_Cat,RBCS_Cat_Desc,RBCS_Cat_Subcat,RBCS_Subcat_Desc,RBCS_Family_Numb,"
        "RBCS_Family_Desc,RBCS_Major_Ind,HCPCS_Cd_Add_Dt,HCPCS_Cd_End_Dt,RBCS_Assignment_Eff_Dt,RBCS_Assignment_End_Dt"
    )
    rows = [",".join([*ROWS[0].split(",")[:11], "2014-01-01", ""])]
    (row,) = READER.read(member_from_bytes(NAME, table(rows, header)), OPTIONS).tables["rbcs"].to_dicts()
    assert (row["family"], row["first"], row["last"]) == ("001", dt.date(2014, 1, 1), None)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("11042", "1104", "no HCPCS or CPT code"),
        ("PS001M", "PS1M", "six characters"),
        (",P,Procedure,PS,", ",,Procedure,PS,", "category is missing"),
        ("01/01/2014", "2014", "first day is not a date"),
        (",0,0", ",0", "16 cells"),
    ],
)
def test_a_bad_row_is_rejected(before: str, after: str, reason: str) -> None:
    reading = READER.read(member_from_bytes(NAME, table([ROWS[1], ROWS[0].replace(before, after)])), OPTIONS)
    assert reading.rows == 1
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(3, True)]


def test_a_missing_column_is_named_and_a_name_without_year_gives_no_release() -> None:
    member = member_from_bytes("rbcs.csv", table(header=HEADER_2025.replace("RBCS_Major_Ind", "Other")))
    assert READER.release(member, OPTIONS) is None
    with pytest.raises(SourceFileError, match="the column RBCS_Major_Ind is missing"):
        READER.read(member, OPTIONS)


@given(mangled(ROWS))
@settings(max_examples=40)
def test_every_row_is_read_or_rejected(lines: list[str]) -> None:
    lines = [line.replace('"', "") for line in lines]
    blank = sum(not line.replace(",", "").strip() for line in lines if filled([line]))
    reading = READER.read(member_from_bytes(NAME, table([*ROWS, *lines])), OPTIONS)
    assert accounted(reading) == len(ROWS) + filled(lines) - blank
