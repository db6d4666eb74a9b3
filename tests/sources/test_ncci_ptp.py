"""PTP files: text and xlsx, dates given or not, rows that do not parse. Rows are synthetic unless marked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.sources.ncci_ptp import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, member_from_path
from tests.sources.sheets import workbook

HEAD = [
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
]
ROWS = [
    "11042\t97597\t*\t19960101\t*\t1\tMisuse of Column Two code with Column One code",
    "11042\tg0463\t\t20200101\t20210630\t0\tStandards of medical/surgical practice ",
    "0001A\t36591\t\t\t20231231\t9\t",
]
NAME = "ccipra-v322r0-f1.txt"


def text_of(rows: list[str], end: str = "\r\n") -> bytes:
    return end.join([*HEAD, *rows]).encode() + end.encode()


def test_rows_are_typed() -> None:
    reading = READER.read(member_from_bytes(NAME, text_of(ROWS)), {})
    table = reading.tables["ptp"]
    assert reading.rows == 3 and not reading.rejects
    assert table["row"].to_list() == [7, 8, 9]
    assert table["column_2"].to_list() == ["97597", "G0463", "36591"]
    assert table["prior_1996"].to_list() == [True, False, False]
    assert table["effective"].to_list() == [dt.date(1996, 1, 1), dt.date(2020, 1, 1), None]
    assert table["deletion"].to_list() == [None, dt.date(2021, 6, 30), dt.date(2023, 12, 31)]
    assert table["indicator"].to_list() == ["1", "0", "9"]
    assert table["rationale"].to_list()[1:] == ["Standards of medical/surgical practice", None]
    assert reading.checks == {"edits": 3, "not_deleted": 1}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_bom_and_cp1252_do_not_matter(end: str) -> None:
    plain = READER.read(member_from_bytes(NAME, text_of(ROWS)), {}).tables["ptp"]
    mixed = text_of(ROWS, end).replace(b"Misuse of", b"Misuse\xa0of")
    reading = READER.read(member_from_bytes(NAME, mixed), {})
    assert reading.tables["ptp"].drop("rationale").equals(plain.drop("rationale"))
    assert reading.tables["ptp"]["rationale"][0].startswith("Misuse\xa0of")
    with_bom = READER.read(member_from_bytes(NAME, b"\xef\xbb\xbf" + text_of(ROWS, end)), {})
    assert with_bom.tables["ptp"].equals(plain)


def test_the_workbook_form_gives_the_same_rows() -> None:
    cells = [[part if part else None for part in line.split("\t")] for line in [*HEAD, *ROWS]]
    numbers = [
        [int(cell) if cell and cell.isdecimal() and len(cell) == 8 else cell for cell in row] for row in cells
    ]
    member = member_from_bytes("ccipra-v322r0-f1.xlsx", workbook(numbers))
    assert READER.recognise(member, {})
    found = READER.release(member, {})
    assert found is not None and (found.name, found.part) == ("2026Q3", "f1-xlsx")
    text = READER.read(member_from_bytes(NAME, text_of(ROWS)), {})
    assert READER.read(member, {}).tables["ptp"].equals(text.tables["ptp"])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1104\t97597\t\t20200101\t*\t1\tx", "column 1 holds no code"),
        ("11042\t9759\t\t20200101\t*\t1\tx", "column 2 holds no code"),
        ("11042\t97597\tx\t20200101\t*\t1\tx", "before 1996"),
        ("11042\t97597\t\t20201301\t*\t1\tx", "effective date"),
        ("11042\t97597\t\t20200101\t2020\t1\tx", "deletion date"),
        ("11042\t97597\t\t20200101\t*\t2\tx", "modifier indicator"),
        ("11042\t97597\t\t20200101\t*\t1", "does not have 7 fields"),
        ("11042\t97597\t\t20200101\t*\t1\tx\tsurplus", "does not have 7 fields"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_the_rest_read(bad: str, reason: str) -> None:
    reading = READER.read(member_from_bytes(NAME, text_of([ROWS[0], "", bad, ROWS[1] + "\t\t"])), {})
    assert reading.rows == 2
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(9, True)]


@pytest.mark.parametrize(
    ("name", "copyright_year", "release"),
    [
        ("ccipra-v302r0.txt", "2023", "2024Q3 txt"),
        ("ccioph-v320r0-f4.txt", "2025", "2026Q1 f4"),
        ("medicare-ncci-2026q4-practitioner-ptp-edits-ccipra-v323r1-f2.TXT", "2025", "2026Q4 f2"),
    ],
)
def test_the_version_in_the_name_gives_the_quarter(name: str, copyright_year: str, release: str) -> None:
    member = member_from_bytes(
        name, text_of(ROWS).replace(b"2025 American", f"{copyright_year} American".encode())
    )
    found = READER.release(member, {})
    assert found is not None and f"{found.name} {found.part}" == release


def test_a_file_of_the_wrong_year_is_refused() -> None:
    with pytest.raises(
        SourceFileError, match="the name says 2025, the copyright notice in the file belongs to 2026"
    ):
        READER.release(member_from_bytes("ccipra-v312r0-f1.txt", text_of(ROWS)), {})


def test_without_a_version_in_the_name_there_is_no_release() -> None:
    assert READER.release(member_from_bytes("ccipra.txt", text_of(ROWS)), {}) is None


def test_a_file_without_the_header_is_not_read() -> None:
    member = member_from_bytes(NAME, "\n".join(ROWS).encode())
    assert not READER.recognise(member, {})
    with pytest.raises(SourceFileError, match="header row"):
        READER.read(member, {})


@given(mangled(ROWS), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "cp1252"]))
@settings(max_examples=60)
def test_every_row_is_read_or_rejected(lines: list[str], end: str, encoding: str) -> None:
    data = end.join([*HEAD, ROWS[0], *lines]).encode(encoding, errors="replace")
    reading = READER.read(member_from_bytes(NAME, data), {})
    assert accounted(reading) == filled(data.decode(encoding).split(end)) - len(HEAD)
    assert reading.tables["ptp"].height == reading.rows


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "rows", "not_deleted"), [("ccipra", 2_546_017, 1_669_820), ("ccioph", 1_775_818, 1_335_857)]
)
def test_the_published_sets_are_read_whole(shared_data: Path, name: str, rows: int, not_deleted: int) -> None:
    path = shared_data / "ncci" / "2024Q3-reconstructed" / f"{name}-v302r0.reconstructed.txt.gz"
    member = member_from_path(path)
    reading = READER.read(member, {})
    assert (reading.rows, len(reading.rejects)) == (rows, 0)
    assert reading.checks == {"edits": rows, "not_deleted": not_deleted}
    assert reading.tables["ptp"]["effective"].null_count() == rows
    release = READER.release(member, {})
    assert release is not None and release.name == "2024Q3"


@pytest.mark.realdata
def test_the_dated_excerpt_is_read(shared_data: Path) -> None:
    reading = READER.read(
        member_from_path(shared_data / "excerpts-2026" / "ccipra-v322r0-f1.excerpt.txt"), {}
    )
    assert reading.rows == 24 and not reading.rejects
    assert reading.tables["ptp"]["effective"].null_count() == 0
    assert reading.tables["ptp"]["deletion"].null_count() == 7
