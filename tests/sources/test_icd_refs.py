"""Code references inside notes, in stored form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_refs import listed_references, note_references, stored_reference


# Synthetic sentences in the manner of the notes.
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("something (E10.-, E11.-)", ["E10-", "E11-"]),
        ("something (A00-B99)", ["A00-B99"]),
        ("something (F01.5-)", ["F015-"]),
        ("something (M80.0.-)", ["M800-"]),
        ("something (S72.0-S72.1-)", ["S720-S721"]),
        ("something (O10.-O16.-)", ["O10-O16"]),
        ("something (G31 - G32)", ["G31-G32"]),
        ("something (R40.2 to R40.24)", ["R402-R4024"]),
        ("something (I69.81- I69.91-)", ["I6981-", "I6991-"]),
        ("something (T36-T50 with fifth or sixth character 5)", ["T36-T50"]),
        ("something (QA0.0, Z3A.-, C4A.11)", ["QA00", "Z3A-", "C4A11"]),
        ("one (A15) and the same (A15)", ["A15"]),
        ("(NOS) (left) something", []),
    ],
)
def test_references_in_parentheses(text, found):
    assert note_references(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("conditions in categories E43, E44, E50-E63", ["E43", "E44", "E50-E63"]),
        ("any condition in I50.- or I51.4-I51.7, I51.89", ["I50-", "I514-I517", "I5189"]),
        ("codes S06.0- to S06.8-code to the injury", ["S060-S068"]),
        ("lack of vitamin B12", []),
        ("a disorder of type R12", []),
        ("an unclosed bracket (E87.8}", ["E878"]),
    ],
)
def test_references_in_a_sentence_without_parentheses(text, found):
    assert note_references(text) == found


def test_parentheses_decide_where_both_hold_codes():
    assert note_references("any type in A15 (J65)") == ["J65"]


def test_a_list_takes_every_code():
    assert listed_references("I63.- and P91.88; A CODE FROM R11-") == ["I63-", "P9188", "R11-"]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("E11.9", "E119"),
        ("k25.-", "K25-"),
        ("F02.81 ", "F0281"),
        ("A00-A09", "A00-A09"),
        ("QA0.0101", "QA00101"),
        ("--", None),
        ("ventral surface", None),
        ("", None),
    ],
)
def test_stored_form_of_one_reference(text, stored):
    assert stored_reference(text) == stored


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser_and_all_it_finds_is_in_stored_form(text):
    for reference in [*note_references(text), *listed_references(text)]:
        assert stored_reference(reference) == reference
