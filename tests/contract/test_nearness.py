"""Of records with the same words those in which they stand close together go first."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest

from searchcore.request import Request

from .conftest import Engine
from .frames import EPOCH, Version, numbered

DAY = EPOCH + dt.timedelta(days=30)
OTHERS = ("burn", "hip", "ankle", "wrist")


def titles_found(engine: Engine, titles: list[str], text: str, sort: str = "") -> list[str]:
    versions = [Version("HCPCS", f"J{number:04}", title=title) for number, title in enumerate(titles)]
    with engine.opened(numbered(versions)) as index:
        found = index.search(Request(text, as_of=DAY, sort=sort, per_page=200))
        return [hit.record.title or "" for hit in found.hits]


def apart(title: str, one: str, other: str) -> int:
    words = title.split()
    return abs(words.index(one) - words.index(other))


@pytest.mark.parametrize("text", ["knee pain", "pain knee", "Knee Pains"])
def test_neighbours_go_before_words_further_apart(engine: Engine, text: str) -> None:
    titles = [" ".join(words) for words in permutations(("knee", "pain", *OTHERS))][::11]
    distances = [min(apart(title, "knee", "pain"), 5) for title in titles_found(engine, titles, text)]
    assert len(distances) == len(titles)
    assert distances == sorted(distances)
    assert {1, 2, 3, 4} <= set(distances)


def test_another_order_of_hits_stays_as_it_is(engine: Engine) -> None:
    titles = ["knee burn hip ankle pain", "burn hip ankle knee pain"]
    assert titles_found(engine, titles, "knee pain", sort="title") == sorted(titles)
