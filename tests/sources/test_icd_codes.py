"""The codes file: billable codes only, to check the order file against."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_codes import READER
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    read_or_refused,
)

# Synthetic rows in the published layout.
LINES = ["A000    Synthetic title", "QA00101 Synthetic title of a long code", "U071    Synthetic title"]


def member(lines: list[str], name: str = "icd10cm_codes_2026.txt"):
    return member_from_bytes(name, "\r\n".join(lines).encode())


def test_reads_code_and_title():
    reading = READER.read(member(LINES), {})
    assert reading.tables["icd_codes"].rows() == [
        (1, "A000", "Synthetic title"),
        (2, "QA00101", "Synthetic title of a long code"),
        (3, "U071", "Synthetic title"),
    ]
    assert reading.checks == {"billable": 3}


def test_rejects_lines_without_code_or_title():
    reading = READER.read(member([*LINES, "A001", "1234567 x", "A0010000x"]), {})
    assert [reject.line for reject in reading.rejects] == [4, 5, 6]
    assert reading.rows == 3


def test_recognises_no_mapping_of_the_same_shape():
    assert READER.recognise(member(LINES), {})
    assert not READER.recognise(member(["A000    0010  00000", "A001    0011  00000"]), {})


@given(mangled(LINES))
def test_accounts_for_every_line(lines):
    reading = READER.read(member(lines), {})
    assert accounted(reading) == filled(lines)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    read_or_refused(READER, member_from_bytes("c.txt", data), {})


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("archive", "inner", "rows"),
    [
        ("FY2026/icd10cm-Code Descriptions-2026.zip", "icd10cm-codes-2026.txt", 74_719),
        ("FY2025/ICD10-CM Code Descriptions 2025.zip", "icd10cm-codes-2025.txt", 74_260),
        ("FY2025-April/Code-desciptions-April-2025.zip", "icd10cm-codes-April-2025.txt", 74_260),
    ],
)
def test_has_as_many_codes_as_the_order_file_has_billable_ones(shared_data: Path, archive, inner, rows):
    reading = READER.read(member_from_path(shared_data / "icd10cm" / archive, inner), {})
    assert (reading.rows, reading.rejects) == (rows, [])
