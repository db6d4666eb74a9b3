"""Which record is the first hit, and what else one word, code or title finds."""

from __future__ import annotations

import datetime as dt

import pytest

from searchcore.request import Request

from .conftest import Engine
from .frames import EPOCH, Version

DAY = EPOCH + dt.timedelta(days=30)


def test_negation_words_are_told_apart(engine: Engine) -> None:
    titles = ("burn with rash", "burn without rash", "burn no rash")
    versions = [Version("CPT", f"9086{number}", title=title) for number, title in enumerate(titles)]
    with engine.opened(versions) as index:
        for title in titles:
            hits = index.search(Request(title, as_of=DAY, all_words=True)).hits
            assert [hit.record.title for hit in hits] == [title]
            assert index.search(Request(title, as_of=DAY)).hits[0].record.title == title


def test_a_whole_title_goes_first_and_ended_codes_later(engine: Engine) -> None:
    ended = dt.timedelta(days=20)
    versions = [
        Version("CPT", "90861", EPOCH, EPOCH + ended, title="knee rash"),
        Version("CPT", "90862", EPOCH, title="knee rash"),
        Version("CPT", "90863", EPOCH, title="rash of knee and hip"),
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request("knee rash", as_of=DAY)).hits
        assert [hit.record.code for hit in hits] == ["90862", "90861", "90863"]
        assert [hit.record.status for hit in hits] == ["active", "deleted", "active"]


def test_an_ended_code_still_goes_before_what_stands_below_it(engine: Engine) -> None:
    versions = [
        Version("HCPCS", "J0120", EPOCH, EPOCH + dt.timedelta(days=20), title="knee"),
        Version("ICD10CM", "J01201", EPOCH, title="hip"),
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request("J0120", as_of=DAY)).hits
        assert [(hit.record.code, hit.exact) for hit in hits] == [("J0120", True), ("J01201", False)]
        newest = index.search(Request("J0120", as_of=DAY, sort="title")).hits
        assert [hit.record.code for hit in newest] == ["J01201", "J0120"]


@pytest.mark.parametrize(("text", "systems"), [("A00.1", {"ICD10CM"}), ("A001", {"CPT", "HCPCS", "ICD10CM"})])
def test_with_a_dot_a_code_is_a_diagnosis(engine: Engine, text: str, systems: set[str]) -> None:
    others = [Version("CPT", "A00"), Version("CPT", "A001"), Version("HCPCS", "A001")]
    for versions in (others, [*others, Version("ICD10CM", "A001")]):
        with engine.opened(versions) as index:
            found = {hit.record.system for hit in index.search(Request(text, as_of=None)).hits if hit.exact}
        assert found == systems & {version.system for version in versions if version.code == "A001"}


def test_a_stored_code_of_no_known_shape_is_found(engine: Engine) -> None:
    versions = [
        Version("ICD10PCS", "BW3", title="a table", header=True),
        Version("ICD10PCS", "BW30YZZ", title="hip"),
        Version("CPT", "90862", title="bw3 knee"),
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request("bw3", as_of=DAY)).hits
        # What has it as a word comes before the codes of the table: DM2 is diabetes to most people.
        found = [(hit.record.code, hit.exact) for hit in hits]
        assert found == [("BW3", True), ("90862", False), ("BW30YZZ", False)]
        assert index.search(Request("knee bw3", as_of=DAY, all_words=True)).hits[0].record.code == "90862"


@pytest.mark.parametrize("text", ["E11.9", "e119", "E119"])
def test_finds_records_that_mention_a_code(engine: Engine, text: str) -> None:
    versions = [
        Version("CPT", "90861", title="knee", synonyms=("was E11.9 before",)),
        Version("CPT", "90862", title="hip E119"),
        Version("CPT", "90863", title="E11 and 9"),
        Version("ICD10CM", "E119", title="rash"),
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request(text, as_of=DAY)).hits
    assert hits[0].record.code == "E119"
    assert {hit.record.code for hit in hits[1:]} == {"90861", "90862"}


def test_a_word_in_title_and_synonym_is_not_counted_twice_as_two_words_would(engine: Engine) -> None:
    versions = [
        Version("CPT", "90861", title="knee", synonyms=("knee",)),
        Version("CPT", "90862", title="knee hip", synonyms=()),
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request("knee hip", as_of=DAY, all_words=True)).hits
        assert [hit.record.code for hit in hits] == ["90862"]


def test_a_whole_title_with_numbers_and_repeated_words_goes_first(engine: Engine) -> None:
    titles = (
        "loss of (30 minutes) of rest",
        "loss of (30 minutes) of rest and of sleep",
        "loss of 30 minutes rest of knee",
    )
    long = " ".join(titles)
    versions = [
        Version(
            "ICD10CM",
            f"S06{number}",
            title=title,
            header=number == 0,
            synonyms=() if number == 0 else (long,),
        )
        for number, title in enumerate(titles)
    ]
    with engine.opened(versions) as index:
        hits = index.search(Request(titles[0], as_of=DAY)).hits
    assert hits[0].record.title == titles[0]
    assert len(hits) == 3
