"""Codes as people and programs write them are the first hit; what only looks like one is none."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchcore.request import Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter
from tests.contract.frames import Version, frame, numbered

DAY = dt.date(2024, 5, 1)
CODES = {
    "CPT": ("11042", "97597"),
    "HCPCS": ("G0439", "J8499"),
    "ICD10CM": ("B00", "B010", "B31", "B330", "E11", "E1165", "E119", "G0439", "J849", "S72001A"),
    "ICD10PCS": ("06B", "06B00ZX", "B00", "B31", "B31B010", "B31C110", "DM2", "DM20DZZ", "GZFZZZZ"),
}


@pytest.fixture(scope="module")
def index() -> Iterator[WhooshKindIndex]:
    begin = dt.date(2020, 1, 1)
    versions = [
        Version(system, code, valid_from=begin, title=f"thing {code}", header=len(code) == 3)
        for system, codes in CODES.items()
        for code in codes
    ]
    with tempfile.TemporaryDirectory() as folder:
        rows = frame(numbered(versions))
        WhooshWriter(rules=()).write(load_kind("code"), rows, Path(folder), lambda done, total: None)
        opened = WhooshKindIndex(load_kind("code"), Path(folder))
        yield opened
        opened.close()


def exact(index: WhooshKindIndex, text: str) -> list[str]:
    """Return system and code of the first hits that are codes asked for."""
    hits = index.search(Request(text, as_of=DAY)).hits
    found = [hit.exact for hit in hits]
    assert found == sorted(found, reverse=True), "codes that were asked for come first"
    return [f"{hit.record.system} {hit.record.code}" for hit in hits if hit.exact]


@pytest.mark.parametrize(
    "text",
    [
        *("E11.65", "e1165", "E11 65", "E11,65", "E11, 65", "E11-65", '"E11.65"', "'E11.65'", "#E11.65"),
        *("[E11.65]", "(E11.65)", "E11..65", "E11.65?", "ICD10E1165", "icd-10-cme11.65", "ICD 10 CM E11 65"),
    ],
)
def test_a_diagnosis(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == ["ICD10CM E1165"]


@pytest.mark.parametrize("text", ["06B", "06b?", "06B:", '"06B"', "[06B]", "ICD-10-PCS 06b", "icd10pcs:06B"])
def test_a_table_of_procedures(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == ["ICD10PCS 06B"]


@pytest.mark.parametrize("text", ["GZFZZZZ", "gzfzzzz", "GZF-ZZZZ", "gzf-zzzz", "ICD-10-PCS gzfzzzz"])
def test_a_procedure_without_a_digit(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == ["ICD10PCS GZFZZZZ"]


def test_a_table_that_is_also_a_category_is_that_of_the_system_named(index: WhooshKindIndex) -> None:
    assert exact(index, "ICD-10-PCS B00") == ["ICD10PCS B00"]
    assert exact(index, "dx B00") == ["ICD10CM B00"]
    assert set(exact(index, "B00")) == {"ICD10CM B00", "ICD10PCS B00"}


def test_a_hyphen_within_a_procedure_is_no_range_but_may_be_one(index: WhooshKindIndex) -> None:
    assert exact(index, "B31-C110") == ["ICD10PCS B31C110"]
    found = index.search(Request("B31-B010", as_of=DAY)).hits
    assert [found[0].record.code, found[0].exact] == ["B31B010", True]
    assert "B010" in {hit.record.code for hit in found}, "both ends are diagnoses, too"


def test_of_several_systems_none_goes_first_for_being_a_tree(index: WhooshKindIndex) -> None:
    assert exact(index, "G0439") == ["HCPCS G0439", "ICD10CM G0439"]
    assert exact(index, "G04.39") == ["ICD10CM G0439"]


def test_repeated_pieces_are_not_left_out(index: WhooshKindIndex) -> None:
    assert exact(index, "J 8 4 9") == ["ICD10CM J849"]
    assert exact(index, "J 8 4 9 9") == []


@pytest.mark.parametrize("text", ["11042/97597", "97597/11042", "11042, 97597", '"11042","97597"'])
def test_a_pair_is_both_codes(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == ["CPT 11042", "CPT 97597"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1104259", "CPT 11042"),
        ("1104259LT", "CPT 11042"),
        ("g0439jw", "HCPCS G0439"),
        ("11042 59", "CPT 11042"),
        ("11042-59", "CPT 11042"),
    ],
)
def test_a_procedure_with_modifiers_glued_to_it(index: WhooshKindIndex, text: str, code: str) -> None:
    assert exact(index, text)[0] == code


@pytest.mark.parametrize("text", ["110425", "11042595", "1104259LTRT7677", "9999959", "11042_9"])
def test_other_characters_behind_a_procedure_are_no_modifiers(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == []


@pytest.mark.parametrize("text", ["parvovirus B31", "HLA B31", "enterovirus b31 thing"])
def test_behind_some_words_a_code_is_part_of_a_name(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) == []


@pytest.mark.parametrize(
    "text", ["B31 parvovirus", "parvovirus B31.0", "parvovirus, ICD-10 B31", "infection b31"]
)
def test_elsewhere_it_is_a_code(index: WhooshKindIndex, text: str) -> None:
    assert exact(index, text) != [] or "." in text
