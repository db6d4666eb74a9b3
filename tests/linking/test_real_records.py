"""The agencies' files as records: counts, versions, what may be shown. Read whole, once a session."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from indexer.link.inputs import imported_inputs
from indexer.link.kinds import Linked, link
from indexer.link.successors import all_successors
from searchcore.library import Library
from searchcore.request import Request
from tests.real_files import order_file

from .inputs import day

pytestmark = pytest.mark.realdata

NOW = day("2026-11-23")
# Rows that each release has, as the files' provenance gives them (sheets without header and blurb).
ROWS = {
    "gem-cm-10to9/2018": 81_593,
    "gem-cm-9to10/2018": 24_860,
    "hcpcs/2019Q1": 11_622,
    "hcpcs/2020Q2": 7_098,
    "hcpcs/2020Q3": 7_159,
    "hcpcs/2020Q4": 7_197,
    "hcpcs/2024Q3": 8_033,
    "icd10cm-codes/FY2025": 74_260,
    "icd10cm-codes/FY2026": 74_719,
    "icd10cm-conversion/FY2025": 5_405,
    "icd10cm-conversion/FY2026": 5_892,
    "icd10cm-drug/FY2022": 7_423,
    "icd10cm-eindex/FY2022": 7_800,
    "icd10cm-index/FY2017": 7_973 + 69_226,
    "icd10cm-neoplasm/FY2022": 1_939,
    "icd10cm-order/FY2025": 97_584,
    "icd10cm-order/FY2025-April": 97_584,
    "icd10cm-order/FY2026": 98_186,
    "icd10cm-tabular/FY2025-April": 46_498,
    "icd10cm-tabular/FY2026-April": 46_881,
    "icd10pcs-order/FY2025": 79_856,
    "icd10pcs-order/FY2026": 80_029,
    "icd10pcs-tables/FY2021": 2_428,
    "icd9cm-titles/v32": 14_567 + 3_882,
    "mcd-listing/2025-08-08": 3_133,
    "ncci-aoc/2026Q2": 9_000,
    "ncci-mue-dme/2024Q3": 2_928,
    "ncci-mue-hospital/2024Q3": 14_628,
    "ncci-mue-practitioner/2024Q3": 14_677,
    "ncci-ptp-hospital/2024Q3": 1_775_818,
    "ncci-ptp-practitioner/2024Q3": 2_546_017,
    "mpfs-rvu/2025D": 19_090,
}


NAMES = {"ICD10CM": "ICD-10-CM", "ICD10PCS": "ICD-10-PCS", "HCPCS": "hcpcs", "CPT": "CPT"}


@pytest.fixture(scope="module")
def linked(full_data_dir: Path) -> Linked:
    """Every record of the full data."""
    return link(imported_inputs(full_data_dir))


def test_status_accounts_for_every_row(full_data_dir: Path, codefacet: Callable[..., Any]) -> None:
    status = json.loads(codefacet(full_data_dir, "status", "--json").output)
    rows: dict[str, int] = {}
    for file in status["built_from"]:
        if file["primary"]:
            release = f"{file['source']}/{file['release']}"
            rows[release] = rows.get(release, 0) + file["rows"]
            assert file["rejected"] == 0, file["file"]
    assert {release: rows.get(release) for release in ROWS} == ROWS
    assert status["edits_read"] == {"PTPPRA": 2_546_017, "PTPOPH": 1_775_818}


def test_versions_per_system(linked: Linked) -> None:
    found = {
        system: (len(codes), len(set(codes)))
        for system, codes in linked.code.group_by("system").agg("code").rows()
    }
    assert found["ICD10CM"] == (98_259, 98_198)
    assert found["ICD10PCS"] == (80_070, 80_068)
    assert found["HCPCS"][1] == 8_035 + 1_325, "those of the files, and those that only other files name"
    assert found["CPT"][1] > 13_000


def test_no_version_ends_before_it_starts_and_none_overlap(linked: Linked) -> None:
    rows = linked.code.select("system", "code", "valid_from", "valid_to")
    assert rows.filter(pl.col("valid_from") > pl.col("valid_to")).height == 0
    again = (pl.col("system") == pl.col("system").shift()) & (pl.col("code") == pl.col("code").shift())
    before = pl.col("valid_to").shift()
    overlapping = rows.filter(again & (before.is_null() | (pl.col("valid_from") <= before)))
    assert overlapping.height == 0


def test_billable_codes_are_those_of_the_order_file(linked: Linked, shared_data: Path) -> None:
    rows = order_file(shared_data / "icd10cm" / "FY2026" / "icd10cm-Code Descriptions-2026.zip")
    assert (rows.height, rows.filter("billable").height) == (98_186, 74_719)
    mine = linked.code.filter((pl.col("system") == "ICD10CM") & pl.col("valid_to").is_null())
    assert dict(mine.select("code", "header").rows()) == dict(rows.select("code", ~pl.col("billable")).rows())


def test_codes_that_mean_two_things(linked: Linked, full_data_dir: Path) -> None:
    inputs = imported_inputs(full_data_dir)
    filed = set(inputs.table("hcpcs", "hcpcs").filter(pl.col("record") == "code")["code"])
    of = {s: set(linked.code.filter(pl.col("system") == s)["code"]) for s in ("ICD10CM", "ICD10PCS", "CPT")}
    assert len(filed & of["ICD10CM"]) == 634
    assert {"J0120", "G0439"} <= filed & of["ICD10CM"]
    assert all(len(code) == 3 for code in of["ICD10CM"] & of["ICD10PCS"]), "only headers of tables"
    assert not of["CPT"] & (of["ICD10CM"] | of["ICD10PCS"] | filed)


def test_numbers_that_only_edits_name_are_never_deleted(linked: Linked) -> None:
    numbers = linked.code.filter(pl.col("system") == "CPT")
    evidence = numbers["extra"].str.contains("named by edit files only")
    only = numbers.filter(evidence)
    assert only.height > 1_000
    assert set(only["undecided"]) == {True}
    assert only["valid_to"].null_count() == only.height


def test_no_number_has_a_title_and_dental_codes_have_no_text(linked: Linked) -> None:
    numbers = linked.code.filter(pl.col("system") == "CPT")
    for column in ("title", "short_title", "description"):
        assert numbers[column].null_count() == numbers.height
    assert set(numbers["text_licence"]) == {"none"}
    dental = linked.code.filter((pl.col("system") == "HCPCS") & pl.col("code").str.starts_with("D"))
    for column in ("title", "short_title", "description"):
        assert dental[column].null_count() == dental.height


def test_cross_references_of_ended_codes_are_kept_facts_or_hints(linked: Linked, full_data_dir: Path) -> None:
    inputs = imported_inputs(full_data_dir)
    rows = inputs.table("hcpcs", "hcpcs").filter(pl.col("record") == "code").sort("code", "rel")
    ended = rows.unique("code", keep="last", maintain_order=True).filter(pl.col("terminated").is_not_null())
    referring = ended.filter(pl.col("xref").list.len() > 0)
    assert (ended.height, referring.height) == (1_058, 176)
    found = all_successors(inputs, linked.newest_codes).filter(pl.col("system") == "HCPCS")
    hints = found.filter(pl.col("kind") == "cross_reference")
    kept = set(found.filter(pl.col("release") == "facts")["code"])
    lost = set(referring["code"]) - kept - set(hints["code"])
    assert lost == set(), "each reference stands in a kept fact or is a hint"
    assert set(hints["code"]) == set(referring["code"]) - kept


def hit(library: Library, text: str, **changes: Any) -> Any:
    return library.search(Request(text, **{"as_of": NOW, **changes})).hits[0]


def test_any_code_is_the_first_hit_of_its_own_search(linked: Linked, full_library: Library) -> None:
    keys = linked.code.select("system", "code").unique(maintain_order=True).rows()
    for system, code in random.Random(20261123).sample(keys, 300):
        dotted = f"{code[:3]}.{code[3:]}" if system == "ICD10CM" and len(code) > 3 else code
        # Behind a system's name seven letters without a digit are read as a word.
        with_name = [f"{NAMES[system]} {code.lower()}"] if any(c.isdigit() for c in code) else []
        for text in (code, f" {dotted.lower()} ", *with_name):
            first = hit(full_library, text)
            assert (first.record.code, first.exact) == (code, True), (system, text)


def test_words_find_the_billable_code_first(full_library: Library) -> None:
    filters = (("billable", ("yes",)),)
    assert hit(full_library, "type 2 diabetes with kidney disease", filters=filters).record.code == "E1122"


def test_a_bare_code_of_two_systems_shows_both(full_library: Library) -> None:
    for code in ("J0120", "G0439"):
        found = full_library.search(Request(code, as_of=NOW)).hits
        assert {(h.record.system, h.record.status) for h in found if h.exact} == {
            ("HCPCS", "active"),
            ("ICD10CM", "active"),
        }
