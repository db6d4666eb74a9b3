"""Pages of HCPCS codes, CPT numbers, edits and coverage documents."""

from __future__ import annotations

import json

import pytest

from coding.describe import describe
from searchcore.errors import NotFoundError
from searchcore.library import Library
from searchcore.request import Request
from tests.linking.inputs import day

from .pages import NOW, note, page, section


def test_no_row_in_the_newer_table_means_no_published_limit_and_the_older_one_does_not_answer(
    library: Library,
) -> None:
    assert section(page(library, "G0001", "2024-08-01"), "mue") == [
        ("practitioner", "3", library.facet_label("code", "mue_basis", "3"), "CMS Policy")
    ]
    assert section(page(library, "G0001"), "mue") == []


def test_an_mue_of_zero_is_shown_and_a_later_table_replaces_it(library: Library) -> None:
    assert section(page(library, "G0002", "2024-08-01"), "mue")[0][1] == "0"
    assert section(page(library, "G0002"), "mue")[0][1] == "1"


def test_after_the_last_table_its_rows_go_on_marked(library: Library) -> None:
    assert note(page(library, "G0002"), "mue") == f"last loaded 2025Q1, you asked for {NOW}"
    assert note(page(library, "G0002", "2025-02-01"), "mue") == ""


def test_a_zero_of_status_j_is_not_shown_as_a_fee(library: Library) -> None:
    (row,) = section(page(library, "G0001"), "fee_schedule")
    assert row[2:5] == ("", "", "")
    rows = section(page(library, "G0002"), "fee_schedule")
    assert [(r[0], r[2]) for r in rows] == [("", "1.50"), ("26", "1.00")]


def test_an_add_on_edit_that_never_lived_is_not_shown_and_others_say_when(library: Library) -> None:
    found = {row[1]: row[3] for row in section(page(library, "G0002"), "add_on")}
    assert found == {
        "11000": "in force",
        "11002": "ended 2020-12-31",
        "whatever the contractor defines": "from 2027-01-01",
    }


def test_the_unit_of_a_drug_code_is_shown(library: Library) -> None:
    assert ("One unit is", "15 mg") in section(page(library, "J0120", system="HCPCS"), "details")


def test_a_kept_successor_with_its_changed_unit_stands_at_first_sight(library: Library) -> None:
    found = page(library, "J1030")
    assert found.record.status == "deleted"
    assert [s.code for s in found.successors] == ["J1010"], "and not the cross reference of the file"
    assert any(line.startswith("The unit changed: 1 mg a unit") for line in found.headline)
    assert page(library, "J1030", "2024-03-31").successors == ()


def test_the_story_of_90862_needs_no_file(library: Library) -> None:
    found = page(library, "90862")
    assert found.headline[0] == "Deleted since 2013-01-01; the last usable day was 2012-12-31."
    assert found.record.title is None
    targets = {(s.code, s.to) for s in found.successors}
    assert {
        ("99202", "99205"),
        ("99212", "99215"),
        ("90833", None),
        ("90836", None),
        ("90838", None),
    } <= targets
    assert ("90863", None) in targets
    assert all(s.condition for s in found.successors)
    (hit,) = library.search(Request("90862", as_of=day(NOW))).hits
    assert (hit.exact, hit.record.status, hit.successors) == (True, "deleted", found.successors)


def test_a_number_that_only_edits_name_is_unknown_with_the_evidence(library: Library) -> None:
    found = page(library, "30000")
    assert found.record.status == "unknown"
    assert "named by edit files only" in found.headline[0]
    assert section(found, "edits") == [("practitioner", "0", "1", "0", "2014-01-01")]


def test_a_number_without_a_licensed_file_says_why_it_has_no_text(library: Library) -> None:
    found = page(library, "11000")
    assert found.record.title is None
    assert any("AMA" in line for line in found.headline)
    assert found.record.fields["text_licence"] == "none"


def test_both_orders_of_a_pair_in_force_are_reported(library: Library) -> None:
    found = page(library, "11000/G0001")
    assert section(found, "swapped") == [("G0001 / 11000", "active")]
    assert "report both" in note(found, "swapped")
    assert section(page(library, "11000/G0002"), "swapped") == []


def test_an_edit_with_indicator_9_says_that_it_was_never_in_force(library: Library) -> None:
    for when in ("1999-01-01", "2014-01-01", NOW):
        found = page(library, "11000/30000", when)
        assert found.record.status == "deleted"
        assert "never in force" in found.headline[0]


def test_indicators_are_not_swapped(library: Library) -> None:
    meaning = {ind: library.facet_label("ptp_edit", "indicator", ind).lower() for ind in "019"}
    assert "not" not in meaning["1"] and "no" in meaning["0"]
    rows = dict(section(page(library, "11000/G0002"), "edit"))
    assert rows["Modifier indicator"].lower() == meaning["1"]
    rows = dict(section(page(library, "11000/G0002", "2019-12-31"), "edit"))
    assert rows["Modifier indicator"].lower() == meaning["0"]


def test_an_unlisted_rationale_is_shown_as_it_is(library: Library) -> None:
    assert dict(section(page(library, "11000/G0001"), "edit"))["Rationale"] == "new reason"


def test_coverage_shows_the_codes_of_the_newest_version_and_warns_of_group_numbers(library: Library) -> None:
    found = page(library, "A50001")
    assert section(found, "codes") == [("G0001", "listed", ""), ("A00.1XXA", "covered", "")]
    assert section(found, "groups") == [("covered", "1", "read this", "")]
    assert "do not prove" in note(found, "groups")
    assert section(found, "related") == [("L30001",)]
    assert section(page(library, "G0001"), "coverage") == [("A50001", "listed")]
    assert section(page(library, "G0002"), "coverage") == []


def test_an_unknown_code_names_what_was_searched_and_is_not_called_invalid(library: Library) -> None:
    with pytest.raises(NotFoundError) as caught:
        describe(library, "Z99.9", as_of=day(NOW))
    assert "icd10cm-order/FY2025" in str(caught.value) and "icd10cm-order/FY2026" in str(caught.value)
    assert "invalid" not in str(caught.value).lower()


@pytest.mark.parametrize("text", ["", "   ", "'; --", "x" * 500, "\x00", "((", "1/2/3", "é"])
def test_what_is_no_code_is_a_clear_error(library: Library, text: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        describe(library, text, as_of=day(NOW))
    assert len(str(caught.value)) < 500


def test_a_code_with_modifiers_leads_to_its_page(library: Library) -> None:
    assert page(library, "11000-59-LT").record.code == "11000"


def test_every_page_is_documented_json(library: Library) -> None:
    for code in ("A00", "0AB10Z0", "J1030", "90862", "11000/G0001", "A50001", "25"):
        for found in describe(library, code, as_of=day(NOW)):
            form = json.loads(json.dumps(found.as_dict(day(NOW), library.generation)))
            assert form["versions"] and form["sections"] and form["as_of"] == NOW
            assert {"headline", "successors", "children", "completions", "elsewhere", "origins"} <= set(form)
