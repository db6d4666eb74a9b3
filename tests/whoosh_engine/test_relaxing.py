"""What is shown when nothing has all words: spelling first, then fewer words, and what is said of it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.engine import RawResult
from searchcore.request import Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter
from tests.contract.frames import Version, frame, numbered

from ..generated import cases

DAY = dt.date(2024, 5, 1)
TITLES = (
    "Type 2 diabetes mellitus with kidney disease",
    "Type 1 diabetes mellitus without complications",
    "Calculus of frostbladder",
    "Fracture of shaft of right femur, open",
    "Fracture of shaft of femur",
    "Fracture of neck of left femur",
    "Bilateral fracture of shaft of femur, open",
    "Heart failure",
    "Heart failure, acute",
    "Heat exhaustion",
    "Hearth burns",
    "Manual gravelchair",
    "Test for micro albumin",
    "Pain without fever",
    "Pain with fever and rash",
)


@contextmanager
def index_of(titles: Sequence[str], systems: Sequence[str] = ("HCPCS",)) -> Iterator[WhooshKindIndex]:
    """Write titles as codes, some of each system in turn."""
    versions = [
        Version(systems[number % len(systems)], f"X{number:04}", valid_from=dt.date(2020, 1, 1), title=title)
        for number, title in enumerate(titles)
    ]
    rows = numbered(sorted(versions, key=lambda version: (version.system, version.code)))
    with tempfile.TemporaryDirectory() as folder:
        WhooshWriter(rules=()).write(load_kind("code"), frame(rows), Path(folder), lambda done, total: None)
        index = WhooshKindIndex(load_kind("code"), Path(folder))
        yield index
        index.close()


@pytest.fixture(scope="module")
def index() -> Iterator[WhooshKindIndex]:
    with index_of(TITLES) as opened:
        yield opened


def titles(result: RawResult) -> list[str | None]:
    return [hit.record.title for hit in result.hits]


Search = Callable[..., RawResult]


@pytest.fixture
def search(index: WhooshKindIndex) -> Search:
    return lambda text, **options: index.search(Request(text, as_of=DAY, **options))


def test_a_misspelt_word_is_read_as_the_word_of_the_index(search: Search) -> None:
    found = search("diabtes melitus kidney")
    assert titles(found)[0] == TITLES[0]
    assert found.notes[:2] == (
        "shown for diabetes; nothing has diabtes",
        "shown for mellitus; nothing has melitus",
    )
    assert found.suggestion == "diabetes mellitus kidney"


def test_what_is_shown_is_what_the_suggestion_finds(search: Search) -> None:
    found = search("Hart faliure  acute")
    again = search(found.suggestion)
    assert titles(found) == titles(again)
    assert titles(found)[0] == TITLES[8]
    assert found.notes[2:] == again.notes


def test_words_in_quotes_and_codes_stay_as_they_are(search: Search) -> None:
    assert not search('"diabtes"').hits
    assert search('"diabtes"').suggestion is None
    assert not search("X0O00").hits
    found = search('"diabtes" mellitus')
    assert found.notes == ("no code has all of these words; showing those with 1 of 2",)


def test_joined_and_parted_words(search: Search) -> None:
    found = search("frost bladder calculus")
    assert titles(found)[0] == TITLES[2]
    assert found.notes[:1] == ("shown for frostbladder in place of frost bladder",) or found.notes[:1] == (
        "shown for frostbladder; nothing has frost bladder",
    )
    assert titles(search("gravel chair"))[0] == TITLES[11]
    assert titles(search("microalbumin test"))[0] == TITLES[12]


def test_then_the_fewest_words_are_left_out(search: Search) -> None:
    found = search("diabetes mellitus kidney zzzzzz")
    assert titles(found)[0] == TITLES[0]
    assert found.notes[0].startswith("no code has all of these words; showing those with 3 of 4")
    assert found.notes[1:] == ("nothing has zzzzzz",)


def test_a_word_stays_misspelt_no_longer_when_others_are_left_out(search: Search) -> None:
    found = search("diabtes exhaustion mellitus kidney")
    assert titles(found)[0] == TITLES[0]
    assert found.notes[0] == "shown for diabetes; nothing has diabtes"
    assert "3 of 4" in found.notes[1]


def test_rare_words_decide_among_records_with_as_many_words(search: Search) -> None:
    assert titles(search("fracture exhaustion"))[0] == TITLES[9]


def test_the_other_side_comes_after_all_others_and_it_is_said(search: Search) -> None:
    found = search("fracture shaft left femur open")
    assert "4 of 5" in found.notes[0]
    assert found.notes[1:] == ("not all of these say left",)
    shown = [str(title).casefold() for title in titles(found)]
    other = ["right" in title or "bilateral" in title for title in shown]
    assert other == sorted(other)
    assert sum(other) == 2 and len(other) > 3


def test_a_denial_goes_with_what_it_denies_and_is_given_up_last(search: Search) -> None:
    found = search("pain without rash")
    assert titles(found) == [TITLES[13]]
    assert found.notes == ("nothing says “without rash”; showing what does not speak of rash",)
    found = search("without zzzzzz")
    assert set(titles(found)) == {TITLES[1], TITLES[13]}


def test_a_star_is_no_word(search: Search) -> None:
    assert search("* heart zzzzzz").notes[0] == "no code has all of these words; showing those with 1 of 2"


def test_excluded_words_stay_excluded(search: Search) -> None:
    assert titles(search("heart zzzzzz -acute")) == [TITLES[7]]


def test_a_commoner_spelling_is_offered_where_nothing_has_all_words(search: Search) -> None:
    found = search("heat failure")
    assert found.suggestion == "heart failure"
    assert "1 of 2" in found.notes[0]


def test_a_much_commoner_spelling_is_offered_for_few_matches() -> None:
    with index_of(["Mennisectomy"] + ["Meniscectomy of knee"] * 70) as index:
        found = index.search(Request("mennisectomy", as_of=DAY))
        assert (found.total, found.notes, found.suggestion) == (1, (), "meniscectomy")
        assert index.search(Request("meniscectomy", as_of=DAY)).suggestion is None
    with index_of(["Mennisectomy"] + ["Meniscectomy of knee"] * 10) as index:
        assert index.search(Request("mennisectomy", as_of=DAY)).suggestion is None


def test_filters_count_when_it_is_decided_whether_there_are_matches() -> None:
    with index_of(("heart failure", "heart attack"), ("CPT", "HCPCS")) as index:
        chosen = (("system", ("HCPCS",)),)
        found = index.search(Request("heart failure", filters=chosen, as_of=DAY))
        assert titles(found) == ["heart attack"]
        (note,) = found.notes
        assert note.startswith("with the filters chosen no code has all of these words (1 without them)")
        assert note.endswith("showing those with 1 of 2")


WORDS = (
    "heart hart heat failure faliure left right no gall bladder gallbladder e11 acute acuet -acute zzzzz ( OR"
)
word = st.sampled_from([*WORDS.split(), '"hart"'])


@cases(25)
@given(
    st.lists(
        st.lists(word.filter(str.isalpha), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=8
    ),
    st.lists(st.lists(word, min_size=1, max_size=5).map(" ".join), min_size=3, max_size=6),
    st.sampled_from(((), (("system", ("HCPCS",)),))),
)
def test_a_suggestion_always_has_hits(
    records: list[str], asked: list[str], chosen: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    with index_of(records, ("CPT", "HCPCS")) as index:
        for text in asked:
            found = index.search(Request(text, filters=chosen, as_of=DAY))
            if found.suggestion is not None:
                assert index.search(Request(found.suggestion, filters=chosen, as_of=DAY)).total, text


def test_a_word_with_a_hyphen_is_found_where_records_write_it_as_one() -> None:
    with index_of(["Takotsubo syndrome", "Syndrome of the heart"]) as index:
        hits = index.search(Request("tako-tsubo syndrome", as_of=DAY)).hits
        assert [hit.record.title for hit in hits][:1] == ["Takotsubo syndrome"]


def test_of_a_word_with_hyphens_that_no_record_has_each_word_may_be_left_out() -> None:
    titles = ["Fibrosis of lung", "Diabetes due to fibrosis", "Diabetes", "Related burn"]
    with index_of(titles) as index:
        hits = index.search(Request("fibrosis-related diabetes", as_of=DAY)).hits
        assert hits[0].record.title == "Diabetes due to fibrosis"


def test_of_a_word_with_hyphens_that_nothing_has_some_pieces_are_searched(search: Search) -> None:
    found = search("fracture-gravelchair")
    assert titles(found)[0] == TITLES[11]
    assert found.notes == ("no code has all of these words; showing those with 1 of 2",)
