"""Pages of diagnosis and procedure codes: 7th characters, notes, trees on a day, conversions, GEMs."""

from __future__ import annotations

from coding.describe import describe
from searchcore.library import Library
from tests.linking.inputs import day

from .pages import note, page, section


def test_7th_characters_hold_for_all_below_and_not_only_for_the_next_level(library: Library) -> None:
    assert section(page(library, "A00.1"), "seventh_character") == [
        ("A", "initial", "A00.1XXA"),
        ("D", "subsequent", "A00.1XXD"),
        ("S", "sequela", "does not exist"),
    ]
    assert "Defined at A00." in note(page(library, "A00.1XXA"), "seventh_character")


def test_the_nearest_definition_of_7th_characters_wins(library: Library) -> None:
    assert section(page(library, "A00.2"), "seventh_character") == [
        ("1", "right", "A00.2XX1"),
        ("2", "left", "does not exist"),
    ]
    assert "Defined at A00.2." in note(page(library, "A00.2XX1"), "seventh_character")


def test_a_completion_is_offered_only_on_days_on_which_it_exists(library: Library) -> None:
    then, now = (
        section(page(library, "A00.1", when), "seventh_character") for when in ("2025-09-30", "2025-10-01")
    )
    assert [row[2] for row in then] == ["A00.1XXA", "A00.1XXD", "A00.1XXS"]
    assert [row[2] for row in now] == ["A00.1XXA", "A00.1XXD", "does not exist"]


def codes(links: object) -> list[str]:
    return [link.code for link in links]  # type: ignore[attr-defined]


def test_completions_are_the_billable_codes_below_a_header_on_the_day(library: Library) -> None:
    assert codes(page(library, "A00.1").completions) == ["A001XXA", "A001XXD"]
    assert codes(page(library, "A00.1", "2025-01-01").completions) == ["A001XXA", "A001XXD", "A001XXS"]
    assert codes(page(library, "A00.3").completions) == ["A0031", "A0032"]
    assert codes(page(library, "A00", "2025-09-30").completions)[-2:] == ["A003", "A004"]
    assert "A004" not in codes(page(library, "A00").completions)
    assert page(library, "A00.1XXA").completions == ()


def test_children_show_what_has_ended_and_what_is_still_to_come(library: Library) -> None:
    now = {link.code: link.status for link in page(library, "A00").children}
    assert now == {"A001": "header", "A002": "header", "A003": "header", "A004": "deleted"}
    then = {link.code: link.status for link in page(library, "A00.3", "2025-09-30").children}
    assert then == {"A0031": "future", "A0032": "future"}
    assert {link.code: link.status for link in page(library, "A00", "2016-01-01").children}[
        "A004"
    ] == "unknown"


def test_the_way_up_goes_from_the_category_down(library: Library) -> None:
    assert codes(page(library, "A00.1XXA").ancestors) == ["A00", "A001"]
    assert [link.status for link in page(library, "A00.1XXA").ancestors] == ["header", "header"]


def test_notes_come_from_every_node_above_and_inclusion_terms_do_not(library: Library) -> None:
    found = section(page(library, "A00.1XXA"), "notes")
    assert [(text, at) for _, text, at in found] == [
        ("name of the code", "here"),
        ("what goes with it", "here"),
        ("what lies under it", "A00"),
        ("something else", "A00-A09"),
        ("may stand beside it", "chapter 1"),
    ]
    assert [name for name, _, _ in found][2:4] == ["Code first", "Excludes1: not coded here"]


def test_a_note_that_the_newer_release_drops_is_shown_for_the_older_days_only(library: Library) -> None:
    old = [text for _, text, _ in section(page(library, "A00.1", "2025-08-01"), "notes")]
    new = [text for _, text, _ in section(page(library, "A00.1"), "notes")]
    dropped = "a note that the next release drops"
    assert dropped in old and dropped not in new


def test_notes_of_another_day_than_the_release_say_so(library: Library) -> None:
    assert note(page(library, "A00.1"), "notes") == "last loaded FY2026-April, you asked for 2026-11-23"
    assert note(page(library, "A00.1", "2024-12-01"), "notes").startswith("first loaded FY2025-April")
    assert note(page(library, "A00.1", "2026-05-01"), "notes") == ""


def test_a_code_that_became_a_header_says_so_with_its_successors(library: Library) -> None:
    before, after = page(library, "A00.3", "2025-09-30"), page(library, "A00.3")
    assert (before.record.status, before.successors) == ("active", ())
    assert after.record.status == "header"
    assert codes(after.successors) == ["A0031", "A0032"]
    assert {s.condition for s in after.successors} == {"whichever of the new codes the record supports"}
    assert after.headline[0].startswith("A header")
    assert section(page(library, "A00.31"), "conversion") == [("A00.3", "2025-10-01")]


def test_after_the_last_release_a_record_is_carried_forward_and_says_so(library: Library) -> None:
    found = page(library, "A00.1XXA")
    assert (found.record.status, found.carried_forward) == ("active", "FY2026")
    assert any("Carried forward from FY2026" in line for line in found.headline)
    assert page(library, "A00.1XXA", "2026-09-30").carried_forward is None


def test_before_the_oldest_release_a_code_is_unknown_and_the_page_says_why(library: Library) -> None:
    found = page(library, "A00.1XXA", "2016-01-01")
    assert found.record.status == "unknown"
    assert "2024-10-01" in found.headline[0] and "not known" in found.headline[0]


def test_a_code_that_left_is_deleted_since_the_day_after_its_last(library: Library) -> None:
    assert (
        page(library, "A00.4").headline[0] == "Deleted since 2025-10-01; the last usable day was 2025-09-30."
    )


def test_a_code_of_two_systems_has_two_pages_that_name_each_other(library: Library) -> None:
    found = describe(library, "j0120", as_of=day("2026-11-23"))
    assert {d.record.system for d in found} == {"HCPCS", "ICD10CM"}
    assert [[link.system for link in d.elsewhere] for d in found] in (
        [["ICD10CM"], ["HCPCS"]],
        [["HCPCS"], ["ICD10CM"]],
    )
    (dotted,) = describe(library, "J01.20", as_of=day("2026-11-23"))
    assert dotted.record.system == "ICD10CM", "a dot names the system"


def test_index_terms_that_look_like_truth_values_stay_text(library: Library) -> None:
    assert section(page(library, "A00.1XXA"), "index") == [("false",)]


def test_gems_keep_scenario_and_choice_and_say_that_they_are_old(library: Library) -> None:
    found = page(library, "A00.1XXA")
    assert section(found, "icd9") == [
        ("0011", "synthetic old", "approximate", "scenario 1, choice 1"),
        ("0012", "", "approximate", "scenario 1, choice 2"),
        ("no match", "", "approximate", ""),
    ]
    assert "2018" in note(found, "icd9")


def test_the_characters_of_a_procedure_code_mean_what_its_own_table_row_says(library: Library) -> None:
    first, second = (section(page(library, code), "axes") for code in ("0AB10Z0", "0AB20Z0"))
    assert [row[3] for row in first] == [
        "section",
        "system",
        "operation",
        "1 in both rows",
        "0 in both rows",
        "Z in both rows",
        "meaning of the first row",
    ]
    assert second[3][3] == "2 in the second row"
    assert second[6] == ("7", "axis 7", "0", "meaning of the second row")


def test_values_of_different_table_rows_are_not_combined(library: Library) -> None:
    found = page(library, "0AB30Z0")
    assert [row[0] for row in section(found, "axes")] == ["1", "2", "3", "5", "6"]
    assert note(found, "axes").startswith("No single row")
    assert note(page(library, "0AB10Z0"), "axes") == ""
