"""A licensed user's own descriptor files. All text here is ours: no AMA descriptor enters the project."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings

from indexer.sources.ama_cpt import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, filled, mangled, member_from_bytes, options

OPTIONS = options("ama-cpt")
NOTICE = [
    "Synthetic notice: CPT 2026 data file, copyright 2025 by its owner, the American Medical Association.",
    "",
    "More of the notice.",
]
ROWS = ["00100\tOur own words for a test", "0001F\tOther  words ", "99999\tLast words"]


def text_of(rows: list[str] = ROWS, notice: list[str] = NOTICE) -> bytes:
    return "\r\n".join([*notice, *rows]).encode()


def test_descriptors_are_read_below_the_notice() -> None:
    member = member_from_bytes("LONGULT.txt", text_of())
    assert READER.recognise(member, OPTIONS)
    release = READER.release(member, OPTIONS)
    assert release is not None
    assert (release.name, release.start, release.part) == ("2026", dt.date(2026, 1, 1), "long")
    assert READER.read(member, OPTIONS).tables["descriptors"].rows() == [
        (4, "00100", "Our own words for a test", "long"),
        (5, "0001F", "Other words", "long"),
        (6, "99999", "Last words", "long"),
    ]


@pytest.mark.parametrize(
    ("name", "form"), [("MEDU.txt", "medium"), ("SHORTU.TXT", "short"), ("mine.txt", "long")]
)
def test_the_name_tells_which_descriptors_they_are(name: str, form: str) -> None:
    release = READER.release(member_from_bytes(name, text_of()), OPTIONS)
    assert release is not None and release.part == form


def test_a_file_without_the_notice_is_not_recognised() -> None:
    assert not READER.recognise(member_from_bytes("LONGULT.txt", text_of(notice=["A table"])), OPTIONS)
    assert not READER.recognise(member_from_bytes("LONGULT.txt", text_of(notice=[])), OPTIONS)
    assert not READER.recognise(member_from_bytes("LONGULT.txt", text_of(rows=["no rows"] * 9)), OPTIONS)


def test_a_file_of_the_wrong_year_is_refused() -> None:
    with pytest.raises(SourceFileError, match="the name says 2024, the file says 2026"):
        READER.release(member_from_bytes("LONGULT-2024.txt", text_of()), OPTIONS)


def test_a_reject_does_not_show_the_licensed_text() -> None:
    reading = READER.read(
        member_from_bytes("LONGULT.txt", text_of([ROWS[0], "G0008\tSome text", "00102"])), OPTIONS
    )
    assert reading.rows == 1
    assert [(reject.line, reject.text) for reject in reading.rejects] == [(5, "G0008"), (6, "00102")]


@given(mangled(ROWS))
@example(["\xa0"])
@settings(max_examples=40)
def test_every_line_is_read_or_rejected(lines: list[str]) -> None:
    reading = READER.read(member_from_bytes("LONGULT.txt", text_of([ROWS[0], *lines])), OPTIONS)
    assert accounted(reading) == 1 + filled(lines)
