"""What is read in another way where nothing is found as it was typed, and what a text denies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchcore.request import Request
from searchcore.whoosh_engine import WhooshKindIndex

from .test_relaxing import DAY, Search, index_of, titles

TITLES = (
    "Pain in knee",
    "Pain in hip after burn of knee",
    "Chronic kidney disease, stage 3b",
    "Chronic kidney disease, stage 4",
    "Asthma",
    "Asthma with attack",
    "Whooping cough without fever",
    "Retinopathy with bleeding without edema",
    "Retinopathy without bleeding with edema",
    "Retinopathy, healed",
    "Imaging of brain",
    "Imaging of brain with contrast",
    "Imaging of breast without contrast",
)


@pytest.fixture(scope="module")
def index() -> Iterator[WhooshKindIndex]:
    with index_of(TITLES, ("CPT", "HCPCS")) as opened:
        yield opened


@pytest.fixture
def search(index: WhooshKindIndex) -> Search:
    return lambda text, **options: index.search(Request(text, as_of=DAY, **options))


def test_words_in_quotes_that_nothing_has_side_by_side_are_searched_as_words(search: Search) -> None:
    found = search('"knee pain"')
    assert found.notes[0] == 'nothing has "knee pain" word for word; showing what has the words'
    assert titles(found)[0] == "Pain in knee"
    assert found.suggestion == "knee pain"
    assert search('"pain in knee"').notes == ()


def test_only_what_has_all_words_stays_so_in_quotes(search: Search) -> None:
    assert search('"knee pain"', all_words=True).total == 0
    assert search('"knee pian"').total == 0, "words in quotes are never spelt otherwise"


@pytest.mark.parametrize(
    ("text", "first"),
    [("stage3b", TITLES[2]), ("STAGE4 kidney", TITLES[3]), ("kidney stage3b zzz", TITLES[2])],
)
def test_a_number_glued_to_a_word_is_parted(search: Search, text: str, first: str) -> None:
    found = search(text)
    assert titles(found)[0] == first
    assert "; nothing has " in found.notes[0]


@pytest.mark.parametrize(("text", "codes"), [("X00", 13), ("X000", 10), ("x0012", 1)])
def test_half_a_code_finds_the_codes_that_begin_so(search: Search, text: str, codes: int) -> None:
    found = search(text)
    assert found.total == codes
    assert found.notes == () if codes == 1 else found.notes == (f"nothing is {text}; showing what begins so",)


def test_a_number_with_a_dot_is_no_half_code(search: Search) -> None:
    assert (search("250.00").total, search("250.00").notes) == (0, ())


def test_what_is_denied_goes_behind_where_it_is_not_denied(search: Search) -> None:
    found = search("retinopathy without bleeding")
    assert titles(found)[:2] == [TITLES[8], TITLES[7]]
    assert not any("none of these says" in note for note in found.notes)
    assert titles(search("retinopathy without edema"))[:2] == [TITLES[7], TITLES[8]]


@pytest.mark.parametrize(
    ("text", "note", "first"),
    [
        (
            "asthma without cough",
            "nothing says “without cough”; showing what does not speak of cough",
            "Asthma",
        ),
        ("brain imaging w/o contrast", "nothing says “w/o contrast”; showing", "Imaging of brain"),
        ("w/o contrast brain imaging", "nothing says “w/o contrast”; showing", "Imaging of brain"),
        ("retinopathy no healed", "nothing says “no healed”; showing", TITLES[7]),
    ],
)
def test_a_denial_that_nothing_has_leaves_out_what_it_denies(
    search: Search, text: str, note: str, first: str
) -> None:
    found = search(text)
    assert found.notes[0].startswith(note)
    assert titles(found)[0] == first


def test_records_that_affirm_what_is_denied_are_no_answer(search: Search) -> None:
    assert search("whooping without cough", all_words=True).notes == ("none of these says “without cough”",)
