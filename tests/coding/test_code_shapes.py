"""Shapes and spellings of codes: what a person may type, and which systems it may mean."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.codes import SYSTEMS, candidates, display_form, is_cpt_number, normalise, split_modifiers


def systems(text: str) -> set[str]:
    return {system.id for system in candidates(text, "code")}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("e11.9", "E119"),
        (" E11 .9 ", "E119"),
        ("J 0120", "J0120"),
        ("00100", "00100"),
        ("s01.4xxa", "S014XXA"),
        ("ICD-10-CM: e11.9", "E119"),
        ("CPT 99213", "99213"),
        ("hcpcs j0120", "J0120"),
        ("ICD10E119", "E119"),
        ("ICD-10-CME11.9", "E119"),
        ("cpt99213", "99213"),
    ],
)
def test_spellings_become_the_stored_form_and_leading_zeros_stay(text: str, stored: str) -> None:
    assert normalise(text) == stored


@pytest.mark.parametrize("code", ["C4A", "C7A", "C7B", "D3A", "M1A", "O9A", "Z3A", "U071", "QA0", "S061X7A"])
def test_letters_in_third_place_and_the_letter_u_are_diagnosis_codes(code: str) -> None:
    assert "ICD10CM" in systems(code)


def test_shape_is_not_enough_to_name_the_system() -> None:
    assert {"HCPCS", "ICD10CM"} <= systems("J0120")
    assert {"HCPCS", "ICD10CM"} <= systems("G0439")
    assert {s.id for s in candidates("25", "modifier")} == {"CPTMOD", "POS"}
    assert {"ICD10CM", "ICD10PCS"} <= systems("B110000"), "a procedure code may look like a diagnosis"


def test_a_dot_forces_a_diagnosis() -> None:
    assert systems("J01.20") == {"ICD10CM"}
    assert systems("G04.39") == {"ICD10CM"}


@pytest.mark.parametrize("code", ["0DJ08ZI", "0DJ08ZO", "0DJ08Z", "0DJ08ZZZ"])
def test_a_procedure_code_has_seven_characters_without_i_and_o(code: str) -> None:
    assert "ICD10PCS" not in systems(code)


@pytest.mark.parametrize("code", ["99213", "0001A", "0005F", "0509T", "0001U", "0002M"])
def test_the_categories_of_cpt_numbers(code: str) -> None:
    assert is_cpt_number(code) and "CPT" in systems(code)
    assert not is_cpt_number(code + "1") and not is_cpt_number("J" + code[1:])


def test_dental_numbers_are_hcpcs_and_no_cpt() -> None:
    assert "HCPCS" in systems("D0120") and "CPT" not in systems("D0120")


@pytest.mark.parametrize(
    ("code", "system"),
    [("L33577", "LCD"), ("DL33577", "LCD"), ("A56781", "ARTICLE"), ("20.10", "NCD"), ("190.12", "NCD")],
)
def test_coverage_documents_have_shapes_of_their_own(code: str, system: str) -> None:
    assert [found.id for found in candidates(code, "coverage")] == [system]


def test_modifiers_behind_a_code_are_split_off() -> None:
    assert split_modifiers("11042-59") == ("11042", ("59",))
    assert split_modifiers("11042-59-lt") == ("11042", ("59", "LT"))
    assert split_modifiers("11042") == ("11042", ())


def test_only_diagnoses_are_shown_with_a_dot() -> None:
    assert display_form("ICD10CM", "S061X7A") == "S06.1X7A"
    assert display_form("ICD10CM", "A00") == "A00"
    assert display_form("ICD10PCS", "0DJ08ZZ") == "0DJ08ZZ"


@given(st.from_regex(SYSTEMS["ICD10CM"].shape, fullmatch=True).map(str.strip).filter(str.isascii))
def test_a_displayed_diagnosis_is_read_back_and_fits_its_system_only(code: str) -> None:
    shown = display_form("ICD10CM", code)
    assert normalise(shown) == code == normalise(shown.lower())
    assert systems(shown) >= {"ICD10CM"}
    if "." in shown:
        assert systems(shown) == {"ICD10CM"}


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert re.search(r"[\s.]", normalise(text)) is None
    for system in candidates(text):
        assert system.shape.match(split_modifiers(text)[0]) or system.id == "NCD"
