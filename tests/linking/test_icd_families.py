"""Families of ICD-10-CM codes: which codes differ in side, encounter or stage only. Titles are synthetic."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from indexer.link.icd import icd_records
from indexer.link.icd_families import families, with_families
from indexer.link.inputs import imported_inputs
from indexer.link.kinds import link

from .inputs import make_inputs, order

ORDER = "icd10cm-order"


def families_of(*rows: tuple[str, str]) -> list[list[str]]:
    """Return the codes of each family; a code that ends in - is a header."""
    codes = pl.DataFrame(
        [(code.rstrip("-"), title, code.endswith("-")) for code, title in rows],
        schema={"code": pl.String, "title": pl.String, "header": pl.Boolean},
        orient="row",
    )
    found = families(codes).sort("code").group_by("lowest", maintain_order=True).agg("code")
    assert [codes[0] for codes in found["code"]] == found["lowest"].to_list()
    return [list(codes) for codes in found["code"]]


def test_sides_and_encounters_are_one_family_with_its_headers() -> None:
    rows = [("S00-", "Bruises"), ("S001-", "Bruise of shin"), ("S0011-", "Bruise of right shin")]
    for place, side in (("1", "right"), ("2", "left"), ("9", "unspecified")):
        for last, encounter in (("A", "initial encounter"), ("D", "subsequent encounter"), ("S", "sequela")):
            rows.append((f"S001{place}X{last}", f"Bruise of {side} shin, {encounter}"))
    rows.append(("S002XXA", "Bruise of toe, initial encounter"))
    assert families_of(*rows) == [
        ["S001", "S0011", *(f"S001{place}X{last}" for place in "129" for last in "ADS")],
    ]


def test_encounters_of_fractures_are_encounters() -> None:
    rows = [
        ("S001XXA", "Broken shin, initial encounter for closed fracture"),
        ("S001XXB", "Broken shin, initial encounter for open fracture type I or II"),
        ("S001XXG", "Broken shin, subsequent encounter for closed fracture with delayed healing"),
        ("S001XXS", "Broken shin, sequela of fracture"),
    ]
    assert families_of(*rows) == [[code for code, _ in rows]]


def test_other_words_make_other_families_however_near_the_codes_are() -> None:
    assert (
        families_of(
            ("S0011", "Bruise of right shin"),
            ("S0012", "Bruise of left calf"),
            ("S0013", "Sprain of right shin"),
            ("T0011", "Bruise of left shin"),
        )
        == []
    )


def test_a_place_in_the_code_says_nothing() -> None:
    assert families_of(("S0051", "Bruise of left shin"), ("S0082", "Bruise of right shin")) == [
        ["S0051", "S0082"]
    ]


def test_only_the_unspecified_that_speaks_of_the_side_is_taken_out() -> None:
    assert families_of(
        ("S0010", "Unspecified bruise of unspecified shin"),
        ("S0011", "Unspecified bruise of right shin"),
        ("S0012", "Unspecified bruise of left shin"),
        ("S0020", "Bruise, unspecified"),
        ("S0030", "Blow, unspecified, unspecified ear"),
        ("S0031", "Blow, unspecified, right ear"),
        ("S0032", "Blow, unspecified, left ear"),
    ) == [["S0010", "S0011", "S0012"], ["S0030", "S0031", "S0032"]]


def test_an_organ_may_stand_with_the_side_or_before_it() -> None:
    assert families_of(
        ("H0000", "Boil of outer ear, unspecified ear"),
        ("H0001", "Boil of right outer ear"),
        ("H0002", "Boil of left outer ear"),
        ("H0003", "Boil of outer ear, bilateral"),
        ("H0010", "Sore, unspecified ulna and radius"),
        ("H0011", "Sore, right radius"),
        ("H0012", "Sore, left radius"),
    ) == [["H0000", "H0001", "H0002", "H0003"], ["H0011", "H0012"]]


def test_both_sides_without_the_organ_join_those_of_one_organ() -> None:
    assert families_of(
        ("H0011", "Haze, right eye"),
        ("H0012", "Haze, left eye"),
        ("H0013", "Haze, bilateral"),
        ("H0021", "Hum, right ear, late"),
        ("H0022", "Hum, left ear, late"),
        ("H0023", "Hum, bilateral, late"),
        ("H0030", "Bilateral wear of knee"),
        ("H0041", "Unilateral wear, right knee"),
        ("H0042", "Unilateral wear, left knee"),
    ) == [["H0011", "H0012", "H0013"], ["H0021", "H0022", "H0023"], ["H0030", "H0041", "H0042"]]


def test_both_sides_that_could_be_of_two_organs_stay_alone() -> None:
    assert families_of(
        ("H0011", "Haze, right eye"),
        ("H0012", "Haze, left eye"),
        ("H0013", "Haze, right ear"),
        ("H0014", "Haze, left ear"),
        ("H0015", "Haze, bilateral"),
    ) == [["H0011", "H0012"], ["H0013", "H0014"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Double outlet right ventricle", "Double outlet left ventricle"),
        ("Blind right eye, dim left eye", "Dim right eye, blind left eye"),
        ("Sponge left in body", "Sponge in body"),
        ("Short unilateral headache", "Short headache"),
        ("Unspecified headache", "Headache"),
        ("Haze, bilateral", "Hazel, right eye"),
    ],
)
def test_words_that_are_not_a_side_stay(one: str, other: str) -> None:
    assert families_of(("H0011", one), ("H0012", other)) == []


def test_stages_and_the_dominant_side_are_of_a_family() -> None:
    assert families_of(
        ("H0010", "Pressure in eye, right eye, stage unspecified"),
        ("H0011", "Pressure in eye, left eye, mild stage"),
        ("L0011", "Sore of right heel, stage 1"),
        ("L0012", "Sore of left heel, unstageable"),
        ("N001", "Kidney trouble, stage 2 (mild)"),
        ("N002", "Kidney trouble, stage 3a"),
        ("N003", "Sugar trouble with stage 5 kidney trouble"),
        ("G0011", "Palsy affecting right dominant side"),
        ("G0014", "Palsy affecting left nondominant side"),
        ("G0010", "Palsy affecting unspecified side"),
    ) == [["G0010", "G0011", "G0014"], ["H0010", "H0011"], ["L0011", "L0012"], ["N001", "N002"]]


def test_a_header_above_two_families_is_of_none() -> None:
    assert families_of(
        ("S001-", "Bruise of shin"),
        ("S0011", "Bruise of right shin"),
        ("S0012", "Bruise of left shin"),
        ("S0013", "Deep bruise of right shin"),
        ("S0014", "Deep bruise of left shin"),
    ) == [["S0011", "S0012"], ["S0013", "S0014"]]


def test_all_versions_of_a_code_are_of_the_family_of_the_newest() -> None:
    old = [order("S0011", "Bruise of right shin"), order("S0012", "Bruise of the left shinbone")]
    new = [order("S0011", "Bruise of right shin"), order("S0012", "Bruise of left shin")]
    inputs = make_inputs({ORDER: {"FY2025": {"icd_order": old}, "FY2026": {"icd_order": new}}})
    found = with_families(icd_records(inputs))
    assert found.select("code", "title", "family_key").rows() == [
        ("S0011", "Bruise of right shin", "ICD10CM:S0011"),
        ("S0012", "Bruise of the left shinbone", "ICD10CM:S0011"),
        ("S0012", "Bruise of left shin", "ICD10CM:S0011"),
    ]


def test_procedures_have_no_family_and_nothing_gives_nothing() -> None:
    rows = [
        {"system": "ICD10PCS", "code": f"0SR{n}0JZ", "billable": True, "title": f"Synthetic, {side} knee"}
        for n, side in (("C", "right"), ("D", "left"))
    ]
    linked = link(make_inputs({"icd10pcs-order": {"FY2026": {"icd_order": rows}}})).code
    assert linked.filter(pl.col("system") == "ICD10PCS")["family_key"].to_list() == [None, None]
    assert with_families(pl.DataFrame()).is_empty()
    assert families_of() == []
    untitled = pl.DataFrame({"code": ["S0011", "S0012"], "title": [None, None], "header": [False, False]})
    assert families(untitled.cast({"title": pl.String})).is_empty()


# Words that tell members of a family apart, worked out apart from the patterns that make families.
_TELLING = re.compile(
    r", (initial|subsequent) encounter.*$|, sequela.*$|\bstage [0-9]\S*( \(\w+\))?|\b(mild|moderate|severe"
    r"|early|indeterminate|intermediate) (dry )?stage"
    r"|advanced atrophic \w+ subfoveal involvement|unstageable|stage"
    r"|\b(right|left|bilateral|unilateral|unspecified|(non-?)?dominant|of|the|side)\b"
)


def words(title: str) -> set[str]:
    """Return the words of a title that should be the same in all of a family."""
    return {word.rstrip("s") for word in re.findall(r"[a-z0-9]{2,}", _TELLING.sub(" ", title.lower()))}


@pytest.mark.realdata
def test_families_of_the_agencies_files(full_data_dir: Path) -> None:
    records = with_families(icd_records(imported_inputs(full_data_dir, (ORDER,))))
    codes = records.unique("code", keep="last").filter(pl.col("family_key").is_not_null())
    sizes = codes["family_key"].value_counts()["count"]
    assert 11_000 < sizes.len() < 12_000
    assert 74_000 < codes.height < 76_000
    # The longest: both or no side, three sides, 16 encounters of a fracture, and headers.
    assert sizes.max() == 53
    # Members differ in side, encounter and stage, or in an organ that stands with the side in some of them.
    billable = codes.filter(~pl.col("header")).sort("code").group_by("family_key").agg("title")
    odd = 0
    for titles in billable["title"]:
        found = [words(title) for title in titles]
        extra = set().union(*found) - set.intersection(*found)
        assert len(extra) <= 2, titles.to_list()
        odd += bool(extra)
    assert odd < 0.1 * billable.height
    by_code = dict(codes.select("code", "family_key").rows())
    assert {by_code[code] for code in ("M170", "M1710", "M1711", "M1712")} == {"ICD10CM:M170"}
    assert by_code["S72301A"] == by_code["S72302S"] == by_code["S72309"] == "ICD10CM:S7230"
    assert by_code["S72301A"] != by_code["S72321A"]
