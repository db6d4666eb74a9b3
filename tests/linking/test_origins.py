"""Every origin of every record of the sample names a row that holds the value: looked up in the files."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from indexer.link.hand_facts import fact_rows
from searchcore.library import Library
from searchcore.request import Request
from searchcore.result import Record
from tests.sample_corpus import FOLDER, sample_files

CODE_COLUMNS = ("code", "document", "add_on", "primary")
COLUMNS = {
    "valid_from": ("added", "effective"),
    "valid_to": ("terminated", "ended", "deletion", "add_on_deleted", "primary_deleted"),
}


def all_versions(library: Library, kind: str) -> Iterator[Record]:
    page = 1
    while hits := library.search(Request("", kind, as_of=None, per_page=200, page=page)).hits:
        yield from (hit.record for hit in hits)
        page += 1


@pytest.fixture(scope="module")
def rows() -> dict[str, list[list[dict[str, str]]]]:
    """Return for each release (`source/release`) the rows of each of its files."""
    found: dict[str, list[list[dict[str, str]]]] = {}
    for entry in sample_files():
        with (FOLDER / entry.file).open(newline="", encoding="utf-8") as stream:
            found.setdefault(f"{entry.source}/{entry.release}", []).append(list(csv.DictReader(stream)))
    return found


@pytest.fixture(scope="module")
def starts() -> dict[str, str]:
    return {f"{e.source}/{e.release}": e.start.isoformat() if e.start else "" for e in sample_files()}


def named(row: dict[str, str], record: Record) -> bool:
    """Tell whether a row is about the code of a record."""
    if record.kind == "ptp_edit":
        return f"{row.get('column_1')}/{row.get('column_2')}" == record.code
    return any(row.get(column) == record.code for column in CODE_COLUMNS)


def shown(record: Record, field: str) -> str:
    value = getattr(record, field) if hasattr(record, field) else record.fields.get(field)
    if isinstance(value, (list, tuple)):
        return "|".join(value) if field != "betos" else (value[-1] if value else "")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str({"yes": "true", "no": "false"}.get(str(value), value if value is not None else ""))


def holds(row: dict[str, str], record: Record, field: str, release: str, starts: dict[str, str]) -> bool:
    """Tell whether a row gives the value of a field.

    A date may also be that of a release: the row stands in the first one from that day on, or in the last one
    before the next begins.
    """
    value = shown(record, field)
    if field == "status":
        return True
    if field in COLUMNS:
        given = {row.get(column) for column in COLUMNS[field]}
        source = release.partition("/")[0]
        if field == "valid_from":
            return value in given or value == starts[release]
        after = str(dt.date.fromisoformat(value) + dt.timedelta(days=1))
        return value in given or after in {s for id, s in starts.items() if id.startswith(f"{source}/")}
    if field == "short_title" and not value:
        return True  # Left out where it is the title.
    if record.kind == "ptp_edit":
        return True  # The title is the pair itself.
    return row.get(field, "") == value


@pytest.mark.parametrize("kind", ["code", "modifier", "ptp_edit", "coverage"])
def test_every_origin_names_a_row_that_holds_the_value(
    kind: str,
    sample_library: Library,
    rows: dict[str, list[list[dict[str, str]]]],
    starts: dict[str, str],
) -> None:
    checked = 0
    for record in all_versions(sample_library, kind):
        for field, origin in record.origins.items():
            release, _, number = origin.rpartition("#")
            at = f"{record.system} {record.code} {field} {origin} {shown(record, field)!r}"
            if release.startswith("facts/"):
                check_fact(record, field, fact_rows(release.removeprefix("facts/"))[int(number) - 1], at)
            else:
                files = [file for file in rows[release] if len(file) >= int(number)]
                found = [file[int(number) - 1] for file in files if named(file[int(number) - 1], record)]
                conversion = release.startswith("icd10cm-conversion")
                assert found, at
                assert conversion or set(record.releases) & {release} or field in COLUMNS, at
                assert any(holds(row, record, field, release, starts) for row in found), at
            checked += 1
    assert checked > 10


def check_fact(record: Record, field: str, row: dict[str, Any], at: str) -> None:
    assert row["code"] == record.code, at
    names = {"valid_from": ("valid_from", "first_day"), "valid_to": ("valid_to", "last_day")}
    if field != "status":
        value = next((row[name] for name in names.get(field, (field,)) if name in row), None)
        assert str(value) == shown(record, field), at


def test_every_record_has_an_origin_for_each_date_that_it_shows(sample_library: Library) -> None:
    """But for a version that begins or ends because a row of another file or release changed."""
    records = [r for kind in ("code", "modifier", "coverage") for r in all_versions(sample_library, kind)]
    times = Counter((record.system, record.code) for record in records)
    missing = [
        (record.system, record.code, field)
        for record in records
        for field in ("valid_from", "valid_to")
        if getattr(record, field) and field not in record.origins and times[record.system, record.code] == 1
    ]
    assert missing == []
