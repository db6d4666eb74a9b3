"""Answers on the agencies' files."""

from __future__ import annotations

import random
from typing import Any

import pytest

from coding.answers import answers_for
from searchcore.codes import SYSTEMS
from searchcore.library import Library
from searchcore.request import Request
from searchcore.whoosh_engine.suggest_rules import asked_phrases
from tests.linking.inputs import day

from .pages import NOW

pytestmark = pytest.mark.realdata


def answers(library: Library, text: str, when: str = NOW) -> dict[str, Any]:
    return answers_for(library, Request(text, as_of=day(when))).as_dict()


def found(library: Library, text: str, when: str = NOW) -> list[dict[str, Any]]:
    (answer,) = answers(library, text, when)["codes"]
    return list(answer["found"])


def test_headers_and_what_they_lack(full_library: Library) -> None:
    (category,) = found(full_library, "E11")
    assert (category["problem"]["id"], category["choices"]["id"]) == ("header", "children")
    for text, characters in (("S72.001", "ABCDEFGHJKMNPQRS"), ("T36.0X1", "ADS"), ("W11", "ADS")):
        (code,) = found(full_library, text)
        assert code["problem"]["id"] == "missing_seventh"
        assert "".join(link["code"][-1] for link in code["choices"]["codes"]) == characters
    (before,), (after,) = found(full_library, "G35", "2025-09-30"), found(full_library, "G35", "2025-10-01")
    assert (before["status"], after["status"]) == ("active", "header")
    assert [link["display"] for link in after["choices"]["codes"]][:2] == ["G35.A", "G35.B0"]


def test_more_edits_than_are_shown_are_no_secret(full_library: Library) -> None:
    request = Request("", filters=(("system", ("CPT",)),), as_of=day(NOW), sort="code", per_page=200)
    codes = [hit.record.code for hit in full_library.search(request.with_(page=12)).hits]
    edits = answers(full_library, ", ".join(codes))["edits"]
    shown = sum(len(pair["rows"]) for each in edits["sets"] for pair in each["pairs"])
    assert edits["total"] > shown == 400
    assert edits["note"].startswith(f"There are {edits['total']:,} rows; only the first 400 are shown")


def test_seventh_characters_are_those_of_the_order_file_not_of_the_definition(full_library: Library) -> None:
    said = answers(full_library, "S06.1X7D")["codes"][0]["not_loaded"]
    assert said["problems"][0]["text"] == "D is not a 7th character of S06.1X7; it takes A."


def test_every_kind_of_code_is_its_own_answer(full_library: Library) -> None:
    """Each of some codes of all systems is found under its key, whatever its status."""
    rng = random.Random(4)
    for system in ("CPT", "HCPCS", "ICD10CM", "ICD10PCS", "HCPCSMOD", "POS", "LCD", "ARTICLE"):
        kind = SYSTEMS[system].kind
        request = Request("", kind, (("system", (system,)),), as_of=day(NOW), sort="code", per_page=200)
        pages = full_library.search(request).pages
        hits = full_library.search(request.with_(page=rng.randint(1, pages))).hits
        for hit in rng.sample(hits, min(20, len(hits))):
            (answer,) = answers(full_library, hit.record.display)["codes"]
            assert answer["not_loaded"] is None
            assert (system, hit.record.code, hit.record.status) in {
                (each["system"], each["code"], each["status"]) for each in answer["found"]
            }


def test_codes_of_two_systems_and_of_long_ago(full_library: Library) -> None:
    for text in ("J0120", "G0439"):
        assert {each["system"] for each in found(full_library, text)} == {"HCPCS", "ICD10CM"}
    (gone,) = found(full_library, "90862")
    assert gone["status"] == "deleted" and gone["successors"] and gone["title"] is None


def test_icd_9_numbers(full_library: Library) -> None:
    for text, target in (("250.00", "E11.9"), ("V70.0", "Z00.00"), ("E885.9", "W18.49XA")):
        (answer,) = answers(full_library, text)["codes"]
        assert [each["display"] for each in answer["icd9"][0]["targets"]] == [target]
        assert answer["not_loaded"] is None
    clusters = [row for row in full_library.facts.rows("gem", combination=1) if "9to10" in row["release"]]
    code = clusters[0]["source"]
    (old,) = answers(full_library, f"{code[:3]}.{code[3:]}")["codes"][0]["icd9"]
    flat = [row for row in clusters if row["source"] == code]
    assert sum(len(choice) for lists in old["combinations"] for choice in lists) == len(flat) > 1


def test_edits_among_codes(full_library: Library) -> None:
    edits = answers(full_library, "11042,97597")["edits"]
    rows = [row for each in edits["sets"] for pair in each["pairs"] for row in pair["rows"]]
    assert [(row["system"], row["code"], row["indicator"]) for row in rows] == [
        ("PTPPRA", "11042/97597", "1"),
        ("PTPOPH", "11042/97597", "1"),
    ]


def test_a_procedure_that_is_not_in_its_table(full_library: Library) -> None:
    said = answers(full_library, "0FB05ZZ")["codes"][0]["not_loaded"]
    assert "character 5 (approach) is 5, allowed are 0 Open" in said["problems"][0]["text"]
    assert [link["code"] for link in said["choices"][0]["codes"]] == ["0FB00ZZ", "0FB03ZZ", "0FB04ZZ"]


def test_what_is_looked_for_most_is_found_with_all_its_words(full_library: Library) -> None:
    nothing = [
        phrase
        for phrase in asked_phrases()
        if not full_library.search(Request(phrase, as_of=day(NOW), all_words=True, per_page=1)).total
    ]
    assert nothing == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("colon cancer", "C189"),
        ("pancreatic cancer", "C259"),
        ("ulcer of esophagus", "K2210"),
        ("hepatitis", "K759"),
        ("hepatitis A", "B159"),
        ("type 2 diabetes", "E119"),
        ("long term use of insulin", "Z794"),
        ("laceration of hand", "S61419A"),
        ("pemetrexed", "J9305"),
        ("ostomy belt", "A4367"),
        ("darbepoetin ESRD", "J0882"),
        ("9921325", "99213"),
    ],
)
def test_the_code_in_general_comes_before_rarer_ones(full_library: Library, text: str, code: str) -> None:
    hits = full_library.search(Request(text, as_of=day(NOW))).hits
    assert next(hit.record.code for hit in hits if hit.record.status != "header") == code


def test_an_ended_code_comes_after_those_in_force(full_library: Library) -> None:
    hits = full_library.search(Request("acetaminophen", as_of=day(NOW))).hits
    assert hits[0].record.status == "active"
    assert [hit.record.status for hit in hits if hit.record.code == "G6039"] in ([], ["deleted"])
