"""Very many records are looked at in other ways than few: the answers must be the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.engine import RawResult
from searchcore.request import Request
from searchcore.whoosh_engine import halves, part_pass, part_records, search

from ..generated import cases
from .edit_questions import questions
from .made_edits import DAY, Edit, edits, written


@contextmanager
def thresholds(*, listed: bool, worth: int, one_pass: bool = False, room: int = 1) -> Iterator[None]:
    """Set from how many records on which way is taken.

    Args:
        listed: records are found through lists, or all are looked at as they stand.
        worth: from how many records on two threads share the work.
        one_pass: records are counted and ranked as they are found.
        room: so many records of a list at a time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part_records, "_FEW", 1 << 40 if listed else -1)
        patch.setattr(part_records, "_MARKED", 1 << 40)
        patch.setattr(halves, "WORTH_TWO", worth)
        patch.setattr(part_pass, "_ROOM", room)
        patch.setattr(search, "MOST_BEST", 100 if one_pass else 0)
        yield


def shown(found: RawResult) -> Any:
    hits = [(hit.record.code, hit.record.system, hit.record.valid_from, hit.score) for hit in found.hits]
    counts = {name: {value: n for value, n in each.items() if n} for name, each in found.counts.items()}
    return found.total, hits, counts


# Facets of records, of the parts that they name, and of the day.
FILTERS = [
    ("system", ("PTPPRA",)),
    ("status", ("active",)),
    ("indicator", ("1", "9")),
    ("column_1_system", ("CPT",)),
    ("column_2_system", ("HCPCS",)),
]
WAYS = [
    {"listed": listed, "worth": worth, "one_pass": one_pass, "room": room}
    for listed in (True, False)
    for worth in (1, 1 << 40)
    for one_pass, room in ((False, 1), (True, 1), (True, 5), (True, 1 << 13))
]


@cases(100)
@given(edits(), st.lists(questions, min_size=3, max_size=6), st.integers(1, 4), st.integers(1, 3), st.data())
def test_every_way_finds_the_same(
    rows: list[Edit], asked: list[Any], per_page: int, page: int, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = written(rows, Path(folder))
        for text, _ in asked:
            filters = tuple(data.draw(st.lists(st.sampled_from(FILTERS), max_size=3, unique=True)))
            strict = data.draw(st.booleans())
            every = Request(text, "ptp_edit", filters, DAY, "score", per_page=100, all_words=strict)
            few = Request(text, "ptp_edit", filters, DAY, "score", page, per_page, all_words=strict)
            found = []
            for way in WAYS:
                with thresholds(**way):
                    found.append((shown(index.search(every)), shown(index.search(few))))
            assert all(each == found[0] for each in found), text
            (total, hits, _), (_, some, _) = found[0]
            assert total == len(hits)
            assert some == hits[(page - 1) * per_page : page * per_page]
        index.close()
