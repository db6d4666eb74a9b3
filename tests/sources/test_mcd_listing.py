"""The listing of LCDs and articles. Rows are synthetic unless marked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from indexer.sources.mcd_listing import READER
from searchcore.errors import SourceFileError
from tests.sources.members import member_from_bytes, member_from_path

ROW = {
    "contractor_name_type": "A Contractor, LLC\n(DME MAC)\n\nB Contractor\n(MAC - Part A, MAC - Part B)",
    "document_display_id": "L33824", "document_id": "33824", "document_type": "LCD", "document_version": "46",
    "effective_date": "04/01/2025", "note": "Retired", "retirement_date": "06/05/2025", "title": "Example",
    "updated_on": "05/15/2025", "updated_on_sort": "20250515154222",
    "url": "https://www.cms.gov/medicare-coverage-database/view/lcd.aspx?lcdid=33824&ver=46",
}  # fmt: skip


def listing(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def test_a_row_is_a_document_with_its_contractors() -> None:
    member = member_from_bytes("documents_latest.csv", listing(ROW))
    assert READER.recognise(member, {})
    (row,) = READER.read(member, {}).tables["mcd_documents"].to_dicts()
    assert row["contractors"] == ["A Contractor, LLC (DME MAC)", "B Contractor (MAC - Part A, MAC - Part B)"]
    assert (row["document"], row["doc_type"], row["version"], row["status"]) == (
        "L33824",
        "LCD",
        "46",
        "Retired",
    )
    assert (row["effective"], row["ended"]) == (dt.date(2025, 4, 1), dt.date(2025, 6, 5))
    assert row["url"] == ROW["url"]


def test_no_end_is_written_as_na() -> None:
    (row,) = (
        READER.read(member_from_bytes("d.csv", listing({**ROW, "retirement_date": "N/A"})), {})
        .tables["mcd_documents"]
        .to_dicts()
    )
    assert row["ended"] is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://www.cms.gov.example.com/x", "http://www.cms.gov/x"]
)
def test_only_addresses_of_the_agency_are_kept(url: str) -> None:
    reading = READER.read(member_from_bytes("d.csv", listing({**ROW, "url": url})), {})
    assert reading.tables["mcd_documents"]["url"].to_list() == [None]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("document_display_id", "X1", "not that of an LCD"),
        ("title", "", "no title"),
        ("effective_date", "2025", "effective_date"),
        ("retirement_date", "soon", "retirement_date"),
    ],
)
def test_a_bad_row_is_rejected(column: str, value: str, reason: str) -> None:
    reading = READER.read(member_from_bytes("d.csv", listing(ROW, {**ROW, column: value})), {})
    assert reading.rows == 1
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(7, True)]


def test_a_missing_column_is_named() -> None:
    member = member_from_bytes("d.csv", listing(ROW).replace(b"retirement_date", b"retired"))
    assert not READER.recognise(member, {})
    with pytest.raises(SourceFileError, match="the column retirement_date is missing"):
        READER.read(member, {})


@pytest.mark.realdata
def test_the_published_listing_is_read_whole(shared_data: Path) -> None:
    member = member_from_path(shared_data / "mcd" / "coverage-api-2025-08" / "documents_latest.csv.gz")
    reading = READER.read(member, {})
    assert (reading.rows, len(reading.rejects)) == (3_133, 0)
    assert reading.checks == {"lcd": 972, "article": 2_161}
    assert reading.tables["mcd_documents"]["contractors"].list.len().min() == 1
    release = READER.release(member, {})
    assert release is not None and release.name == "2025-08-08"
