"""A search that takes too long ends, and says that its answer is not whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from searchcore.request import Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter
from tests.contract.frames import EPOCH, Version, frame, numbered

DAY = EPOCH + dt.timedelta(days=30)
RECORDS = [Version("HCPCS", f"J{number:04}", title=f"knee burn {number}") for number in range(30)]


@pytest.fixture
def index(tmp_path: Path) -> WhooshKindIndex:
    writer = WhooshWriter(rules=())
    writer.write(load_kind("code"), frame(numbered(RECORDS)), tmp_path, lambda _done, _total: None)
    return WhooshKindIndex(load_kind("code"), tmp_path)


def within(index: WhooshKindIndex, seconds: float) -> None:
    context = index._context
    index._context = replace(context, ranking=replace(context.ranking, seconds=seconds))


@pytest.mark.parametrize("text", ["(knee OR burn) 3", "J00*", "J0001, J0002"])
def test_a_search_without_time_warns_and_one_with_time_does_not(index: WhooshKindIndex, text: str) -> None:
    within(index, 600.0)
    whole = index.search(Request(text, as_of=DAY))
    assert whole.warnings == ()
    within(index, 0.0)
    cut = index.search(Request(text, as_of=DAY))
    assert "not every part of the text was looked at" in cut.warnings[0]
    assert cut.total <= len(RECORDS)
    within(index, 600.0)
    assert index.search(Request(text, as_of=DAY)).total == whole.total


@pytest.mark.parametrize("text", ["J0007", "j 0007", "HCPCS J0007", "J0007, J0008"])
def test_an_exact_code_is_found_however_late_it_is(index: WhooshKindIndex, text: str) -> None:
    within(index, 0.0)
    first = index.search(Request(text, as_of=DAY)).hits[0]
    assert (first.record.code, first.exact) == ("J0007", True)


def test_what_is_one_part_is_answered_whole(index: WhooshKindIndex) -> None:
    within(index, 600.0)
    whole = index.search(Request("knee burn", as_of=DAY))
    within(index, 0.0)
    found = index.search(Request("knee burn", as_of=DAY))
    assert (found.total, found.warnings) == (whole.total, ()) == (len(RECORDS), ())


@pytest.mark.parametrize("text", ["(knee OR burn) -hip (J0001 OR 5)", "knee -(burn OR hip)", "J00* -J0003"])
def test_what_is_shown_of_a_cut_search_matches_all_the_same(index: WhooshKindIndex, text: str) -> None:
    within(index, 600.0)
    request = Request(text, as_of=DAY, per_page=100, all_words=True)
    whole = {hit.record.code for hit in index.search(request).hits}
    within(index, 0.0)
    assert {hit.record.code for hit in index.search(request).hits} <= whole
