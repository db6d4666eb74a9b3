"""What stands beside the hits of a search: exact codes, edits among several, ICD-9-CM, the kind asked for."""

from __future__ import annotations

import json
import re
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.answers import Answers, answers_for
from coding.kinds_asked import kind_asked, load_kinds_asked
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS
from tests.linking.inputs import day

from .pages import NOW

EMPTY: dict[str, Any] = {"shown_as": None, "codes": [], "codes_left_out": 0, "edits": None, "headers": []}


def answers(library: Library, text: str, when: str = NOW) -> dict[str, Any]:
    return answers_for(library, Request(text, as_of=day(when))).as_dict()


def only(library: Library, text: str, when: str = NOW) -> dict[str, Any]:
    """Return what is said of the one code of a text."""
    (found,) = answers(library, text, when)["codes"]
    assert isinstance(found, dict)
    return found


def displays(choices: dict[str, Any] | None) -> list[str]:
    return [link["display"] for link in choices["codes"]] if choices else []


@pytest.mark.parametrize(
    "text", ["", "knee", "type 2 synthetic", "-A00", "\\A00", "title:A00", "kn*", "B12 x"]
)
def test_a_text_without_codes_has_no_answers(library: Library, text: str) -> None:
    assert answers(library, text) == EMPTY


@pytest.mark.parametrize(
    "text",
    [
        *("A00.1XXA", "a001xxa", "ICD-10 A00.1xxa", " A00.1XXA ", "DX: A001XXA"),
        *('"A00.1XXA"', "'A00.1XXA'", "ICD10A001XXA", "icd-10-cmA00.1XXA", '"DX A00.1XXA"', "#A00.1XXA"),
    ],
)
def test_a_code_is_answered_in_any_spelling(library: Library, text: str) -> None:
    (found,) = only(library, text)["found"]
    assert (found["display"], found["status"], found["problem"]) == ("A00.1XXA", "active", None)


def test_an_answer_depends_on_the_day(library: Library) -> None:
    (before,), (after,) = (only(library, "A00.3", when)["found"] for when in ("2025-09-30", NOW))
    assert (before["status"], before["choices"], before["problem"]) == ("active", None, None)
    assert (after["status"], displays(after["choices"])) == ("header", ["A00.31", "A00.32"])
    assert [each["code"] for each in after["successors"]] == ["A0031", "A0032"]
    (gone,) = only(library, "A00.4")["found"]
    assert (gone["status"], gone["valid_to"]) == ("deleted", "2025-09-30")
    assert gone["headline"][0].startswith("Deleted since 2025-10-01")
    (future,) = only(library, "A00.31", "2025-09-30")["found"]
    assert future["status"] == "future"


def test_a_code_of_several_systems_shows_all(library: Library) -> None:
    assert {found["system"] for found in only(library, "J0120")["found"]} == {"HCPCS", "ICD10CM"}
    assert [found["system"] for found in only(library, "J01.20")["found"]] == ["ICD10CM"]


@pytest.mark.parametrize(
    ("text", "problem", "choices"),
    [
        ("Z99.9", "unknown_category", []),
        ("A00", "header", ["A00.1XXA", "A00.1XXD", "A00.2XX1", "A00.31", "A00.32"]),
        ("A00.1", "missing_seventh", ["A00.1XXA", "A00.1XXD"]),
        ("A00.1X", "missing_seventh", ["A00.1XXA", "A00.1XXD"]),
        ("A00.1XX", "missing_seventh", ["A00.1XXA", "A00.1XXD"]),
        ("A00.1XXZ", "wrong_seventh", ["A00.1XXA", "A00.1XXD"]),
        ("A00.2XXA", "wrong_seventh", ["A00.2XX1"]),
        ("A00.1A", "missing_placeholder", ["A00.1XXA"]),
        ("A00.1XD", "missing_placeholder", ["A00.1XXD"]),
        ("A00.311", "too_long", ["A00.31"]),
        ("A00.9", "not_loaded", ["A00.1XXA", "A00.1XXD", "A00.2XX1", "A00.31", "A00.32"]),
    ],
)
def test_what_a_diagnosis_code_lacks_and_the_legal_codes(
    library: Library, text: str, problem: str, choices: list[str]
) -> None:
    answer = only(library, text)
    if answer["found"]:
        (found,) = answer["found"]
        assert (found["problem"]["id"], displays(found["choices"])) == (problem, choices)
    else:
        said = answer["not_loaded"]
        assert [each["id"] for each in said["problems"]] == [problem]
        assert [code for each in said["choices"] for code in displays(each)] == choices
        assert said["releases"] == ["icd10cm-order/FY2025", "icd10cm-order/FY2026"]


def test_legal_completions_are_those_of_the_day(library: Library) -> None:
    (found,) = only(library, "A00.1", "2025-01-01")["found"]
    assert displays(found["choices"]) == ["A00.1XXA", "A00.1XXD", "A00.1XXS"]
    assert (
        found["problem"]["text"]
        == "The 7th character is missing, with X in the places up to the 6th (A00.1XX…): A, D or S."
    )


def test_what_is_not_loaded_is_never_called_invalid(library: Library) -> None:
    for text in ("Z99.9", "J9999", "0AB40Z0", "98765", "L39999", "0ZZZZZZ"):
        answer = only(library, text)
        assert answer["found"] == [] and answer["not_loaded"]["systems"]
        assert "invalid" not in json.dumps(answer).casefold()


def test_the_table_row_says_which_character_it_does_not_allow(library: Library) -> None:
    said = only(library, "0AB10Z1")["not_loaded"]
    assert said["problems"] == [
        {
            "id": "not_in_table",
            "text": "No row of table 0AB in icd10pcs-tables/FY2026 holds characters 4 to 7. In the nearest, "
            "row 10: character 7 (axis 7) is 1, allowed are 0 meaning of the first row.",
        }
    ]
    assert [displays(each) for each in said["choices"]] == [["0AB10Z0"]]
    assert only(library, "0AC10Z0")["not_loaded"]["problems"][0]["id"] == "no_table"


def test_a_procedure_code_that_is_not_loaded_shows_its_neighbours(library: Library) -> None:
    near = displays(only(library, "J1025")["not_loaded"]["choices"][-1])
    assert near == sorted(near)
    assert {"J1010", "J1030"} <= set(near)


def test_beside_words_only_codes_that_exist_are_answered(library: Library) -> None:
    assert [each["text"] for each in answers(library, "synthetic A00.1XXA")["codes"]] == ["A00.1XXA"]
    assert answers(library, "vitamin B12 and A99") == EMPTY
    assert only(library, "vitamin A00.9")["not_loaded"], "a dot makes it a code"
    assert answers(library, "knee 59") == EMPTY, "a modifier beside words is a number"


def test_attached_modifiers_are_shown_with_their_code(library: Library) -> None:
    answer = only(library, "11000-59-LT")
    assert [found["code"] for found in answer["found"]] == ["11000"]
    assert [found["code"] for found in answer["modifiers"]] == ["59"], "LT is in no loaded file"


def test_modifiers_that_are_glued_to_a_code_are_shown_with_it(library: Library) -> None:
    request = Request("1100059LT", as_of=day(NOW))
    answer = answers_for(library, request, library.search(request)).codes[0].as_dict()
    assert [found["code"] for found in answer["found"]] == ["11000"]
    assert [found["code"] for found in answer["modifiers"]] == ["59"], "LT is in no loaded file"


def test_edits_among_several_codes_come_in_both_orders_with_sets_apart(library: Library) -> None:
    edits = answers(library, "11000, G0001; G0002 30000")["edits"]
    practitioner, hospital = edits["sets"]
    assert (practitioner["system"], hospital["system"]) == ("PTPPRA", "PTPOPH")
    told = [
        ([(row["code"], row["status"], row["indicator"]) for row in pair["rows"]], pair["both_orders"])
        for pair in practitioner["pairs"]
    ]
    assert told == [
        ([("11000/G0001", "active", "1"), ("G0001/11000", "active", "0")], True),
        ([("11000/G0002", "active", "1")], False),
        ([("11000/30000", "deleted", "9")], False),
    ]
    assert [row["status"] for pair in hospital["pairs"] for row in pair["rows"]] == ["deleted"]
    assert edits["total"] == 5
    assert answers(library, "11000 A00.1XXA")["edits"] is None


@pytest.mark.parametrize("text", ["11000/G0001", "G0001/11000"])
def test_a_pair_in_any_order_shows_both_codes_and_their_edits(library: Library, text: str) -> None:
    found = answers(library, text)
    assert [each["code"] for each in found["codes"]] == text.split("/")
    assert found["edits"] == answers(library, "11000 G0001")["edits"]


def test_edits_among_codes_are_those_that_each_pair_has(library: Library) -> None:
    codes = ("11000", "G0001", "G0002", "30000", "J0120", "99999")
    when = day("2019-06-01")
    found, total = library.edits_among(codes, when, 100)
    pairs = [f"{one}/{other}" for one, other in permutations(codes, 2)]
    wanted = [each for pair in pairs for each in library.representatives("ptp_edit", pair, None, when)]
    assert {(each.system, each.code, each.status) for each in found} == {
        (each.system, each.code, each.status) for each in wanted
    }
    assert total == len(found) == len(wanted) > 3
    active = [each.status == "active" for each in found]
    assert active == sorted(active, reverse=True), "those in force first"
    assert library.edits_among(codes, when, 2) == (found[:2], total)


def test_icd_9_leads_to_icd_10_with_the_status_of_the_day(library: Library) -> None:
    (old,) = only(library, "003.1")["icd9"]
    assert (old["display"], old["title"], old["type"]) == ("003.1", "synthetic ninth", "diagnosis")
    told = [(each["display"], each["status"], each["approximate"]) for each in old["targets"]]
    assert told == [("A00.1XXA", "active", True), ("A00.4", "deleted", True)]
    assert "2018" in old["note"]
    assert only(library, "003.1")["not_loaded"] is None


def test_combinations_are_not_flattened(library: Library) -> None:
    (old,) = only(library, "003.2")["icd9"]
    lists = [[[each["code"] for each in choice] for choice in lists] for lists in old["combinations"]]
    assert lists == [[["A001XXA", "A001XXD"], ["A0031"]], [["A0032"], ["A002XX1"]]]
    assert old["targets"] == []
    (none,) = only(library, "003.3")["icd9"]
    assert (none["no_match"], none["targets"]) == (True, [])


def test_a_dot_tells_procedures_and_diagnoses_of_icd_9_apart(library: Library) -> None:
    (procedure,) = only(library, "00.31")["icd9"]
    assert (procedure["type"], procedure["targets"]) == ("procedure", [])
    assert {each["type"] for each in only(library, "0031")["icd9"]} == {"diagnosis", "procedure"}


def test_a_number_of_today_that_was_one_of_icd_9_says_both(library: Library) -> None:
    answer = only(library, "11000")
    assert [found["system"] for found in answer["found"]] == ["CPT"]
    assert [(each["display"], each["targets"][0]["approximate"]) for each in answer["icd9"]] == [
        ("110.00", False)
    ]
    assert only(library, "V01.0")["icd9"][0]["targets"][0]["code"] == "A0031"


@pytest.mark.parametrize(
    ("text", "kind", "rest", "systems"),
    [
        ("modifier 25", "modifier", "25", ("CPTMOD", "HCPCSMOD")),
        ("Modifier: 25", "modifier", "25", ("CPTMOD", "HCPCSMOD")),
        ("25 modifier", "modifier", "25", ("CPTMOD", "HCPCSMOD")),
        ("pos 22", "modifier", "22", ("POS",)),
        ("place of service office", "modifier", "office", ("POS",)),
        ("ptp 11042", "ptp_edit", "11042", ()),
        ("lcd knee", "coverage", "knee", ("LCD",)),
        ("NCD 20.4", "coverage", "20.4", ("NCD",)),
        ("article A50001", "coverage", "A50001", ("ARTICLE",)),
        ("mue 11042", "code", "11042", ("CPT", "HCPCS")),
        ("addon 90785", "code", "90785", ("CPT", "HCPCS")),
        ("11042 mue", "code", "11042", ("CPT", "HCPCS")),
    ],
)
def test_words_that_ask_for_a_kind(text: str, kind: str, rest: str, systems: tuple[str, ...]) -> None:
    found = kind_asked(text)
    assert found
    assert (found[0].kind, found[1], found[0].systems) == (kind, rest, systems)


@pytest.mark.parametrize(
    "text", ["modifier", "pos", "hiv pos", "pos culture", "add on lens", "mue", "knee brace"]
)
def test_words_that_mean_something_else_ask_for_no_kind(text: str) -> None:
    assert kind_asked(text) is None


def test_the_kind_that_was_asked_for_is_shown_and_can_be_gone_to(library: Library) -> None:
    found = answers_for(library, Request("modifier 59", as_of=day(NOW)))
    assert found.shown_as and [link.code for link in found.shown_as.links] == ["59"]
    assert library.search(found.shown_as.request).total == found.shown_as.total
    assert [answer["found"][0]["system"] for answer in found.as_dict()["codes"]] == ["CPTMOD"]
    assert answers(library, "article nothing of that kind")["shown_as"] is None
    none = answers(library, "lcd nothing of that kind")["shown_as"]
    assert (none["total"], none["hits"], none["label"]) == (0, [], "local coverage determinations")


def test_headers_below_a_typed_code_are_said_of_it_alone(library: Library) -> None:
    request = Request("A00", as_of=day(NOW))
    result = library.search(request)
    assert sum(hit.record.status == "header" for hit in result.hits) > 1
    found = answers_for(library, request, result).as_dict()
    assert found["headers"] == [] and found["codes"][0]["found"][0]["choices"]
    other = Request("synthetic", as_of=day(NOW))
    assert answers_for(library, other, library.search(other)).headers


def test_an_mue_asked_for_stands_with_its_code(library: Library) -> None:
    (found,) = only(library, "mue G0002")["found"]
    assert [(section["id"], section["rows"][0]["units"]) for section in found["sections"]] == [("mue", "1")]
    (found,) = only(library, "add-on G0002")["found"]
    assert [section["id"] for section in found["sections"]] == ["add_on"]


def test_each_entry_of_the_data_names_one_thing_only() -> None:
    phrases = [phrase for asked in load_kinds_asked() if not asked.rest for phrase in asked.words]
    assert len(phrases) == len(set(phrases)) > 10


def test_very_many_codes_are_cut_and_the_answer_says_so(library: Library) -> None:
    text = " ".join(f"{number:05}" for number in range(20000, 20040))
    found = answers(library, text)
    assert len(found["codes"]) + found["codes_left_out"] == 40
    assert all(each["not_loaded"] for each in found["codes"])


PIECES = st.sampled_from(
    [
        "A00",
        "A00.1",
        "A001XXA",
        "11000",
        "G0001",
        "-",
        ",",
        "modifier",
        "59",
        "0AB10Z0",
        "003.1",
        "mue",
        "\0",
        "(",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join)), st.sampled_from(KINDS))
def test_any_text_has_answers_that_are_plain_data(library: Library, text: str, kind: str) -> None:
    found = answers_for(library, Request(text, kind, as_of=day(NOW)))
    assert isinstance(found, Answers)
    form = json.dumps(found.as_dict())
    assert not re.search("NaN|Infinity", form)
