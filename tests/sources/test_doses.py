"""Doses named by drug titles. The titles are synthetic; their wording is that of HCPCS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.doses import DoseFinder
from tests.sources.members import options

FINDER = DoseFinder.from_options(options("hcpcs")["doses"])


@pytest.mark.parametrize(
    ("title", "dose"),
    [
        ("Injection, examplum, per 15 mg", (15.0, "mg")),
        ("Injection, examplum, 1 mg", (1.0, "mg")),
        ("Injection, examplum, up to 40 mg", (40.0, "mg")),
        ("Examplum solution, 0.5 ml", (0.5, "ml")),
        ("Injection, examplum, .25 mg", (0.25, "mg")),
        ("Injection, examplum, per 1,000 usp units", (1000.0, "unit")),
        ("Injection, examplum, 10 i.u.", (10.0, "unit")),
        ("Injection, examplum, 1 microgram (for a use)", (1.0, "mcg")),
        ("Infusion, examplum, 1000 cc", (1000.0, "ml")),
        ("Examplum tc-99m, diagnostic, per millicurie", (1.0, "mCi")),
        ("Examplum tc-99m, diagnostic, per study dose, up to 35 millicuries", (1.0, "dose")),
        ("Examplum matrix, per square centimeter", (1.0, "cm2")),
        ("Injection, examplum, per vial", (1.0, "vial")),
        ("Examplum 5 mg/other 20 mg suspension, 100 ml", (100.0, "ml")),
        ("Contrast material, 300-399 mg/ml concentration, per ml", (1.0, "ml")),
        ("Infusion, examplum, sterile (500 ml = 1 unit)", (500.0, "ml")),
        ("Examplum ring 0.12 mg per 24 hours; monthly ring, each", (1.0, "each")),
        ("Examplum, unit dose form, 12 micrograms", (12.0, "mcg")),
        ("Examplum, 5 mg, oral, not to exceed a 48 hour regimen", (5.0, "mg")),
        ("Injection, examplum, 1 billion vector genomes", (1e9, "vector genome")),
    ],
)
def test_the_dose_is_found(title: str, dose: tuple[float, str]) -> None:
    assert FINDER.find(title) == dose


@pytest.mark.parametrize(
    "title",
    [
        "Unclassified drugs",
        "Injection, examplum 1 mg and other 2.27 mg",
        "Injection, examplum, greater than 100 mg",
        "Injection, examplum, over 10 cc",
        "Examplum supply, per 30 days",
        "",
    ],
)
def test_no_dose_or_several_give_none(title: str) -> None:
    assert FINDER.find(title) is None


@pytest.mark.parametrize(
    ("code", "betos", "title", "drug"),
    [
        ("J9999", None, "Anything", True),
        ("Q1111", "O1D", "Anything", True),
        ("C1111", None, "Injection, examplum, 1 mg", True),
        ("A4206", "D1A", "Syringe, 1 cc", False),
    ],
)
def test_which_codes_are_drugs(code: str, betos: str | None, title: str, drug: bool) -> None:
    assert FINDER.is_drug(code, betos, title) is drug


@given(st.text(max_size=200))
def test_no_title_breaks_it(title: str) -> None:
    found = FINDER.find(title)
    assert found is None or (found[0] >= 0 and found[1])


def test_without_rules_nothing_is_found() -> None:
    assert DoseFinder().find("Injection, examplum, 1 mg") is None
