"""The relative value file in both forms. Rows are synthetic unless marked; CPT texts are never kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings

from indexer.sources.mpfs_rvu import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, member_from_path, options

OPTIONS = options("mpfs-rvu")
COLUMNS: Mapping[str, str] = OPTIONS["columns"]
LAYOUT: Mapping[str, list[int]] = OPTIONS["fixed_width"]
ROW = {
    "code": "11042", "modifier": "", "title": "A licensed text", "status": "A", "not_used": "+",
    "work": "1.01", "pe_nonfacility": "2.34", "pe_nonfacility_na": "NA", "pe_facility": "0.62",
    "pe_facility_na": "", "mp": "0.10", "total_nonfacility": "3.45", "total_facility": "1.73", "pctc": "0",
    "global_days": "000", "pre_op": "0.10", "intra_op": "0.80", "post_op": "0.10",
    "multiple_procedure": "2", "bilateral": "0", "assistant": "1", "co_surgeon": "0", "team": "0",
    "endo_base": "31622", "conversion_factor": "32.3465", "supervision": "09", "calculation_flag": "0",
    "imaging_family": "99", "opps_nonfacility": "0.00", "opps_facility": "0.00", "opps_mp": "0.00",
}  # fmt: skip
LEVEL_TWO = {**ROW, "code": "g0008", "modifier": "26", "title": "Level II words"}
DENTAL = {**ROW, "code": "D0120", "modifier": "TC"}
ROWS = [ROW, LEVEL_TWO, DENTAL]


def stacked(
    rows: Sequence[Mapping[str, str]] = ROWS, *, extra: bool = False, title: str = "2025 {} October"
) -> bytes:
    """Return the csv form: five notices, then headings broken over five rows, from the bottom up."""
    names = dict(COLUMNS)
    if extra:
        # The column that 2026 added stands between TEAM SURG and ENDO BASE.
        order = list(names)
        order.insert(order.index("endo_base"), "price")
        names = {name: COLUMNS.get(name, "PRIC IND") for name in order}
    words = {name: heading.split(" ") for name, heading in names.items()}
    words |= {name: [" ".join(parts[:-4]), *parts[-4:]] for name, parts in words.items() if len(parts) > 5}
    words = {name: [*[""] * (5 - len(parts)), *parts] for name, parts in words.items()}
    notice = title.format("National Physician Fee Schedule Relative Value File") + " Release"
    lines = [["", "", notice], ["", "", "Notices"], ["", "", "More"], [""], ["", "", "RELEASED 09/11/2025"]]
    lines += [[parts[level] for parts in words.values()] for level in range(5)]
    lines += [[row.get(name, "9") for name in names] for row in rows]
    width = len(names)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([*line, *[""] * (width - len(line))] for line in lines)
    return text.getvalue().encode()


def fixed_line(row: Mapping[str, str]) -> str:
    line = [" "] * 171
    for name, (first, last) in LAYOUT.items():
        width = last - first + 1
        text = row[name][1:] if name.endswith("_op") else row[name]
        numeric = "." in text
        line[first - 1 : last] = text.rjust(width) if numeric else text.ljust(width)
    return "".join(line)


def fixed(rows: Sequence[Mapping[str, str]] = ROWS) -> bytes:
    return "\r\n".join(["HDR NOTICE", "HDR MORE", *map(fixed_line, rows), "TRL 3"]).encode()


def test_columns_are_found_by_their_joined_headings() -> None:
    member = member_from_bytes("PPRRVU2025_Oct.csv", stacked())
    assert READER.recognise(member, OPTIONS)
    reading = READER.read(member, OPTIONS)
    assert (reading.rows, reading.rejects) == (3, [])
    first, second, third = reading.tables["rvu"].to_dicts()
    for name, text in ROW.items():
        if name != "title":
            expected = float(text) if isinstance(first[name], float) else text or None
            assert first[name] == (expected if name != "modifier" else ""), name
    assert (second["code"], second["modifier"], second["row"]) == ("G0008", "26", 12)
    assert [row["title"] for row in (first, second, third)] == [None, "Level II words", None]


def test_a_column_more_changes_nothing() -> None:
    plain = READER.read(member_from_bytes("a.csv", stacked()), OPTIONS)
    more = READER.read(member_from_bytes("a.csv", stacked(extra=True)), OPTIONS)
    assert more.tables["rvu"].equals(plain.tables["rvu"])


def test_the_text_form_gives_the_same_rows() -> None:
    member = member_from_bytes("PPRRVU2025_Oct.txt", fixed())
    assert READER.recognise(member, OPTIONS)
    text = READER.read(member, OPTIONS).tables["rvu"]
    plain = READER.read(member_from_bytes("a.csv", stacked()), OPTIONS).tables["rvu"]
    assert text["row"].to_list() == [3, 4, 5]
    assert text.drop("row").equals(plain.drop("row"))


def test_a_shifted_text_layout_is_rejected_not_misread() -> None:
    lines = [fixed_line(row) for row in ROWS]
    shifted = "\r\n".join(["HDR x", *(line[:120] + "9" + line[120:] for line in lines)])
    reading = READER.read(member_from_bytes("PPRRVU2026_Oct.txt", shifted.encode()), OPTIONS)
    assert (reading.rows, len(reading.rejects)) == (0, 3)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("code", "1104", "no HCPCS or CPT code"),
        ("modifier", "2", "modifier"),
        ("status", "", "status"),
        ("work", "one", "work is not a number"),
        ("mp", "NaN", "mp is not a number"),
        ("conversion_factor", "323.5", "out of range"),
    ],
)
def test_a_bad_row_is_rejected_without_its_text(name: str, value: str, reason: str) -> None:
    reading = READER.read(member_from_bytes("a.csv", stacked([ROW, {**ROW, name: value}])), OPTIONS)
    assert reading.rows == 1
    assert [(reject.line, reason in reject.reason) for reject in reading.rejects] == [(12, True)]
    assert "licensed" not in reading.rejects[0].text


def test_a_short_row_is_rejected_without_its_text() -> None:
    data = stacked([ROW]) + b"11043,,A licensed text,A\r\n"
    rejects = READER.read(member_from_bytes("a.csv", data), OPTIONS).rejects
    assert [(reject.line, reject.text) for reject in rejects] == [(12, "11043")]


def test_a_missing_column_is_named() -> None:
    data = stacked().replace(b"GLOB", b"GLOBE")
    with pytest.raises(SourceFileError, match="the column GLOB DAYS is missing"):
        READER.read(member_from_bytes("a.csv", data), OPTIONS)


@pytest.mark.parametrize(
    ("name", "title", "release", "part"),
    [
        ("PPRRVU2025_Oct.csv", "2025 {} October", "2025D", "csv"),
        ("PPRRVU2026_Jul_nonQPP.csv", "2026 {} July", "2026C", "nonqpp-csv"),
        ("PPRRVU2026_Jan_QPP.csv", "2026 {} January", "2026A", "qpp-csv"),
        ("PPRRVU26_APR.csv", "Nothing {} here", "2026B", "csv"),
        ("fee schedule.csv", "2025 {} October", "2025D", "csv"),
    ],
)
def test_the_release_stands_in_the_name_and_the_title_row(
    name: str, title: str, release: str, part: str
) -> None:
    found = READER.release(member_from_bytes(name, stacked(title=title)), OPTIONS)
    assert found is not None and (found.name, found.part) == (release, part)


def test_a_file_of_the_wrong_year_is_refused() -> None:
    with pytest.raises(SourceFileError, match="the name says 2026D, the title row says 2025D"):
        READER.release(member_from_bytes("PPRRVU2026_Oct.csv", stacked()), OPTIONS)


@given(mangled([fixed_line(row) for row in ROWS]))
@settings(max_examples=60)
def test_every_line_is_read_or_rejected(lines: list[str]) -> None:
    data = fixed() + b"\r\n" + "\r\n".join(lines).encode()
    headers = sum(line[:3].upper() in ("HDR", "TRL") and not line[3:4].isalnum() for line in lines)
    reading = READER.read(member_from_bytes("a.txt", data), OPTIONS)
    assert accounted(reading) == 3 + filled(lines) - headers


@pytest.mark.realdata
def test_both_published_forms_are_read_whole_and_agree(shared_data: Path) -> None:
    folder = shared_data / "mpfs" / "RVU25D"
    tables: list[pl.DataFrame] = []
    for form in ("csv", "txt"):
        member = member_from_path(folder / f"PPRRVU2025_Oct.descriptors-stripped.{form}.gz")
        assert READER.recognise(member, OPTIONS)
        release = READER.release(member, OPTIONS)
        assert release is not None and (release.name, release.part) == ("2025D", form)
        reading = READER.read(member, OPTIONS)
        assert (reading.rows, len(reading.rejects)) == (19_090, 0)
        tables.append(reading.tables["rvu"].drop("row"))
    assert tables[0].equals(tables[1])


@pytest.mark.realdata
def test_the_2026_excerpt_with_one_column_more_is_read(shared_data: Path) -> None:
    member = member_from_path(shared_data / "excerpts-2026" / "PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv")
    reading = READER.read(member, OPTIONS)
    assert (reading.rows, len(reading.rejects)) == (3, 0)
    assert reading.tables["rvu"]["conversion_factor"].to_list() == [33.4009] * 3
    assert reading.tables["rvu"]["title"].null_count() == 3
    release = READER.release(member, OPTIONS)
    assert release is not None and (release.name, release.part) == ("2026C", "nonqpp-csv")
