"""Rows of csv, fixed-width text and xlsx with their line numbers; workbooks that lie are refused."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources import workbooks
from indexer.sources.sifting import sift, to_frame
from indexer.sources.tabular import fixed_grid, head_grid, locate, read_grid
from indexer.sources.workbooks import XLSX_MAGIC, cell_text, is_xlsx
from searchcore.errors import SourceFileError
from tests.sources.members import member_from_bytes
from tests.sources.sheets import workbook


def test_csv_rows_carry_the_line_on_which_they_begin() -> None:
    data = b'\xef\xbb\xbfa,b\r\n\r\n"two\nlines",x\r,,\nlast,y'
    grid = read_grid(member_from_bytes("a.csv", data))
    assert grid.lines == [1, 3, 6]
    assert grid.rows == [["a", "b"], ["two\nlines", "x"], ["last", "y"]]


def test_cp1252_text_is_read() -> None:
    assert read_grid(member_from_bytes("a.csv", b"caf\xe9,1\n")).rows == [["café", "1"]]


def test_a_field_of_more_than_a_megabyte_is_read() -> None:
    long = "x" * 1_500_000
    assert read_grid(member_from_bytes("a.csv", f'id,text\n1,"{long}"\n'.encode())).rows[1][1] == long


def test_sheet_rows_carry_the_row_of_the_sheet_and_numbers_lose_their_point() -> None:
    member = member_from_bytes(
        "a.xlsx", workbook([[None], ["h1", "h2"], [None], [7, 20200101.0], ["  A1", 1.5]])
    )
    grid = read_grid(member)
    assert is_xlsx(member)
    assert grid.lines == [2, 4, 5]
    assert grid.rows == [["h1", "h2"], ["7", "20200101"], ["  A1", "1.5"]]


def test_a_zip_that_is_no_workbook_is_not_taken_for_one() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert not is_xlsx(member_from_bytes("a.xlsx", buffer.getvalue()))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAXIMUM_BYTES", 2_000)
    member = member_from_bytes("bomb.xlsx", workbook([["x" * 5_000]]))
    with pytest.raises(SourceFileError, match="unpacks to more than 2,000 bytes"):
        read_grid(member)
    assert len(head_grid(member)) == 0


def repacked(data: bytes, before: bytes, after: bytes) -> bytes:
    """Return a workbook in whose sheet a text is replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(before, after) if name.endswith("sheet1.xml") else content)
    assert buffer.getvalue() != data
    return buffer.getvalue()


@pytest.mark.parametrize(
    "place",
    [
        b'r="XFD1048576"',
        b"r = 'xfd1048576'",
        b's="a>b" r="XFD1048576"',
        b'r="A99999999999"',
        b'r="AAAAAAAAA1"',
        b'r="&#88;FD1048576"',
    ],
)
def test_a_cell_far_out_does_not_make_the_reader_lay_out_terabytes(place: bytes) -> None:
    data = repacked(workbook([["a", "b"], ["c", "d"]]), b'r="B2"', place)
    with pytest.raises(SourceFileError, match=r"spans more rows|hides its place"):
        read_grid(member_from_bytes("far.xlsx", data))


def test_a_wide_cell_above_many_rows_without_a_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAXIMUM_CELLS", 10_000)
    data = repacked(workbook([["a", "b"]]), b"</sheetData>", b"<row><c/></row>" * 400 + b"</sheetData>")
    assert read_grid(member_from_bytes("a.xlsx", data)).rows == [["a", "b"]]
    with pytest.raises(SourceFileError, match="spans more rows"):
        read_grid(member_from_bytes("a.xlsx", repacked(data, b'r="B1"', b'r="AD1"')))


def test_a_declared_size_allocates_nothing() -> None:
    data = repacked(workbook([["a"]]), b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    assert read_grid(member_from_bytes("a.xlsx", data)).rows == [["a"]]


def test_a_truncated_workbook_gives_one_clear_error() -> None:
    data = bytearray(workbook([["a", "b"]] * 50))
    start = data.find(b"xl/worksheets/sheet1.xml") + 40
    data[start : start + 30] = bytes(30)
    with pytest.raises(SourceFileError, match=r"bad\.xlsx: the workbook"):
        read_grid(member_from_bytes("bad.xlsx", bytes(data)))


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_break_recognition(data: bytes) -> None:
    for head in (b"", XLSX_MAGIC):
        member = member_from_bytes("any.bin", head + data)
        for delimiter in (",", "\t"):
            head_grid(member, delimiter)
        try:
            read_grid(member)
        except SourceFileError as error:
            assert error.where.startswith("any.bin")


def test_fixed_width_lines_are_cut_at_their_columns_and_banners_skipped() -> None:
    grid = fixed_grid("HDR x\nAB12\n\n \nC\n", {"left": [1, 2], "right": [3, 4]}, r"HDR")
    assert (grid.lines, grid.rows) == ([2, 5], [["AB", "12"], ["C", ""]])


def test_a_missing_column_is_named() -> None:
    member = member_from_bytes("a.csv", b"Code,Extra\n")
    with pytest.raises(SourceFileError, match="the column Value is missing"):
        locate(member, ["Code", "Extra"], {"code": ("code",), "value": ("Value",)}, ["value"], 1)


def test_columns_are_found_however_they_are_spelled_and_unknown_ones_ignored() -> None:
    member = member_from_bytes("a.csv", b"")
    places = locate(
        member, ["Extra", " HCPCS/\nCPT Code "], {"code": ("HCPCS/CPT Code",), "no": ("x",)}, ["code"], 1
    )
    assert places == {"code": 1}


def test_rows_of_another_width_are_rejected_but_blank_cells_beyond_the_header_are_not() -> None:
    grid = read_grid(member_from_bytes("a.csv", b"1,2\n1,2,,\n1\n1,2,3\n"))
    frame, rejects = to_frame(grid, {"a": 0, "b": 1}, 2)
    assert frame.height == 2
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (3, "the row has 1 cells, the header 2"),
        (4, "the row has 3 cells, the header 2"),
    ]


def test_sifting_keeps_the_first_reason() -> None:
    frame = pl.DataFrame({"row": [1, 2, 3], "a": ["x", "y", None]}, schema={"row": pl.Int32, "a": pl.String})
    good, bad = sift(frame, {"is y": pl.col("a") == "y", "is there": pl.col("a").is_not_null()})
    assert good["row"].to_list() == [3]
    assert [(reject.line, reject.reason, reject.text) for reject in bad] == [
        (1, "is there", "x"),
        (2, "is y", "y"),
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (7.0, "7"), (1.25, "1.25"), (True, "Y"), (" A1", " A1")]
)
def test_cells_become_text(value: object, text: str) -> None:
    assert cell_text(value) == text
