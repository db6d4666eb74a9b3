"""HCPCS Level II in three forms. Rows are synthetic unless marked; the D code here has no text of CDT."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from indexer.sources.hcpcs import READER
from searchcore.errors import SourceFileError
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    options,
)
from tests.sources.sheets import workbook

OPTIONS = options("hcpcs")
LAYOUT: Mapping[str, list[int]] = OPTIONS["fixed_width"]
DRUG = {
    "HCPC": "J0120", "SEQNUM": "00100", "RECID": "3", "LONG DESCRIPTION": "Injection, examplum,",
    "SHORT DESCRIPTION": "Examplum inj", "PRICE1": "51", "PRICE2": "57", "MULT_PI": "A",
    "STATUTE": "1862A7", "XREF1": "J1010", "COV": "D", "ASC_GRP": "YY", "BETOS": "O1E", "TOS1": "1",
    "TOS2": "P", "ANEST_BU": "  0", "ADD DT": "19860101", "ACT EFF DT": "20200401", "TERM DT": "20241231",
    "ACTION CD": "D",
}  # fmt: skip
MORE = {"HCPC": "J0120", "SEQNUM": "00200", "RECID": "4", "LONG DESCRIPTION": "up to 250 mg"}
MODIFIER = {
    "HCPC": "   AA", "SEQNUM": "00100", "RECID": "7", "LONG DESCRIPTION": "First words of a modifier",
    "SHORT DESCRIPTION": "A modifier", "COV": "D", "ADD DT": "19840101", "ACT EFF DT": "20200401",
    "ACTION CD": "N",
}  # fmt: skip
MORE_MODIFIER = {"HCPC": "   AA", "SEQNUM": "00200", "RECID": "8", "LONG DESCRIPTION": "and the last"}
DENTAL = {
    **DRUG,
    "HCPC": "D0120",
    "LONG DESCRIPTION": "A masked text",
    "SHORT DESCRIPTION": "Masked",
    "TERM DT": "",
}
RECORDS = [MODIFIER, MORE_MODIFIER, DRUG, MORE, DENTAL]


def fixed_line(fields: Mapping[str, str]) -> str:
    line = [" "] * 320
    for name, text in fields.items():
        first, last = LAYOUT[name]
        line[first - 1 : last] = text.ljust(last - first + 1)[: last - first + 1]
    return "".join(line)


def fixed(records: Sequence[Mapping[str, str]] = RECORDS, end: str = "\r\n") -> bytes:
    lines = ["***Disclaimers\t\t", "", "-- Some brand names\xa0may appear.", *map(fixed_line, records)]
    return end.join(lines).encode("cp1252") + end.encode()


def cells(records: Sequence[Mapping[str, str]] = RECORDS) -> list[list[str]]:
    return [list(LAYOUT), *([record.get(name, "") for name in LAYOUT] for record in records)]


def as_csv(records: Sequence[Mapping[str, str]] = RECORDS) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(cells(records))
    return text.getvalue().encode()


def test_fixed_width_fields_are_cut_where_the_layout_says() -> None:
    reading = READER.read(member_from_bytes("HCPC2020_APR_ANWEB.txt", fixed()), OPTIONS)
    assert (reading.rows, reading.rejects) == (5, [])
    assert reading.checks == {"codes": 2, "modifiers": 1, "ended": 1}
    modifier, drug, _ = reading.tables["hcpcs"].to_dicts()
    assert drug == {
        "row": 6, "record": "code", "code": "J0120", "title": "Injection, examplum, up to 250 mg",
        "short_title": "Examplum inj", "pricing": ["51", "57"], "multiple_pricing": "A",
        "statute": "1862A7", "xref": ["J1010"], "coverage": "D", "asc_group": "YY", "betos": "O1E",
        "type_of_service": ["1", "P"], "anesthesia_units": 0, "added": dt.date(1986, 1, 1),
        "action_date": dt.date(2020, 4, 1), "terminated": dt.date(2024, 12, 31), "action": "D",
        "dose_quantity": 250.0, "dose_unit": "mg",
    }  # fmt: skip
    assert (modifier["code"], modifier["record"], modifier["row"]) == ("AA", "modifier", 4)
    assert modifier["title"] == "First words of a modifier and the last"
    assert modifier["dose_quantity"] is None


def test_the_three_forms_give_the_same_records() -> None:
    text = READER.read(member_from_bytes("a.txt", fixed(end="\n")), OPTIONS).tables["hcpcs"].drop("row")
    table = READER.read(member_from_bytes("a.csv", as_csv()), OPTIONS).tables["hcpcs"].drop("row")
    rows: list[list[object]] = [["Note regarding coverage"], [None], [None]]
    # Excel turns some record ids and dates into numbers.
    rows += [[int(cell) if cell in ("7", "20200401") else cell for cell in row] for row in cells()]
    member = member_from_bytes("anweb.xlsx", workbook(rows))
    assert READER.recognise(member, OPTIONS)
    assert table.equals(text)
    assert READER.read(member, OPTIONS).tables["hcpcs"].drop("row").equals(text)


def test_titles_of_d_codes_are_masked_even_in_rejects() -> None:
    bad = {**DENTAL, "ADD DT": "1986"}
    reading = READER.read(member_from_bytes("a.csv", as_csv([DENTAL, bad])), OPTIONS)
    row = reading.tables["hcpcs"].to_dicts()[0]
    assert (row["code"], row["title"], row["short_title"], row["dose_unit"]) == ("D0120", None, None, None)
    assert len(reading.rejects) == 1 and "ask" not in reading.rejects[0].text


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({**DRUG, "RECID": "5"}, "record id is '5'"),
        ({**DRUG, "HCPC": "99213"}, "'99213' is not the shape of a HCPCS code"),
        ({**MODIFIER, "HCPC": "    A"}, "'A' is not the shape of a HCPCS modifier"),
        ({**DRUG, "TERM DT": "20241301"}, "TERM DT is not a date"),
        (MORE_MODIFIER, "whose first row is not above it"),
        ({**MORE, "HCPC": "J0121"}, "whose first row is not above it"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line(record: Mapping[str, str], reason: str) -> None:
    for data, line in ((fixed([DRUG, record]), 5), (as_csv([DRUG, record]), 3)):
        reading = READER.read(member_from_bytes("a.any", data), OPTIONS)
        assert reading.rows == 1
        assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(line, True)]


def acting(day: str, count: int, **more: str) -> list[Mapping[str, str]]:
    return [{**DRUG, "HCPC": f"J{number:04}", "ACT EFF DT": day, **more} for number in range(count)]


@pytest.mark.parametrize(
    ("name", "records", "release"),
    [
        ("HCPC2018_CONTR_ANWEB_disc.txt", acting("20180101", 20) + acting("20180701", 1), "2018Q1"),
        ("anweb.txt", acting("20180101", 20) + acting("20180701", 2), "2018Q1"),
        ("anweb.txt", acting("20200101", 30) + acting("20200915", 9), "2020Q3"),
        ("HCPC2026_OCT_ANWEB_09012026.txt", acting("20261001", 9), "2026Q4"),
        ("HCPC2026_OCT_ANWEB.txt", acting("20260701", 3), "2026Q4"),
    ],
)
def test_the_release_comes_from_the_name_or_from_the_last_quarter_with_actions(
    name: str, records: list[Mapping[str, str]], release: str
) -> None:
    found = READER.release(member_from_bytes(name, fixed(records)), OPTIONS)
    assert found is not None and (found.name, found.part) == (release, "txt")


def test_a_file_of_the_wrong_quarter_is_refused_and_a_silent_one_has_no_release() -> None:
    records = acting("20240701", 20)
    with pytest.raises(
        SourceFileError, match="the name says 2026Q4, the latest actions in the file are of 2024Q3"
    ):
        READER.release(member_from_bytes("HCPC2026_OCT_ANWEB.txt", fixed(records)), OPTIONS)
    assert READER.release(member_from_bytes("anweb.txt", fixed(records[:3])), OPTIONS) is None


def test_a_missing_column_is_named() -> None:
    member = member_from_bytes("a.csv", as_csv().replace(b"TERM DT", b"TERM"))
    assert not READER.recognise(member, OPTIONS)
    with pytest.raises(SourceFileError, match="the column TERM DT is missing"):
        READER.read(member, OPTIONS)


@given(mangled([fixed_line(record) for record in RECORDS]))
@settings(max_examples=60)
def test_every_line_is_read_or_rejected(lines: list[str]) -> None:
    data = fixed([MODIFIER]) + "\r\n".join(lines).encode()
    reading = READER.read(member_from_bytes("a.txt", data), OPTIONS)
    assert accounted(reading) == 1 + filled(lines)


PUBLISHED = [
    ("2018/2018-Alpha-Numeric-HCPCS-File.zip", "HCPC2018_CONTR_ANWEB_disc.txt", "2018Q1", 10_985, 6_205, 354),
    ("2018/2018-Alpha-Numeric-HCPCS-File.zip", "HCPC2018_CONTR_ANWEB_disc.xlsx", "2018Q1", 6_559, 6_205, 354),
    ("2019/2019-Alpha-Numeric-HCPCS-File.zip", "HCPC2019_CONTR_ANWEB.txt", "2019Q1", 11_622, 6_440, 360),
    ("2019/2019-Alpha-Numeric-HCPCS-File.zip", "HCPC2019_CONTR_ANWEB.xlsx", "2019Q1", 6_801, 6_440, 360),
    ("2020-04/anweb.xlsx", None, "2020Q2", 7_098, 6_728, 369),
    ("2020-07/anweb.xlsx", None, "2020Q3", 7_159, 6_789, 369),
    ("2020-10/anweb.xlsx", None, "2020Q4", 7_197, 6_825, 371),
    ("2024-07-reconstructed/HCPC2024_JUL_ANWEB_v3.reconstructed.csv.gz", None, "2024Q3", 8_033, 8_033, 0),
]


@pytest.mark.realdata
@pytest.mark.parametrize(("path", "inner", "release", "rows", "codes", "modifiers"), PUBLISHED)
def test_the_published_files_are_read_whole(
    shared_data: Path, path: str, inner: str | None, release: str, rows: int, codes: int, modifiers: int
) -> None:
    member = member_from_path(shared_data / "hcpcs" / path, inner)
    reading = READER.read(member, OPTIONS)
    assert (reading.rows, len(reading.rejects)) == (rows, 0)
    assert (reading.checks["codes"], reading.checks["modifiers"]) == (codes, modifiers)
    found = READER.release(member, OPTIONS)
    assert found is not None and found.name == release


@pytest.mark.realdata
def test_facts_of_the_published_files(shared_data: Path) -> None:
    member = member_from_path(shared_data / "hcpcs" / PUBLISHED[7][0])
    table = READER.read(member, OPTIONS).tables["hcpcs"]
    rows = {row["code"]: row for row in table.to_dicts()}
    assert (rows["J1030"]["terminated"], rows["J1030"]["dose_quantity"]) == (dt.date(2024, 3, 31), 40.0)
    assert (rows["J1010"]["added"], rows["J1010"]["dose_quantity"]) == (dt.date(2024, 4, 1), 1.0)
    drugs = table.filter(table["code"].str.starts_with("J"))
    assert drugs["dose_unit"].null_count() < 0.05 * drugs.height
