"""The addenda: three layouts of one idea, and an April update that changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_addenda import READER
from searchcore.errors import SourceFileError
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    options,
    read_or_refused,
)

CM, PCS = options("icd10cm-order-addenda"), options("icd10pcs-order-addenda")

# Synthetic rows in the published layouts.
ORDER = [
    f"{'Delete:':<13}1 B880    {'Old short':<60} Old synthetic title",
    f"{'Add:':<13}0 B880    {'New short':<60} New synthetic title",
    f"{'Revise from:':<13}1 A7741   {'Before':<60} Before the revision",
    f"{'Revise to:':<13}1 A7741   {'After':<60} After the revision",
]
CODES = [f"{'Add:':<13}B8801   Synthetic title", f"{'Delete:':<13}B880    Synthetic title"]
PROCEDURES = [
    f"{'Add:':<13}00503Z4 {'Short':<60} Synthetic procedure",
    f"{'Add:':<13}071     {'Short':<60} Synthetic table",
]


def summary(system: str = "icd10cm", year: int = 2026, changes: int = 0, headers: bool = True) -> list[str]:
    lines = ["", "Headers", f"  23467 headers in {system}_order_{year}.txt", "      1 additions", "of which"]
    lines += ["      0 revisions to both long and short titles"]
    codes = [
        "",
        "Codes",
        f"  74260 codes in {system}_order_{year - 1}.txt",
        f"  74719 codes in {system}_order_{year}.txt",
    ]
    codes += [f"     {changes} additions", "      0 deletions", "      0 revisions"]
    return [*(lines if headers else []), *codes]


def member(lines: list[str], name: str = "addenda.txt"):
    return member_from_bytes(name, "\r\n".join(lines).encode())


def test_order_addenda_of_diagnoses_have_flags():
    table = READER.read(member([*ORDER, *summary()]), CM).tables["icd_addenda"]
    assert table.rows() == [
        (1, "ICD10CM", "delete", "B880", True, "Old synthetic title"),
        (2, "ICD10CM", "add", "B880", False, "New synthetic title"),
        (3, "ICD10CM", "revise_from", "A7741", True, "Before the revision"),
        (4, "ICD10CM", "revise_to", "A7741", True, "After the revision"),
    ]


def test_codes_addenda_have_billable_codes_only():
    table = READER.read(member([*CODES, *summary(headers=False)]), CM).tables["icd_addenda"]
    assert table.select("code", "billable", "title").rows() == [
        ("B8801", True, "Synthetic title"),
        ("B880", True, "Synthetic title"),
    ]


def test_order_addenda_of_procedures_tell_tables_by_length():
    table = READER.read(member([*PROCEDURES, *summary("icd10pcs")]), PCS).tables["icd_addenda"]
    assert table.select("code", "billable", "title").rows() == [
        ("00503Z4", True, "Synthetic procedure"),
        ("071", False, "Synthetic table"),
    ]


def test_an_update_without_changes_has_no_rows_and_is_recognised():
    empty = member(summary(), "icd10cm-order-addenda-April-2026.txt")
    reading = READER.read(empty, CM)
    assert READER.recognise(empty, CM)
    assert not READER.recognise(empty, PCS)
    assert (reading.rows, reading.rejects) == (0, [])
    assert READER.release(empty, CM).name == "FY2026-April"


def test_order_and_codes_addenda_are_two_parts():
    assert READER.release(member([*ORDER, *summary()]), CM).part == "order"
    assert READER.release(member([*CODES, *summary(headers=False)]), CM).part == "codes"
    assert READER.release(member([*PROCEDURES, *summary("icd10pcs")]), PCS).part == "order"


def test_checks_set_the_summary_beside_the_rows():
    checks = READER.read(member([*CODES, *summary(changes=487, headers=False)]), CM).checks
    assert checks == {
        "additions": 1,
        "deletions": 1,
        "revisions": 0,
        "stated_additions": 487,
        "stated_deletions": 0,
        "stated_revisions": 0,
        "billable": 74_719,
    }


def test_a_name_that_contradicts_the_summary_is_an_error():
    with pytest.raises(SourceFileError, match="the name says 2025, the file says 2026"):
        READER.release(member([*ORDER, *summary()], "icd10cm_order_addenda_2025.txt"), CM)


def test_rejects_lines_that_are_no_action():
    reading = READER.read(
        member([*ORDER, "Replace:     1 B880    x", "Add:         9 B880    x", *summary()]), CM
    )
    assert [reject.line for reject in reading.rejects] == [5, 6]
    assert reading.rows == 4


@given(mangled([*ORDER, *CODES, *PROCEDURES]), st.sampled_from([CM, PCS]))
def test_accounts_for_every_line_but_the_summary(lines, system):
    reading = READER.read(member([*lines, *summary()]), system)
    assert accounted(reading) == filled(lines)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    read_or_refused(READER, member_from_bytes("a.txt", data), CM)


CM_2026 = "icd10cm/FY2026/icd10cm-Code Descriptions-2026.zip"
APRIL = "icd10cm/FY2025-April/Code-desciptions-April-2025.zip"


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("archive", "inner", "system", "rows", "lines", "billable"),
    [
        (CM_2026, "icd10cm-order-addenda-2026.txt", CM, 748, 770, 74_719),
        (CM_2026, "icd10cm-codes-addenda-2026.txt", CM, 591, 598, 74_719),
        (APRIL, "icd10cm-order-addenda-April-2025.txt", CM, 0, 22, 74_260),
        (APRIL, "icd10cm-codes-addenda-April-2025.txt", CM, 0, 7, 74_260),
        ("icd10pcs/FY2026/cms_2026_pr.zip", "order_addenda_2026.txt", PCS, 189, 211, 79_115),
        ("icd10pcs/FY2025/cms_2025_pr.zip", "order_addenda_2025.txt", PCS, 435, 457, 78_948),
    ],
)
def test_reads_the_published_files(shared_data: Path, archive, inner, system, rows, lines, billable):
    found = member_from_path(shared_data / archive, inner)
    reading = READER.read(found, system)
    assert (reading.rows, reading.rejects, reading.checks["billable"]) == (rows, [], billable)
    assert found.text().count("\n") == lines
    for name in ("additions", "deletions", "revisions"):
        assert reading.checks[name] == reading.checks[f"stated_{name}"]
