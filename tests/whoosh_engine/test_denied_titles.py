"""A title that denies a word goes behind those that do not, unless the query denies it, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.request import Request
from searchcore.whoosh_engine.analysis import stems

from ..contract.frames import Version, numbered
from ..generated import cases
from .test_expansions import index_of

DENYING = ("non", "without", "no", "not", "never")
words = st.sampled_from(("knee", "hip", "rash", "with", "2", *DENYING))

VERSIONS = [
    Version("HCPCS", "J0881", title="Injection, darbepoetin, for non-ESRD use"),
    Version("HCPCS", "J0882", title="Injection, darbepoetin, for ESRD on dialysis at home"),
    Version("HCPCS", "A5126", title="Disk, adhesive or non-adhesive"),
    Version("HCPCS", "A5127", title="Disk, adhesive, of foam and of some other stuff"),
    Version("ICD10CM", "K2210", title="Ulcer without bleeding"),
    Version("ICD10CM", "K2211", title="Ulcer of another place with bleeding"),
    Version("ICD10CM", "G40901", title="Epilepsy, not intractable"),
    Version("ICD10CM", "G40911", title="Epilepsy of another sort, intractable"),
]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("darbepoetin ESRD", ["J0882", "J0881"]),
        ("darbepoetin non-ESRD", ["J0881"]),
        ("darbepoetin non ESRD", ["J0881"]),
        ('"darbepoetin" ESRD', ["J0882", "J0881"]),
        ("ulcer bleeding", ["K2211", "K2210"]),
        ("ulcer without bleeding", ["K2210"]),
        ("epilepsy intractable", ["G40911", "G40901"]),
        ("epilepsy not intractable", ["G40901"]),
        ("adhesive disk", ["A5126", "A5127"]),
    ],
)
def test_what_a_title_denies_is_not_what_was_asked_for(text: str, codes: list[str]) -> None:
    with index_of(VERSIONS, ()) as index:
        found = [hit.record.code for hit in index.search(Request(text)).hits]
        assert found[: len(codes)] == codes


def test_in_another_order_nothing_is_held_back() -> None:
    with index_of(VERSIONS, ()) as index:
        found = [hit.record.code for hit in index.search(Request("darbepoetin ESRD", sort="code")).hits]
        assert found[:2] == ["J0881", "J0882"]


def only_denied(title: str, word: str) -> bool:
    tokens = title.split()
    places = [place for place, token in enumerate(tokens) if token == word]
    return bool(places) and all(place and tokens[place - 1] in DENYING for place in places)


@cases(60)
@given(st.lists(st.lists(words, max_size=6).map(" ".join), max_size=8))
def test_the_table_is_that_of_plain_python(titles: list[str]) -> None:
    versions = numbered(
        [Version("HCPCS", f"J{number:04}", title=title or None) for number, title in enumerate(titles)]
    )
    with index_of(versions, ()) as index:
        denials = index._context.denials
        assert denials is not None
        for word in ("knee", "hip", "rash", "with", "2", "gone"):
            found = denials._denied_titles(stems(word)[0]).tolist()
            assert found == [number for number, title in enumerate(titles) if only_denied(title, word)]
