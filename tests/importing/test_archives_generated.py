"""Whatever the bytes are: a bad archive gives `Damaged`, and never more than the limits allow."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.archives import Damaged, Limits, open_file
from indexer.recognise import NotData, Recognised, recognise
from indexer.sources.base import Member
from searchcore.errors import SourceFileError
from tests.importing import files

LIMITS = Limits(member_bytes=40_000, total_bytes=60_000, ratio=50, depth=3, members=12)
NAMES = st.sampled_from(
    ["a.csv", "b.zip", "c.txt.gz", "../d", "e\\f.zip", "GPCI2025.csv", "\u00e9[/].xml", "g.gz"]
)
LEAVES = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda byte, size: bytes([byte]) * size, st.integers(0, 255), st.integers(0, 70_000)),
)


def _packed(children: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    zips = st.lists(st.tuples(NAMES, children), max_size=5).map(files.zip_bytes)
    return st.one_of(zips, children.map(gzip.compress))


ARCHIVES = st.recursive(LEAVES, _packed, max_leaves=8)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Return an archive with some bytes changed, cut out or put in."""
    data = bytearray(draw(ARCHIVES))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 2, 4, 30]))
        data[at : at + length] = draw(st.binary(max_size=6))
    return bytes(data)


def opened(name: str, data: bytes, limits: Limits = LIMITS) -> list[Member | Damaged]:
    """Write a file and return what is in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f")
        path.write_bytes(data)
        found = list(open_file(path, name, limits))
        for member in found:
            if isinstance(member, Member):
                assert len(member.content) == member.size
        return found


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["a.zip", "a.gz", "a.zip.gz"]), broken())
def test_any_bytes_give_members_within_the_limits_or_damage(name: str, data: bytes) -> None:
    found = opened(name, data)
    members = [member for member in found if isinstance(member, Member)]
    assert found
    assert len(members) <= LIMITS.members
    assert all(member.size <= LIMITS.member_bytes for member in members)
    assert sum(member.size for member in members) <= LIMITS.total_bytes
    for damage in found:
        if isinstance(damage, Damaged):
            assert damage.path.startswith(name) and damage.error.what


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.uuids().map(lambda u: f"{u}.bin"), st.binary(max_size=200)), min_size=1, max_size=6)
)
def test_a_sound_zip_gives_every_member_unchanged(members: list[tuple[str, bytes]]) -> None:
    found = opened("a.zip", files.zip_bytes(members), Limits())
    assert [(m.name, m.content) for m in found if isinstance(m, Member)] == members


TEXTS = st.sampled_from([files.gpci(), files.order_file(rows=40), files.rvu_head("x"), files.aoc(rows=5)])
MEMBER_NAMES = st.sampled_from(
    [files.GPCI_NAME, files.ORDER_NAME, "AOC_V2026Q2-MCR.xlsx", "x.xml", "article.csv", "b.txt", "x.xlsx"]
)


@st.composite
def garbled(draw: st.DrawFn) -> bytes:
    """Return bytes, or an agency-like text with some bytes changed."""
    data = draw(st.one_of(st.binary(max_size=400), TEXTS.map(str.encode)))
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=12)) + data[at + 3 :]


@settings(max_examples=150, deadline=None)
@given(MEMBER_NAMES, garbled())
def test_no_content_stops_recognition_with_anything_but_a_source_file_error(name: str, data: bytes) -> None:
    try:
        found = recognise(Member(name, name, name, len(data), lambda: data))
    except SourceFileError as error:
        assert error.what
    else:
        assert isinstance(found, Recognised) or (isinstance(found, NotData) and found.reason)
