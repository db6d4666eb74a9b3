"""ICD-10-CM and ICD-10-PCS records: the order file decides; the rest adds starts, words and a tree."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from indexer.link.facts import nodes
from indexer.link.icd import icd_records
from indexer.link.kinds import link
from indexer.link.labels import facet_labels
from indexer.link.records import conform_records
from indexer.link.successors import all_successors
from searchcore.validity import DELETED, FUTURE, IN_FORCE, UNKNOWN

from .inputs import Tables, by_code, day, hcpcs, make_inputs, order, standing

ORDER, CONVERSION, TABULAR = "icd10cm-order", "icd10cm-conversion", "icd10cm-tabular"


def cm(releases: dict[str, list[dict[str, Any]]], **others: dict[str, Tables]) -> Any:
    """Return inputs from release to rows of the order file; other sources with _ for -."""
    data = {name.replace("_", "-"): found for name, found in others.items()}
    return make_inputs({ORDER: {name: {"icd_order": rows} for name, rows in releases.items()}, **data})


def test_nothing_loaded_gives_no_records() -> None:
    assert icd_records(make_inputs({})).height == 0


def test_billable_is_the_flag_of_the_file_and_not_the_lack_of_children() -> None:
    rows = [
        order("A00", billable=False),
        order("A001"),
        order("B00", billable=True),
        order("C00", billable=False),
    ]
    found = by_code(icd_records(cm({"FY2026": rows})))
    assert {code: (v[0]["billable"], v[0]["header"]) for code, v in found.items()} == {
        "A00": ("no", True),
        "A001": ("yes", False),
        "B00": ("yes", False),
        "C00": ("no", True),
    }


def test_an_unchanged_code_is_one_version_over_all_releases_carried_forward() -> None:
    (row,) = icd_records(cm({n: [order("A001")] for n in ("FY2025", "FY2025-April", "FY2026")})).rows(
        named=True
    )
    assert row["releases"] == [f"{ORDER}/{n}" for n in ("FY2025", "FY2025-April", "FY2026")]
    assert (row["valid_from"], row["start"], row["valid_to"], row["end"]) == (
        day("2024-10-01"),
        "on_or_before",
        None,
        "open",
    )


def test_a_code_that_becomes_a_header_is_billable_until_the_day_before() -> None:
    inputs = cm({"FY2025": [order("G35")], "FY2026": [order("G35", billable=False), order("G35D")]})
    records = icd_records(inputs)
    before, after = (standing("code", records, day(text)) for text in ("2025-09-30", "2025-10-01"))
    key = ("ICD10CM", "G35")
    assert (before[key]["billable"], before[key]["on_day"]) == ("yes", IN_FORCE)
    assert (after[key]["billable"], after[key]["on_day"]) == ("no", IN_FORCE)
    assert before["ICD10CM", "G35D"]["on_day"] == FUTURE


def test_a_code_in_the_oldest_release_is_unknown_before_it_and_not_future() -> None:
    records = icd_records(cm({"FY2025": [order("E119")]}))
    assert standing("code", records, day("2016-01-01"))["ICD10CM", "E119"]["on_day"] == UNKNOWN


def test_a_code_that_left_is_deleted_on_the_first_day_without_it() -> None:
    records = icd_records(cm({"FY2025": [order("A001"), order("A002")], "FY2026": [order("A002")]}))
    key = ("ICD10CM", "A001")
    assert standing("code", records, day("2025-09-30"))[key]["on_day"] == IN_FORCE
    assert standing("code", records, day("2025-10-01"))[key]["on_day"] == DELETED


def converted(*rows: tuple[str, str, str | None]) -> dict[str, Tables]:
    table = [
        {"code": code, "effective": day(effective), "previous": [previous] if previous else []}
        for code, effective, previous in rows
    ]
    return {"FY2026": {"icd_conversion": table}}


def test_the_conversion_table_gives_true_starts_with_their_origin() -> None:
    inputs = cm(
        {"FY2025": [order("A001"), order("A002")], "FY2026": [order("A001"), order("A002")]},
        icd10cm_conversion=converted(("A009", "2018-10-01", None), ("A001", "2017-10-01", None)),
    )
    found = by_code(icd_records(inputs))
    (row,) = found["A001"]
    assert (row["valid_from"], row["start"], row["start_year"]) == (day("2017-10-01"), "known", "2017")
    assert json.loads(row["origins"])["valid_from"] == "icd10cm-conversion/FY2026#2"
    (other,) = found["A002"]
    assert (other["start"], other["start_year"]) == ("on_or_before", None)
    assert json.loads(other["origins"])["valid_from"] == f"{ORDER}/FY2025#2"


def test_successors_come_from_the_conversion_table_for_codes_that_can_no_longer_be_billed() -> None:
    inputs = cm(
        {
            "FY2025": [order("A001"), order("B001"), order("C001")],
            "FY2026": [
                order("A001", billable=False),
                order("A0010"),
                order("A0011"),
                order("B002"),
                order("C001"),
            ],
        },
        icd10cm_conversion=converted(
            ("A0010", "2025-10-01", "A001"),
            ("A0011", "2025-10-01", "A001"),
            ("B002", "2025-10-01", "B001"),
            ("C002", "2025-10-01", "C001"),
        ),
    )
    rows = all_successors(inputs, link(inputs).newest_codes)
    rows = rows.filter(pl.col("release") == "icd10cm-conversion/FY2026")
    assert rows.select("code", "to_code", "kind", "last_day").rows() == [
        ("A001", "A0010", "split", day("2025-09-30")),
        ("A001", "A0011", "split", day("2025-09-30")),
        ("B001", "B002", "replaced", day("2025-09-30")),
    ]


def test_the_same_code_in_two_systems_is_two_records() -> None:
    inputs = make_inputs(
        {
            ORDER: {"FY2026": {"icd_order": [order("J0120")]}},
            "hcpcs": {"2024Q3": {"hcpcs": [hcpcs("J0120", added=day("2001-01-01"))]}},
        }
    )
    found = standing("code", link(inputs).code, day("2026-11-23"))
    assert {key: row["on_day"] for key, row in found.items() if key[1] == "J0120"} == {
        ("HCPCS", "J0120"): IN_FORCE,
        ("ICD10CM", "J0120"): IN_FORCE,
    }


NODES = [
    {"node": "ch:1", "node_type": "chapter", "title": "synthetic chapter"},
    {"node": "sec:A00-A00", "node_type": "section", "parent": "ch:1", "title": "synthetic section"},
    {
        "node": "A00",
        "node_type": "diag",
        "code": "A00",
        "parent": "sec:A00-A00",
        "title": "synthetic category",
    },
    {"node": "A001", "node_type": "diag", "code": "A001", "parent": "A00", "title": "synthetic code"},
]


def tabular(*notes: tuple[str, str, str]) -> dict[str, Tables]:
    rows = [{"node": node, "note_type": kind, "text": text} for node, kind, text in notes]
    return {"FY2026-April": {"icd_nodes": NODES, "icd_notes": rows}}


def test_every_chapter_value_of_a_record_has_a_label_and_its_parent_beside_it() -> None:
    inputs = cm(
        {"FY2026": [order("A00", billable=False), order("A001XXA"), order("Z99")]},
        icd10cm_tabular=tabular(),
    )
    labels = {
        value: parent
        for kind, facet, value, _, parent in facet_labels(inputs).rows()
        if (kind, facet) == ("code", "chapter")
    }
    found = by_code(icd_records(inputs))
    assert found["A001XXA"][0]["chapter"] == ["ICD10CM", "ICD10CM:ch:1", "ICD10CM:sec:A00-A00", "ICD10CM:A00"]
    assert found["Z99"][0]["chapter"] == ["ICD10CM", "ICD10CM:Z99"], "a category that no tabular list has"
    for (record,) in found.values():
        for value in record["chapter"]:
            assert labels[value] is None or labels[value] in record["chapter"]


def test_inclusion_terms_of_the_completed_node_are_words_of_the_code() -> None:
    inputs = cm(
        {"FY2026": [order("A00", billable=False), order("A001", billable=False), order("A001XXA")]},
        icd10cm_tabular=tabular(
            ("A001", "inclusionTerm", "another name"),
            ("A001", "excludes1", "not this"),
            ("A00", "includes", "broad"),
        ),
    )
    found = by_code(icd_records(inputs))
    assert found["A001XXA"][0]["inclusion_terms"] == ["another name"]
    assert found["A00"][0]["inclusion_terms"] == ["broad"]
    assert found["A001XXA"][0]["carried_terms"] == ["broad"], "of lower weight: a field of its own"
    assert found["A001XXA"][0]["ancestors"] == [
        "synthetic section",
        "synthetic condition A00",
        "synthetic condition A001",
    ]


def test_an_index_term_of_a_header_is_carried_down_in_a_field_of_its_own() -> None:
    entries = [
        {"path": "Pain, back", "code": "A001-"},
        {"path": "Ache", "code": "A0011"},
        {"path": "true", "code": "A0011"},
    ]
    inputs = cm(
        {"FY2026": [order("A001", billable=False), order("A0011")]},
        icd10cm_index={"FY2026": {"icd_index": entries}},
    )
    found = by_code(icd_records(inputs))
    assert found["A0011"][0]["index_terms"] == ["Ache", "true"]
    assert found["A0011"][0]["carried_terms"] == ["Pain, back"]
    assert found["A001"][0]["index_terms"] == ["Pain, back"]


def test_a_column_of_a_table_stands_behind_its_path() -> None:
    entries = [{"path": "Synthetic drug", "code": "A0011", "column": "adverse_effect"}]
    inputs = cm({"FY2026": [order("A0011")]}, icd10cm_drug={"FY2026": {"icd_index": entries}})
    assert by_code(icd_records(inputs))["A0011"][0]["index_terms"] == ["Synthetic drug, adverse effect"]


def test_side_and_encounter_come_from_the_words_of_the_title() -> None:
    titles = {
        "S000": "Synthetic injury of right ear, initial encounter",
        "S001": "Synthetic injury of left ear, subsequent encounter",
        "S002": "Synthetic condition, bilateral",
        "S003": "Synthetic injury of unspecified ear, sequela",
        "S004": "Synthetic injury",
    }
    found = by_code(icd_records(cm({"FY2026": [order(code, title) for code, title in titles.items()]})))
    assert {code: (v[0]["laterality"], v[0]["encounter"]) for code, v in found.items()} == {
        "S000": ("right", "initial"),
        "S001": ("left", "subsequent"),
        "S002": ("bilateral", None),
        "S003": ("unspecified", "sequela"),
        "S004": (None, None),
    }


def test_left_and_right_in_a_name_are_no_side() -> None:
    titles = {
        "S000": "Synthetic thing left in body, initial encounter",
        "S001": "Synthetic failure of left ventricle",
        "S002": "Synthetic block, left anterior fascicular",
        "S003": "Synthetic clot of right posterior cerebral artery",
        "S004": "Synthetic growth of left main bronchus",
        "S005": "Synthetic break, sequela of fracture",
    }
    found = by_code(icd_records(cm({"FY2026": [order(code, title) for code, title in titles.items()]})))
    assert {code: (v[0]["laterality"], v[0]["encounter"]) for code, v in found.items()} == {
        "S000": (None, "initial"),
        "S001": (None, None),
        "S002": (None, None),
        "S003": ("right", None),
        "S004": ("left", None),
        "S005": (None, "sequela"),
    }


def test_nodes_have_the_nearest_header_above_as_parent_and_every_version_of_a_key() -> None:
    inputs = cm(
        {
            "FY2025": [order("A00", billable=False), order("A001")],
            "FY2026": [order("A00", billable=False), order("A001", billable=False), order("A001XXA")],
        }
    )
    rows = nodes(conform_records("code", icd_records(inputs)))
    assert rows.select("code", "parent", "header", "valid_from").rows() == [
        ("A00", None, True, day("2024-10-01")),
        ("A001", "A00", False, day("2024-10-01")),
        ("A001", "A00", True, day("2025-10-01")),
        ("A001XXA", "A001", False, day("2025-10-01")),
    ]


def test_procedure_tables_are_headers_with_a_tree_by_character() -> None:
    rows = [
        {"system": "ICD10PCS", "code": "0DJ", "billable": False, "title": "synthetic table"},
        {"system": "ICD10PCS", "code": "0DJ08ZZ", "billable": True, "title": "synthetic procedure"},
    ]
    found = by_code(icd_records(make_inputs({"icd10pcs-order": {"FY2026": {"icd_order": rows}}})))
    assert (found["0DJ"][0]["header"], found["0DJ08ZZ"][0]["header"]) == (True, False)
    assert found["0DJ08ZZ"][0]["chapter"] == ["ICD10PCS", "ICD10PCS:0", "ICD10PCS:0D", "ICD10PCS:0DJ"]
