"""Shorthand of notes with a slash (s/p, r/o, y/o) in searches: one word each, left out where it is idle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchcore.engine import RawResult
from searchcore.request import Request
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.idle_words import said_of_idle
from tests.whoosh_engine.test_relaxing import index_of

TITLES = (
    "Pneumonia",
    "Chest pain",
    "Chest pain with fever",
    "S type P receptor of appendix",
    "Removal of appendix s/p rupture",
    "Diabetes due to pancreatitis",
    "Pneumonia without fever",
)


@pytest.fixture(scope="module")
def index() -> Iterator[WhooshKindIndex]:
    with index_of(TITLES) as opened:
        yield opened


def found(index: WhooshKindIndex, text: str) -> RawResult:
    """Search, only for records with all words."""
    return index.search(Request(text, as_of=None, all_words=True))


def titles(result: RawResult) -> set[str | None]:
    return {hit.record.title for hit in result.hits}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s/p appendix", {"Removal of appendix s/p rupture"}),
        ("appendix S/P", {"Removal of appendix s/p rupture"}),
        ("s p appendix", {"S type P receptor of appendix"}),
        ("diabetes d/t pancreatitis", {"Diabetes due to pancreatitis"}),
        ("pneumonia w/o fever", {"Pneumonia without fever"}),
        ("chest pain w/ fever", {"Chest pain with fever"}),
        ("r/o pneumonia", {"Pneumonia", "Pneumonia without fever"}),
        ("c/o chest pain", {"Chest pain", "Chest pain with fever"}),
        ("65 y/o chest pain with fever", {"Chest pain with fever"}),
        ("chest pain 65 yo with fever", {"Chest pain with fever"}),
        ("65 chest pain with fever", set()),
        ("y/o", set()),
    ],
)
def test_shorthand_is_one_word(index: WhooshKindIndex, text: str, expected: set[str]) -> None:
    assert titles(found(index, text)) == expected


def test_what_is_left_out_of_r_o_is_said_once(index: WhooshKindIndex) -> None:
    (note,) = said_of_idle().values()
    assert found(index, "r/o pneumonia").notes == (note,)
    assert found(index, "r/o pneumonia OR r/o pain").notes == (note,)
    assert found(index, "pneumonia").notes == found(index, "c/o pneumonia").notes == ()


def test_nobody_misses_a_word_that_is_left_out(index: WhooshKindIndex) -> None:
    respelt = index.search(Request("72 y/o c/o chest pian", as_of=None))
    assert respelt.notes[0] == "shown for pain; nothing has pian"
    assert titles(respelt) == {"Chest pain", "Chest pain with fever"}
    fewer = index.search(Request("c/o pneumonia with pain", as_of=None))
    assert not any("c/o" in note for note in fewer.notes)
