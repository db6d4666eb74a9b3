"""Records in order: any stretch, any keys, the same as sorting all of them; and so for groups of records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.whoosh_engine.grouping import MOST_MEMBERS, group_page
from searchcore.whoosh_engine.groups import Groups
from searchcore.whoosh_engine.order_kernels import lowest
from searchcore.whoosh_engine.ordering import first_in_order

from ..generated import cases

RECORDS = 9_000
UNRANKED = np.zeros(0, np.int64)
EVERY = np.arange(RECORDS, dtype=np.uint32)

# Ways in which keys can stand: all the same, few values, rising and falling, half of them without a value.
KEYS = {
    "equal": lambda rng, count: np.zeros(count),
    "few": lambda rng, count: rng.integers(-3, 3, count).astype(np.float64),
    "many": lambda rng, count: rng.normal(size=count),
    "rising": lambda rng, count: np.arange(count, dtype=np.float64),
    "falling": lambda rng, count: -np.arange(count, dtype=np.float64),
    "missing": lambda rng, count: np.where(rng.random(count) < 0.5, np.inf, -rng.random(count)),
}
RANKS = {
    "mixed": lambda rng, count: rng.permutation(count).astype(np.int64),
    "rising": lambda rng, count: np.arange(count, dtype=np.int64),
    "falling": lambda rng, count: np.arange(count, dtype=np.int64)[::-1].copy(),
}


@dataclass(frozen=True)
class Found:
    """Records with what decides on their order."""

    docs: npt.NDArray[np.uint32]
    keys: npt.NDArray[np.float64]
    ranks: npt.NDArray[np.int64]

    def in_order(self) -> list[int]:
        """Return the places of all records, sorted in plain Python."""
        return sorted(range(len(self.docs)), key=lambda place: (self.keys[place], self.ranks[place]))


@st.composite
def matches(draw: st.DrawFn) -> Found:
    """Draw some records of an index, their keys and their ranks."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.sampled_from((0, 1, 2, 7, 64, 3_000, RECORDS)))
    keys, ranks = KEYS[draw(st.sampled_from(sorted(KEYS)))], RANKS[draw(st.sampled_from(sorted(RANKS)))]
    docs = np.sort(rng.choice(RECORDS, count, replace=False)).astype(np.uint32)
    return Found(docs, keys(rng, count), ranks(rng, count))


@cases(100)
@given(matches(), st.integers(0, RECORDS + 5), st.sampled_from((1, 3, 20, 200, 2_500)))
def test_any_stretch_is_that_of_the_sorted_records(found: Found, begin: int, count: int) -> None:
    for start in (0, begin % 2_000, begin):
        places = first_in_order(found.keys, EVERY[: len(found.keys)], found.ranks, start, count)
        assert places.tolist() == found.in_order()[start : start + count]


@cases(100)
@given(matches(), st.integers(1, 300), st.integers(0, 400))
def test_the_heap_gives_the_first_ones_or_gives_up(found: Found, count: int, budget: int) -> None:
    total = len(found.docs)
    out = np.empty(min(count, total), np.int64)
    if lowest(found.keys, EVERY, found.ranks, 0, total, budget, out) >= 0:
        assert out.tolist() == found.in_order()[: len(out)]
    assert lowest(found.keys, EVERY, found.ranks, 0, total, total, out) == len(out)
    assert out.tolist() == found.in_order()[: len(out)]


@cases(100)
@given(matches(), st.integers(1, 300), st.integers(0, RECORDS), st.integers(0, RECORDS))
def test_without_ranks_the_one_before_goes_first(found: Found, count: int, one: int, other: int) -> None:
    begin, end = sorted((one % (len(found.docs) + 1), other % (len(found.docs) + 1)))
    out = np.empty(min(count, end - begin), np.int64)
    assert lowest(found.keys, EVERY, UNRANKED, begin, end, RECORDS, out) == len(out)
    assert out.tolist() == sorted(range(begin, end), key=lambda place: found.keys[place])[: len(out)]


def test_a_heap_that_turns_over_too_often_gives_up() -> None:
    keys = -np.arange(100.0)
    assert lowest(keys, EVERY, UNRANKED, 0, 100, 89, np.empty(10, np.int64)) == -1
    assert lowest(keys, EVERY, UNRANKED, 0, 100, 90, np.empty(10, np.int64)) == 10


@cases(100)
@given(
    matches(),
    st.sampled_from((1, 5, 700, RECORDS)),
    st.sets(st.integers(0, RECORDS), max_size=9),
    st.integers(1, 4),
    st.sampled_from((1, 20, 200)),
)
def test_groups_are_those_of_the_sorted_records(
    found: Found, count: int, first: set[int], page: int, per_page: int
) -> None:
    of_record = (np.arange(RECORDS, dtype=np.uint32) * 7919 % count).astype(np.uint32)
    exact = {place for place in first if place < len(found.docs)}
    in_order = sorted(found.in_order(), key=lambda place: place not in exact)
    groups: dict[int, list[int]] = {}
    for place in in_order:
        groups.setdefault(int(of_record[found.docs[place]]), []).append(place)
    expected = list(groups.values())[(page - 1) * per_page : page * per_page]
    places = np.array(sorted(exact), np.int64)
    before = found.keys.copy()
    shown = group_page(found.docs, found.keys, found.ranks, places, Groups(of_record, count), page, per_page)
    assert np.array_equal(found.keys, before)
    assert shown.total == len(groups)
    assert shown.heads.tolist() == [group[0] for group in expected]
    assert [members.tolist() for members in shown.members] == [g[1 : MOST_MEMBERS + 1] for g in expected]
    assert shown.others == [len(group) - 1 for group in expected]


@pytest.mark.parametrize("size", [1, 7])
def test_without_keys_groups_stand_by_rank(size: int) -> None:
    docs, ranks = np.arange(50, dtype=np.uint32), np.arange(50, dtype=np.int64)[::-1].copy()
    groups = Groups(docs // np.uint32(size), -(-50 // size))
    shown = group_page(docs, None, ranks, np.zeros(0, np.int64), groups, 1, 200)
    assert [heads // size for heads in shown.heads.tolist()] == list(range(groups.count))[::-1]
    assert shown.heads.tolist()[0] == 49
