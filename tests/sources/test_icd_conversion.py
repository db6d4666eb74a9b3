"""The conversion table: years and dates, and previous codes in words."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_conversion import READER, parse_effective, parse_previous
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, member_from_bytes, member_from_path

HEADER = ["Current code assignment", "Effective", "Previous Code(s) Assignment"]
BLURB = "This FY 2026 (October 1, 2025 Update) Conversion Table is synthetic."

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Synthetic" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
}


def workbook(rows: list[list[str | int]]) -> bytes:
    """Return an xlsx with one sheet; integers become number cells."""
    lines = []
    for number, cells in enumerate(rows, start=1):
        filled = [(f"{'ABCDEF'[at]}{number}", cell) for at, cell in enumerate(cells) if cell != ""]
        xml = "".join(
            f'<c r="{place}"><v>{cell}</v></c>'
            if isinstance(cell, int)
            else f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for place, cell in filled
        )
        lines.append(f'<row r="{number}">{xml}</row>')
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{''.join(lines)}</sheetData></worksheet>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
    return stream.getvalue()


def member(rows: list[list[str | int]], name: str = "icd-10-cm-conversion-table-FY2026.xlsx"):
    return member_from_bytes(name, workbook([[BLURB], *rows]))


def test_a_year_means_its_first_of_october():
    reading = READER.read(member([HEADER, ["G35.D ", 2025, "G35"], ["B88.01", "April 1, 2026", "None"]]), {})
    assert reading.tables["icd_conversion"].rows() == [
        (3, "G35D", dt.date(2025, 10, 1), ["G35"]),
        (4, "B8801", dt.date(2026, 4, 1), []),
    ]
    assert reading.checks == {"without_previous": 1}


def test_rejects_name_the_sheet_row():
    rows = [
        HEADER,
        ["A00.0", "soon", "A00"],
        ["A00.1", 2020, "who knows"],
        ["??", 2020, "A00"],
        ["A00.9", 2020, ""],
    ]
    reading = READER.read(member(rows), {})
    assert [reject.line for reject in reading.rejects] == [3, 4, 5]
    assert reading.tables["icd_conversion"].select("code", "previous").rows() == [("A009", None)]


def test_columns_are_found_by_name_in_any_order():
    extra = [["Effective", "Remarks", "Previous Code(s)", "Current code"], [2020, "x", "A84.8", "A84.81"]]
    reading = READER.read(member(extra), {})
    assert reading.tables["icd_conversion"].rows() == [(3, "A8481", dt.date(2020, 10, 1), ["A848"])]


def test_a_missing_column_is_an_error_and_no_recognition():
    without = member([["Current code assignment", "Effective"], ["A00.0", 2020]])
    assert not READER.recognise(without, {})
    with pytest.raises(SourceFileError, match="Previous Code"):
        READER.read(without, {})


def test_release_comes_from_the_first_row():
    assert READER.release(member([HEADER], "renamed.xlsx"), {}).name == "FY2026"
    april = workbook([["This FY 2026 (April 1, 2026 Update) Conversion Table"], HEADER])
    assert READER.release(member_from_bytes("x.xlsx", april), {}).name == "FY2026-April"
    with pytest.raises(SourceFileError, match="the name says 2025"):
        READER.release(member([HEADER], "icd-10-cm-conversion-table-FY2025.xlsx"), {})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017", dt.date(2017, 10, 1)),
        ("20230401", dt.date(2023, 4, 1)),
        ("2021-01-01", dt.date(2021, 1, 1)),
        ("4/1/2023", dt.date(2023, 4, 1)),
        ("January 1, 2021", dt.date(2021, 1, 1)),
        ("45017", dt.date(2023, 4, 1)),
        ("", None),
        ("Effective", None),
        ("99999", None),
    ],
)
def test_effective_cells(text, day):
    assert parse_effective(text) == day


@pytest.mark.parametrize(
    ("text", "previous"),
    [
        ("None", []),
        ("A04.7", ["A047"]),
        ("C56.1 and C56.2", ["C561", "C562"]),
        ("I20.0-I20.1; I20.8", ["I200-I201", "I208"]),
        ("K59.09 AND Code from categories T36-T50", ["K5909", "T36-T50"]),
        ("Codes in Categories T15-T19", ["T15-T19"]),
        ("M93.001 &amp; M93.002", ["M93001", "M93002"]),
        ("I63.- and P91.88", ["I63-", "P9188"]),
        ("unknown", None),
    ],
)
def test_previous_cells(text, previous):
    assert parse_previous(text) == previous


CELL = st.one_of(st.integers(0, 99_999), st.text(st.sampled_from("AZ09.- ;and"), max_size=14))


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6))
def test_accounts_for_every_row(rows):
    reading = READER.read(member([HEADER, *rows]), {})
    filled = [row for row in rows if any(str(cell).strip() for cell in row)]
    repeated = accounted(reading)
    assert repeated == len(filled)


@given(st.binary(max_size=200), st.booleans())
def test_a_damaged_workbook_raises_only_our_error(noise, cut):
    data = workbook([[BLURB], HEADER, ["A00.0", 2020, "A00"]])
    broken = data[: len(data) // 2] + noise if cut else noise
    with pytest.raises(SourceFileError):
        READER.read(member_from_bytes("c.xlsx", broken), {})


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "release", "rows"),
    [
        ("FY2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "FY2026", 5_894),
        ("FY2025/icd-10-cm-conversion-table-FY2025.xlsx", "FY2025", 5_407),
    ],
)
def test_reads_every_row_of_the_published_tables(shared_data: Path, file, release, rows):
    found = member_from_path(shared_data / "icd10cm" / file)
    reading = READER.read(found, {})
    blurb_and_header = 2
    assert READER.release(found, {}).name == release
    assert (reading.rows + blurb_and_header, reading.rejects) == (rows, [])
    table = reading.tables["icd_conversion"]
    assert table.null_count().row(0) == (0, 0, 0, 0)
    assert set(table.filter(pl.col("effective").dt.month() != 10)["effective"]) == {
        dt.date(2020, 4, 1),
        dt.date(2021, 1, 1),
        dt.date(2022, 4, 1),
        dt.date(2023, 4, 1),
    }
