"""What `codefacet search` prints before the hits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Codefacet = Callable[..., Result]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("S06.0X0", ["The 7th character is missing: A or D.", "S06.0X0A"]),
        ("E11.99", ["E11.99  not loaded", "E11.9 is complete", "icd10cm-order/FY2026"]),
        ("J1030", ["deleted", "J1010"]),
        ("250.00", ["ICD-9-CM diagnosis", "approximate, active", "2018"]),
        (
            "11042,97597",
            ["NCCI PTP, practitioner: 1 pair", "11042 / 97597  active", "outpatient hospital: 1"],
        ),
        ("11042-59", ["Separate procedure"]),
        ("E 11 9", ["E11.9 ICD-10-CM active"]),
        ("11 042", ["11042 CPT active"]),
        ("99214 11042 97597 E11.99", ["Typed", "not loaded", "NCCI PTP, practitioner: 3 pairs"]),
        ("modifier 25", ["Shown as modifiers: 1 found", "25  CPT modifier"]),
        ("mue 11042", ["Medically unlikely edits", "per day, absolute"]),
    ],
)
def test_codes_are_answered_before_the_hits(
    text: str, lines: list[str], sample_data_dir: Path, codefacet: Codefacet
) -> None:
    done = codefacet(sample_data_dir, "search", text)
    assert done.exit_code == 0, done.output
    before = " ".join(done.stdout.partition("Codes:")[0].split())
    assert not [line for line in lines if " ".join(line.split()) not in before], before


def test_words_are_not_answered(sample_data_dir: Path, codefacet: Codefacet) -> None:
    assert codefacet(sample_data_dir, "search", "knee", "--facet", "billable=yes").stdout.startswith("Codes:")


def test_a_word_that_looks_like_a_code_is_none_where_texts_have_it(
    sample_data_dir: Path, codefacet: Codefacet
) -> None:
    assert codefacet(sample_data_dir, "search", "b12").stdout.startswith("Codes: 1 found")
    assert codefacet(sample_data_dir, "search", "b11").stdout.startswith("b11  not loaded")


def test_a_header_among_the_hits_names_codes_below(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "search", "type 2 diabetes", "--facet", "status=header")
    assert done.stdout.startswith("E11 is a header; below it: E11."), done.stdout


def test_of_all_kinds_the_answers_stand_once(sample_data_dir: Path, codefacet: Codefacet) -> None:
    form = json.loads(codefacet(sample_data_dir, "search", "11042", "--kind", "all", "--json").stdout)
    assert [answer["code"] for answer in form["answers"]["codes"]] == ["11042"]
    assert not [kind for kind, result in form["kinds"].items() if "answers" in result]
