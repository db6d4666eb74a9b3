"""The mask of a day is kept for the next search, and right for any number of different validities."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from searchcore.request import Request
from searchcore.whoosh_engine import WhooshKindIndex

from ..contract.frames import EPOCH
from .many import many_records

# More than 16 bits can number, each record with a first and a last day of its own.
COUNT = 70_000
FIRST = [EPOCH + dt.timedelta(days=number // 300) for number in range(COUNT)]
LAST = [begin + dt.timedelta(days=number % 300) for number, begin in enumerate(FIRST)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshKindIndex]:
    found = many_records(COUNT, {"valid_from": FIRST, "valid_to": LAST}, tmp_path_factory.mktemp("days"))
    yield found
    found.close()


def status_of(number: int, day: dt.date) -> str:
    if day < FIRST[number]:
        return "future"
    return "active" if day <= LAST[number] else "deleted"


def numbers(index: WhooshKindIndex, request: Request) -> list[int]:
    return [int(hit.record.code) for hit in index.search(request).hits]


@pytest.mark.parametrize("days", [-1, 0, 1, 100, 233, 400, 600])
def test_the_status_of_seventy_thousand_validities(index: WhooshKindIndex, days: int) -> None:
    day = EPOCH + dt.timedelta(days=days)
    found = index.search(Request("", as_of=day))
    assert found.total == COUNT
    assert found.counts["status"] == Counter(status_of(number, day) for number in range(COUNT))
    assert index.check() == COUNT


def test_days_are_searched_and_sorted_by(index: WhooshKindIndex) -> None:
    split = EPOCH + dt.timedelta(days=150)
    found = index.search(Request(f"eff>={split} end<{split + dt.timedelta(days=9)}", as_of=None))
    assert found.total == sum(
        first >= split and last < split + dt.timedelta(days=9)
        for first, last in zip(FIRST, LAST, strict=True)
    )
    for sort, column in (("newest", FIRST), ("ended", LAST)):
        in_order = sorted(range(COUNT), key=lambda number: column[number], reverse=True)
        for page in (1, 40, 350):
            request = Request("", as_of=None, sort=sort, page=page, per_page=200)
            assert numbers(index, request) == in_order[(page - 1) * 200 : page * 200]


def test_a_day_is_made_once_and_the_last_eight_are_kept(index: WhooshKindIndex) -> None:
    columns = index._context.columns
    days = [EPOCH + dt.timedelta(days=number) for number in range(8)]
    made = [columns.on_day(day) for day in days]
    assert all(columns.on_day(day) is each for day, each in zip(days, made, strict=True))
    columns.on_day(EPOCH + dt.timedelta(days=99))
    assert all(columns.on_day(day) is each for day, each in zip(days[:0:-1], made[:0:-1], strict=True))
    again = columns.on_day(days[0])
    assert again is not made[0] and np.array_equal(again.status, made[0].status)


def test_many_threads_ask_for_many_days(index: WhooshKindIndex) -> None:
    days = [EPOCH + dt.timedelta(days=number * 13) for number in range(24)]
    alone = [index.search(Request("", as_of=day)).counts["status"] for day in days]
    with ThreadPoolExecutor(6) as pool:
        for _ in range(3):
            together = pool.map(lambda day: index.search(Request("", as_of=day)).counts["status"], days)
            assert list(together) == alone
