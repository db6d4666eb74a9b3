"""A title that denies a word goes behind those that do not, unless the query denies it, too."""

from __future__ import annotations

import pytest

from searchcore.request import Request

from ..contract.frames import Version
from .test_expansions import index_of

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
