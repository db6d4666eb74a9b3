"""The ASP NDC-HCPCS crosswalk. No published file is at hand: rows are synthetic, in CMS's own columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from indexer.sources.asp_ndc import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, options, source
from tests.sources.sheets import workbook

OPTIONS = options("asp-ndc")
HEADER = (
    "_2026_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,"
    "BILLUNITS,BILLUNITSPKG"
)
NOTICES = [
    "October 2026 ASP NDC-HCPCS Crosswalk,,,,,,,,,",
    ",,,,,,,,,",
    "CPT codes are copyright AMA,,,,,,,,,",
]
ROWS = [
    "J9999,Inj examplum,A Labeler,00001-0001-01,Examplar,10 MG,4,1,10,40",
    "90999,A licensed text,A Labeler,00001-0002-01,Vaccinum,0.5 ML,0.5,10,1,10",
    'J9998,Inj alter,A Labeler,00001-0003-10,Alterum,1 MG,1,1,1,"1,000"',
]
NAME = "October 2026 ASP NDC-HCPCS Crosswalk.csv"


def table(rows: list[str] = ROWS, header: str = HEADER) -> bytes:
    return "\r\n".join([*NOTICES, header, *rows]).encode("cp1252")


def test_packages_are_read_with_their_billing_units() -> None:
    member = member_from_bytes(NAME, table())
    assert READER.recognise(member, OPTIONS)
    release = READER.release(member, OPTIONS)
    assert release is not None and (release.name, release.part) == ("2026Q4", "csv")
    first, vaccine, third = READER.read(member, OPTIONS).tables["ndc"].to_dicts()
    assert first == {
        "row": 5, "code": "J9999", "ndc": "00001-0001-01", "labeler": "A Labeler", "drug": "Examplar",
        "short_title": "Inj examplum", "dosage": "10 MG", "package_size": "4", "package_quantity": "1",
        "billing_units": 40.0,
    }  # fmt: skip
    assert (vaccine["code"], vaccine["short_title"], vaccine["drug"]) == ("90999", None, "Vaccinum")
    assert third["billing_units"] == 1000.0


@pytest.mark.parametrize(
    "heading", ["HCPCS Code", "_2024_CODE", "2025_CODE", "HCPCS Level II Code defer to DCDRG"]
)
def test_the_code_column_has_had_several_names(heading: str) -> None:
    header = HEADER.replace("_2026_CODE", heading).replace("NDC2", "NDC")
    reading = READER.read(member_from_bytes(NAME, table(header=header)), OPTIONS)
    assert reading.tables["ndc"]["code"].to_list() == ["J9999", "90999", "J9998"]


def test_the_workbook_form_gives_the_same_packages() -> None:
    rows: list[list[object]] = [["October 2026 ASP NDC-HCPCS Crosswalk"], [None], [*HEADER.split(",")]]
    rows.append([*ROWS[0].split(",")[:6], 4, 1, 10, 40])
    member = member_from_bytes("crosswalk.xlsx", workbook(rows))
    release = READER.release(member, OPTIONS)
    assert release is not None and (release.name, release.part) == ("2026Q4", "xlsx")
    text = READER.read(member_from_bytes(NAME, table(ROWS[:1])), OPTIONS).tables["ndc"]
    assert READER.read(member, OPTIONS).tables["ndc"].drop("row").equals(text.drop("row"))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("J9999", "J999", "no HCPCS or CPT code"),
        ("00001-0001-01", "0001-0001-01", "5-4-2"),
        ("00001-0001-01", "0000100010", "5-4-2"),
        ("Examplar", "", "no name"),
        (",40", ",forty", "BILLUNITSPKG"),
        (",10,40", ",10", "9 cells"),
    ],
)
def test_a_bad_row_is_rejected(before: str, after: str, reason: str) -> None:
    reading = READER.read(member_from_bytes(NAME, table([ROWS[2], ROWS[0].replace(before, after)])), OPTIONS)
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(6, True)]


def test_name_and_notice_must_agree_on_the_quarter() -> None:
    with pytest.raises(SourceFileError, match="the name says 2026Q3, the file says 2026Q4"):
        READER.release(member_from_bytes("july-2026-asp-ndc-hcpcs-crosswalk.csv", table()), OPTIONS)


def test_a_missing_column_is_named() -> None:
    member = member_from_bytes(NAME, table(header=HEADER.replace("BILLUNITSPKG", "X")))
    with pytest.raises(SourceFileError, match="the column BILLUNITSPKG is missing"):
        READER.read(member, OPTIONS)


def test_crosswalks_of_other_payment_methods_do_not_fit_the_names() -> None:
    import re

    patterns = [re.compile(pattern) for pattern in source("asp-ndc")["names"]]
    for other in (
        "AWP NDC-HCPCS Crosswalk.csv",
        "OPPS ASP NDC-HCPCS Crosswalk.csv",
        "NOC ASP NDC-HCPCS.xlsx",
    ):
        assert not any(pattern.search(other) for pattern in patterns)
    assert any(pattern.search(f"section 508 version of {NAME}") for pattern in patterns)


@given(mangled(ROWS[:2]))
@settings(max_examples=40)
def test_every_row_is_read_or_rejected(lines: list[str]) -> None:
    lines = [line.replace('"', "") for line in lines]
    blank = sum(not line.replace(",", "").strip() for line in lines if filled([line]))
    data = table() + b"\n" + "\n".join(lines).encode()
    assert accounted(READER.read(member_from_bytes(NAME, data), OPTIONS)) == len(ROWS) + filled(lines) - blank
