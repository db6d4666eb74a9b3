"""Where the words by which a code is found come from: indexes, keys, definitions, older codes."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.link.icd import icd_records
from indexer.link.kinds import link
from searchcore.library import Library
from searchcore.request import Request
from tests.linking.inputs import Tables, by_code, day, hcpcs, make_inputs, order

ORDER = "icd10cm-order"


def found(codes: list[dict[str, Any]], **sources: dict[str, Tables]) -> dict[str, dict[str, Any]]:
    """Return the newest record of each ICD-10-CM code."""
    data: dict[str, dict[str, Tables]] = {ORDER: {"FY2026": {"icd_order": codes}}}
    for name, releases in sources.items():
        data[name.replace("_", "-")] = releases
    return {code: rows[-1] for code, rows in by_code(icd_records(make_inputs(data))).items()}


def index(*entries: tuple[str, str | None] | tuple[str, str | None, str]) -> dict[str, Tables]:
    rows = [dict(zip(("path", "code", "see"), entry, strict=False)) for entry in entries]
    return {"FY2026": {"icd_index": rows}}


@pytest.mark.parametrize(
    ("see", "path", "names"),
    [
        ("see Infarct, muscle", "Infarct, infarction (old), muscle, muscular", True),
        ("see also Infarct, muscle NEC", "Infarct, muscle", True),
        ("see Infarcts, muscle, by type", "Infarct, muscle", True),
        ("see Infarct, with ache", "Infarct, with, ache", True),
        ("see Infarct, deep", "Infarct, muscle, deep", True),
        ("see Infarct, muscle", "Infarct, deep, of all, muscle", False),
        ("see Infarct", "Infarct, muscle", False),
        ("see condition", "Infarct, muscle", False),
    ],
)
def test_a_cross_reference_makes_a_name_of_the_codes_that_it_names(see: str, path: str, names: bool) -> None:
    code = found([order("A0011")], icd10cm_index=index((path, "A0011"), ("Dead flesh", None, see)))["A0011"]
    assert ("Dead flesh" in code["index_terms"]) is names


def test_a_reference_that_leaves_out_a_level_must_have_one_meaning() -> None:
    entries = [
        ("Break, arm, upper", "A0011"),
        ("Break, leg, upper", "A0012"),
        ("Crack", None, "see Break, upper"),
    ]
    codes = found([order("A0011"), order("A0012")], icd10cm_index=index(*entries))
    assert [codes[code]["index_terms"] for code in ("A0011", "A0012")] == [
        ["Break, arm, upper"],
        ["Break, leg, upper"],
    ]


def test_references_go_one_step_only() -> None:
    entries = [("Ache", "A0011"), ("Pain", None, "see Ache"), ("Soreness", None, "see Pain")]
    assert found([order("A0011")], icd10cm_index=index(*entries))["A0011"]["index_terms"] == ["Ache", "Pain"]


def test_parentheses_are_weaker_words_of_the_entry_itself() -> None:
    entries = [("Ache(s) (acute) (of), back (low) (due to)", "A0011"), ("Ache (dull)", "A0012")]
    codes = found([order("A0011"), order("A0012")], icd10cm_index=index(*entries))
    assert codes["A0011"]["index_terms"] == ["Ache, back"]
    assert codes["A0011"]["index_modifiers"] == ["low"], "not those of the terms above"
    assert codes["A0012"]["index_modifiers"] == ["dull"]


def test_a_reference_to_a_column_of_the_neoplasm_table_is_resolved() -> None:
    rows = [
        {"path": "Neoplasm, neoplastic, skin (of)", "code": "C001", "column": "malignant_primary"},
        {"path": "Neoplasm, neoplastic, skin (of)", "code": "D001", "column": "benign"},
    ]
    codes = found(
        [order("C001"), order("D001")],
        icd10cm_index=index(("Skin growth", None, "see Neoplasm, skin, malignant")),
        icd10cm_neoplasm={"FY2026": {"icd_index": rows}},
    )
    assert codes["C001"]["index_terms"] == ["primary malignant Neoplasm, neoplastic, skin", "Skin growth"]
    assert codes["D001"]["index_terms"] == ["benign Neoplasm, neoplastic, skin"]


def test_a_brand_in_the_drug_table_is_a_name_in_each_column() -> None:
    rows = [
        {"path": "Genericum", "code": "T001", "column": "adverse_effect"},
        {"path": "Genericum", "code": "T002", "column": "underdosing"},
        {"path": "Brandix", "see": "see Genericum"},
    ]
    codes = found([order("T001"), order("T002")], icd10cm_drug={"FY2026": {"icd_index": rows}})
    assert codes["T001"]["index_terms"] == ["Genericum, adverse effect", "Brandix, adverse effect"]
    assert codes["T002"]["index_terms"] == ["Genericum, underdosing", "Brandix, underdosing"]


def test_a_manifestation_is_found_by_the_entry_too() -> None:
    rows = [
        {"path": "Swelling, in ache", "code": "A0011", "manifestation": False},
        {"path": "Swelling, in ache", "code": "A0012", "manifestation": True},
    ]
    codes = found([order("A0011"), order("A0012")], icd10cm_index={"FY2026": {"icd_index": rows}})
    assert codes["A0012"]["index_terms"] == codes["A0011"]["index_terms"] == ["Swelling, in ache"]


def test_terms_of_a_header_go_to_few_billable_codes_only() -> None:
    def carried(children: int) -> list[Any]:
        below = [order(f"A00{number:02}") for number in range(children)]
        codes = found(
            [order("A00", "Synthetic category", False), *below], icd10cm_index=index(("Ache", "A00-"))
        )
        return [codes[row["code"]]["carried_terms"] for row in below]

    assert carried(60) == [["Ache"]] * 60
    assert carried(61) == [None] * 61


def gem(source: str, target: str, **flags: bool) -> dict[str, Any]:
    return {"source": source, "target": target, **flags}


def test_titles_of_icd_9_come_through_both_mappings_but_not_from_wider_codes() -> None:
    titles = [
        {"code_type": "diagnosis", "code": code, "title": title}
        for code, title in (
            ("0010", "Older ache, not stated as dull"),
            ("0011", "Old ache without mention of itch"),
            ("0012", "Ache with fever"),
            ("0013", "Condition, synthetic A0012"),
        )
    ]
    codes = found(
        [order("A0011"), order("A0012", "Synthetic condition A0012")],
        gem_cm_10to9={"2018": {"gem": [gem("A0011", "0010", combination=True), gem("A0012", "0013")]}},
        gem_cm_9to10={"2018": {"gem": [gem("0011", "A0011"), gem("0012", "A0011", combination=True)]}},
        icd9cm_titles={"2015": {"icd9_titles": titles}},
    )
    assert codes["A0011"]["icd9_titles"] == ["Older ache", "Old ache without itch"]
    assert codes["A0012"]["icd9_titles"] is None, "it says no more than the title"


def test_an_ended_title_is_a_text_of_its_successor_but_never_of_a_cpt_number() -> None:
    ended = {"added": day("2001-01-01"), "terminated": day("2023-12-31")}
    rows = [
        hcpcs("J1234", title="synthetic serum, per vial", xref=["J1235"], **ended),
        hcpcs("G1234", title="synthetic visit of old", xref=["99213"], **ended),
        hcpcs("J1235", title="synthetic serum, 1 mg", added=day("2024-01-01")),
    ]
    rvu = {"rvu": [{"code": "99213", "status": "A"}]}
    linked = link(make_inputs({"hcpcs": {"2024Q3": {"hcpcs": rows}}, "mpfs-rvu": {"2024": rvu}}))
    former = {code: versions[-1]["former_titles"] for code, versions in by_code(linked.code).items()}
    assert former["J1235"] == ["synthetic serum, per vial"]
    assert former["99213"] is None and former["J1234"] is None


PCS_TITLES = {
    "0DT": "Gut System, Removing",
    "0DTJ0ZZ": "Removing of Blind Gut, Open Approach",
    "0DTJ0DZ": "Removing of Blind Gut with Tube, Open Approach",
    "0DTH0ZZ": "Removing of Wide Gut, Open Approach",
}


def procedures(*entries: tuple[str, str | None, str | None]) -> dict[str, dict[str, Any]]:
    """Return the records of a small ICD-10-PCS with an index, tables and definitions."""
    codes = [
        {"system": "ICD10PCS", "code": code, "billable": len(code) == 7, "title": title}
        for code, title in PCS_TITLES.items()
    ]
    labels = [
        {"table": "0DT", "position": position, "value": value, "label": label}
        for position, value, label in (
            (1, "0", "Cutting Section"),
            (2, "D", "Gut System"),
            (3, "T", "Removing"),
            (4, "J", "Blind Gut"),
            (4, "H", "Wide Gut"),
            (6, "D", "Tube"),
        )
    ]
    definitions: list[dict[str, Any]] = [
        {
            "position": 3,
            "title": "Removing",
            "definition": "Taking away, without putting back, all of a body part",
        },
        {"position": 4, "title": "Blind Gut", "includes": "Vermicule; Little worm"},
        {"position": 6, "title": "Tube in Gut System", "includes": "Brandstent"},
        {"position": 6, "title": "Tube in Upper Gut System", "includes": "Othertube"},
        {"position": 6, "title": "Tube for Bending in Gut System", "includes": "Bendtube"},
    ]
    data: dict[str, dict[str, Tables]] = {
        "icd10pcs-order": {"FY2026": {"icd_order": codes}},
        "icd10pcs-index": {
            "FY2026": {"pcs_index": [dict(zip(("path", "code", "see"), row, strict=True)) for row in entries]}
        },
        "icd10pcs-tables": {"FY2026": {"pcs_labels": labels}},
        "icd10pcs-definitions": {
            "FY2026": {"pcs_definitions": [{"section": "0", **row} for row in definitions]}
        },
    }
    return {code: rows[-1] for code, rows in by_code(icd_records(make_inputs(data))).items()}


def test_a_procedure_entry_reaches_the_codes_that_begin_as_it_says() -> None:
    codes = procedures(
        ("Blindgutectomy", "0DTJ", "Removing, Blind Gut 0DTJ"),
        ("Tube procedure, old", "0DTJ", None),
        ("Gutectomy, Wide", "0DT", None),
    )
    assert codes["0DTJ0ZZ"]["index_terms"] == ["Blindgutectomy"]
    assert codes["0DTJ0DZ"]["index_terms"] == ["Blindgutectomy", "Tube procedure, old"], (
        "its title has the tube"
    )
    assert codes["0DTH0ZZ"]["index_terms"] is None
    assert codes["0DT"]["index_terms"] == ["Gutectomy, Wide"]
    assert codes["0DTH0ZZ"]["carried_terms"] == ["Gutectomy, Wide"]
    assert codes["0DTJ0ZZ"]["carried_terms"] is None, "another code has the wide gut"


def test_a_reference_to_an_operation_is_told_of_its_tables() -> None:
    codes = procedures(("Removing, Blind Gut", "0DTJ", None), ("Takeaway", None, "Removing"))
    assert codes["0DT"]["index_terms"] == ["Takeaway"]
    assert codes["0DTJ0ZZ"]["index_terms"] is None


def test_keys_name_the_values_of_a_code_in_its_body_system_and_operation() -> None:
    codes = procedures()
    assert codes["0DTJ0ZZ"]["key_terms"] == ["Vermicule", "Little worm"]
    assert codes["0DTJ0DZ"]["key_terms"] == ["Vermicule", "Little worm", "Brandstent"]
    assert codes["0DTH0ZZ"]["key_terms"] is None


def test_a_definition_says_what_is_done_and_not_what_is_not() -> None:
    assert procedures()["0DTJ0ZZ"]["definitions"] == ["Taking away"]


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [("icd9_titles:diabetes", "ICD10CM", "E119"), ("carried_terms:diabetes", "ICD10CM", "E1165")],
)
def test_the_sample_has_such_texts(sample_library: Library, text: str, system: str, code: str) -> None:
    hits = sample_library.search(Request(text, "code", per_page=50)).hits
    assert (system, code) in {(hit.record.system, hit.record.code) for hit in hits}
