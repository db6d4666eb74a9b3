"""Which version stands for a key on a day: the array against the rule worked out key by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchcore.validity import (
    DELETED,
    END_OPEN,
    FUTURE,
    IN_FORCE,
    NOT_REPRESENTATIVE,
    START_OPEN,
    UNKNOWN,
    Bound,
    as_of_array,
)
from searchcore.whoosh_engine.cell_kernels import as_of_states
from searchcore.whoosh_engine.days import BOUNDS, Validity


@dataclass(frozen=True)
class Version:
    start: int | None
    end: int | None
    certain: bool = True
    undecided: bool = False

    def holds(self, day: int) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    @property
    def never(self) -> bool:
        return self.start is not None and self.end is not None and self.end < self.start


def asked(keys: list[list[Version]], day: int) -> list[int]:
    """Return the array for versions of several keys; the engine's own must be the same."""
    versions = [version for key in keys for version in key]
    group = np.repeat(np.arange(len(keys), dtype=np.int32), [len(key) for key in keys])
    arrays = (
        group.astype(np.int32),
        np.array([START_OPEN if v.start is None else v.start for v in versions], np.int32),
        np.array([END_OPEN if v.end is None else v.end for v in versions], np.int32),
        np.array([v.certain for v in versions], np.bool_),
        np.array([v.undecided for v in versions], np.bool_),
    )
    found = as_of_array(*arrays, day)
    assert states_of(arrays, day) == found.tolist()
    return [int(value) for value in found]


class InMemory:
    """The arrays of an index, each version a class of its own."""

    path = Path()

    def __init__(self, arrays: Sequence[Any]) -> None:
        group, start, end, certain, undecided = arrays
        count = len(group)
        bounds = np.full((count, 2), BOUNDS.index(Bound.UNKNOWN), np.uint8)
        bounds[certain, 0] = BOUNDS.index(Bound.KNOWN)
        self._arrays = {
            "first": np.r_[True, group[1:] != group[:-1]][:count],
            "validity": np.arange(count, dtype=np.uint16),
            "class.valid_from": start,
            "class.valid_to": end,
            "class.start": start,
            "class.end": end,
            "class.bounds": bounds,
            "class.undecided": undecided,
            "class.header": np.zeros(count, np.bool_),
        }

    def array(self, name: str) -> Any:
        return self._arrays[name]


def states_of(arrays: Sequence[Any], day: int) -> list[int]:
    """Return the engine's own as-of array."""
    validity = Validity(InMemory(arrays))  # type: ignore[arg-type]
    ranks = validity.ranks(day)
    state, status = np.empty(len(ranks), np.uint8), np.empty(len(ranks), np.uint8)
    as_of_states(validity.first, validity.of, ranks, *validity.values(ranks), state, status)
    return list(state.tolist())


def expected(key: list[Version], day: int) -> list[int]:
    """Return the bytes of one key: in force, else the last before, else the first after, else never."""
    real = [version for version in key if not version.never]
    holding = [version for version in real if version.holds(day)]
    before = [version for version in real if version.end is not None and version.end < day]
    after = [version for version in real if version.start is not None and version.start > day]
    if holding:
        chosen, value = holding[-1], IN_FORCE
    elif before:
        chosen, value = before[-1], DELETED
    elif after:
        chosen = after[0]
        value = FUTURE if chosen.certain else UNKNOWN
    else:
        chosen, value = key[0], DELETED
    if chosen.undecided:
        value = UNKNOWN
    return [value if version is chosen else NOT_REPRESENTATIVE for version in key]


@st.composite
def keys(draw: st.DrawFn) -> list[Version]:
    """Draw the versions of a key: apart or touching, oldest first, perhaps some that were never in force."""
    points = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=8)))
    versions = []
    for number, (start, end) in enumerate(zip(points[::2], [*points[1::2], None], strict=False)):
        open_start = number == 0 and draw(st.booleans())
        certain = draw(st.booleans()) if number == 0 and not open_start else not open_start
        versions.append(Version(None if open_start else start, end, certain))
        if draw(st.integers(0, 5)) == 0:
            versions.append(Version(start + 1, start))
    undecided = draw(st.integers(0, 5)) == 0
    return [Version(v.start, v.end, v.certain, undecided) for v in versions]


@settings(max_examples=600, deadline=None)
@given(st.lists(keys(), max_size=6), st.integers(-2, 33))
def test_the_version_in_force_stands_else_the_last_before_else_the_first_after(
    drawn: list[list[Version]], day: int
) -> None:
    found = asked(drawn, day)
    assert found == [value for key in drawn for value in expected(key, day)]
    at = 0
    for key in drawn:
        assert sum(1 for value in found[at : at + len(key)] if value) == 1
        at += len(key)


def test_nothing_gives_an_empty_array() -> None:
    assert asked([], 5) == []


def test_bounds_are_inclusive() -> None:
    key = [[Version(10, 20)]]
    assert [asked(key, day)[0] for day in (9, 10, 20, 21)] == [FUTURE, IN_FORCE, IN_FORCE, DELETED]


def test_a_day_before_an_uncertain_start_is_unknown_and_never_future() -> None:
    assert asked([[Version(10, None, certain=False)]], 9) == [UNKNOWN]
    assert asked([[Version(10, None, certain=False)]], 10) == [IN_FORCE]


def test_an_undecided_key_is_unknown_on_every_day() -> None:
    key = [[Version(10, 20, undecided=True)]]
    assert [asked(key, day)[0] for day in (5, 15, 25)] == [UNKNOWN] * 3


def test_a_version_that_was_never_in_force_stands_only_for_itself() -> None:
    never, lived = Version(15, 14), Version(5, 10)
    assert asked([[never]], 3) == asked([[never]], 14) == asked([[never]], 40) == [DELETED]
    assert asked([[lived, never]], 40) == [DELETED, NOT_REPRESENTATIVE]
    assert asked([[never, Version(20, None)]], 3) == [NOT_REPRESENTATIVE, FUTURE]
