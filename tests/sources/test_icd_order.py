"""The order files: fixed columns, two systems, every line accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_order import READER
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    options,
    read_or_refused,
)

CM, PCS = options("icd10cm-order"), options("icd10pcs-order")


def row(number: int, code: str, flag: str, title: str, short: str | None = None) -> str:
    return f"{number:05d} {code:<7} {flag} {short or title[:60]:<60} {title}"


# Synthetic rows in the published layout.
CM_LINES = [
    row(1, "A00", "0", "Synthetic category"),
    row(2, "A000", "1", "Synthetic code"),
    row(3, "QA0", "0", "Synthetic category whose second character is a letter"),
    row(4, "QA00101", "1", "Synthetic code whose second character is a letter"),
    row(5, "C4A0", "1", "Synthetic code with a letter in the third place"),
]
PCS_LINES = [row(1, "B00", "0", "Synthetic table"), row(2, "B0000ZZ", "1", "Synthetic procedure")]


def member(lines: list[str], name: str = "icd10cm_order_2026.txt", end: str = "\r\n"):
    return member_from_bytes(name, (end.join(lines) + end).encode())


def test_reads_codes_headers_and_both_titles():
    reading = READER.read(member([row(7, "A000", "1", "A long synthetic title", "A short one")]), CM)
    assert reading.tables["icd_order"].rows(named=True) == [
        {
            "row": 1,
            "system": "ICD10CM",
            "code": "A000",
            "billable": True,
            "short_title": "A short one",
            "title": "A long synthetic title",
        }
    ]


def test_counts_billable_codes_and_headers():
    reading = READER.read(member(CM_LINES), CM)
    assert reading.checks == {"billable": 3, "headers": 2}
    assert reading.rejects == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_any_line_end_a_bom_and_trailing_blanks(end):
    data = "\ufeff" + end.join(f"{line}   " for line in CM_LINES) + end + end + "\x1a"
    reading = READER.read(member_from_bytes("o.txt", data.encode()), CM)
    assert reading.tables["icd_order"]["code"].to_list() == ["A00", "A000", "QA0", "QA00101", "C4A0"]
    assert accounted(reading) == 5


def test_reads_windows_encoding():
    data = row(1, "H8101", "1", "M\u00e9ni\u00e8re (synthetic)").encode("cp1252")
    reading = READER.read(member_from_bytes("o.txt", data), CM)
    assert reading.tables["icd_order"]["title"].to_list() == ["M\u00e9ni\u00e8re (synthetic)"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row(1, "A000", "1", "x")[:70], "before the long description"),
        (row(1, "A000", "2", "Synthetic"), "neither 0 nor 1"),
        (row(1, "0A0", "1", "Synthetic"), "shape of ICD10CM"),
        ("0000x" + row(1, "A000", "1", "Synthetic")[5:], "order number"),
        (row(1, "A000", "1", "Synthetic").replace(" ", "_", 1), "not all blank"),
    ],
)
def test_rejects_a_line_with_its_number_and_reason(line, reason):
    reading = READER.read(member([CM_LINES[0], "", line]), CM)
    assert [reject.line for reject in reading.rejects] == [3]
    assert reason in reading.rejects[0].reason
    assert reading.rejects[0].text == line[:120]


def test_a_procedure_code_needs_seven_characters_and_a_table_three():
    reading = READER.read(member([*PCS_LINES, row(3, "B00", "1", "x"), row(4, "B0000ZZ", "0", "x")]), PCS)
    assert (reading.rows, len(reading.rejects)) == (2, 2)


def test_recognises_its_own_system_only():
    assert READER.recognise(member(CM_LINES), CM)
    assert not READER.recognise(member(CM_LINES), PCS)
    assert READER.recognise(member(PCS_LINES), PCS)
    assert not READER.recognise(member(PCS_LINES), CM)


@pytest.mark.parametrize(
    ("name", "release", "start"),
    [
        ("icd10cm_order_2026.txt", "FY2026", "2025-10-01"),
        ("icd10cm-order-April-2025.txt", "FY2025-April", "2025-04-01"),
        ("icd10cm-order-April-1-2026.txt", "FY2026-April", "2026-04-01"),
    ],
)
def test_release_is_in_the_name(name, release, start):
    found = READER.release(member(CM_LINES, name), CM)
    assert (found.name, str(found.start)) == (release, start)
    assert str(found.end).endswith("-09-30")


def test_a_name_without_a_year_gives_no_release():
    assert READER.release(member(CM_LINES, "order.txt"), CM) is None


@given(mangled([*CM_LINES, *PCS_LINES]), st.sampled_from([CM, PCS]))
def test_accounts_for_every_line(lines, system):
    reading = READER.read(member(lines, end="\n"), system)
    assert accounted(reading) == filled(lines)
    assert reading.tables["icd_order"].height == reading.rows


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_only_our_error(data):
    read_or_refused(READER, member_from_bytes("icd10cm_order_2026.txt", data), CM)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("archive", "inner", "system", "rows", "billable"),
    [
        ("icd10cm/FY2026/icd10cm-Code Descriptions-2026.zip", "icd10cm-order-2026.txt", CM, 98_186, 74_719),
        ("icd10cm/FY2025/ICD10-CM Code Descriptions 2025.zip", "icd10cm-order-2025.txt", CM, 97_584, 74_260),
        (
            "icd10cm/FY2025-April/Code-desciptions-April-2025.zip",
            "icd10cm-order-April-2025.txt",
            CM,
            97_584,
            74_260,
        ),
        ("icd10pcs/FY2026/cms_2026_pr.zip", "icd10pcs_order_2026.txt", PCS, 80_029, 79_115),
        ("icd10pcs/FY2025/cms_2025_pr.zip", "icd10pcs_order_2025.txt", PCS, 79_856, 78_948),
    ],
)
def test_reads_every_row_of_the_published_files(shared_data: Path, archive, inner, system, rows, billable):
    reading = READER.read(member_from_path(shared_data / archive, inner), system)
    assert (reading.rows, reading.rejects, reading.checks["billable"]) == (rows, [], billable)
    assert reading.tables["icd_order"]["code"].n_unique() == rows
