"""The equivalence mappings: two directions, flags, and rows without a target."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.gem import READER
from tests.sources.members import (
    accounted,
    filled,
    mangled,
    member_from_bytes,
    member_from_path,
    options,
    read_or_refused,
)

FORWARD, BACKWARD = options("gem-cm-9to10"), options("gem-cm-10to9")
LINES = ["0010  A000    00000", "59972 R311    10000", "V4989 NoDx    11000", "E8000 V0500XA 10112"]


def member(lines: list[str], name: str = "2018_I9gem.txt"):
    return member_from_bytes(name, "\r\n".join(lines).encode())


def test_reads_flags_scenario_and_choice():
    table = READER.read(member(LINES), FORWARD).tables["gem"]
    assert table.rows() == [
        (1, "0010", "A000", False, False, False, 0, 0),
        (2, "59972", "R311", True, False, False, 0, 0),
        (3, "V4989", None, True, True, False, 0, 0),
        (4, "E8000", "V0500XA", True, False, True, 1, 2),
    ]


def test_rejects_contradictions_and_odd_flags():
    bad = [
        "0010  A000    01000",
        "0010  NoDx    10000",
        "0010  A000    20000",
        "0010  A000",
        "A00   A000    00000",
    ]
    reading = READER.read(member([LINES[0], *bad]), FORWARD)
    assert [reject.line for reject in reading.rejects] == [2, 3, 4, 5, 6]
    assert reading.rows == 1


def test_recognises_its_own_direction_only():
    backwards = ["A000    0010  00000", "R311    59972 10000", "Z0000   NoDx  11000"]
    assert READER.recognise(member(LINES), FORWARD)
    assert not READER.recognise(member(LINES), BACKWARD)
    assert READER.recognise(member(backwards), BACKWARD)
    assert not READER.recognise(member(backwards), FORWARD)


def test_recognises_no_mapping_of_procedures():
    assert not READER.recognise(member(["0001  6A750Z4 10000", "0002  6A750Z5 10000"]), FORWARD)


def test_the_year_stands_in_the_name():
    assert READER.release(member(LINES), FORWARD).name == "2018"
    assert READER.release(member(LINES, "gem.txt"), FORWARD) is None


@given(mangled(LINES), st.sampled_from([FORWARD, BACKWARD]))
def test_accounts_for_every_line(lines, direction):
    assert accounted(READER.read(member(lines), direction)) == filled(lines)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    read_or_refused(READER, member_from_bytes("g.txt", data), FORWARD)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "direction", "rows", "no_map"),
    [("2018_I9gem.txt.gz", FORWARD, 24_860, 422), ("2018_I10gem.txt.gz", BACKWARD, 81_593, 731)],
)
def test_reads_every_row_of_the_published_files(shared_data: Path, file, direction, rows, no_map):
    reading = READER.read(member_from_path(shared_data / "gems/2018" / file), direction)
    assert (reading.rows, reading.rejects, reading.checks) == (rows, [], {"no_map": no_map})
