"""Each ICD and crosswalk reader recognises its own published files and none of all the others."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from indexer.sources.base import Reader
from tests.sources.members import members_under, source

OURS = {
    "icd10cm-order": {"icd10cm-order-2025.txt", "icd10cm-order-April-2025.txt", "icd10cm-order-2026.txt"},
    "icd10cm-codes": {"icd10cm-codes-2025.txt", "icd10cm-codes-April-2025.txt", "icd10cm-codes-2026.txt"},
    "icd10cm-order-addenda": {
        "icd10cm-order-addenda-2025.txt",
        "icd10cm-codes-addenda-2025.txt",
        "icd10cm-order-addenda-April-2025.txt",
        "icd10cm-codes-addenda-April-2025.txt",
        "icd10cm-order-addenda-2026.txt",
        "icd10cm-codes-addenda-2026.txt",
    },
    "icd10cm-tabular": {
        "icd10cm_tabular_2017.xml",
        "icd10cm-tabular-April-2025.xml",
        "icd10c-tabular-April-1-2026.xml",
    },
    "icd10cm-index": {"icd10cm_index_2017.xml"},
    "icd10cm-eindex": {"icd10cm_eindex_2017.xml", "icd10cm_eindex_2022.xml"},
    "icd10cm-drug": {"icd10cm_drug_2017.xml", "icd10cm_drug_2022.xml", "icd10cm-drug-April-2025.csv"},
    "icd10cm-neoplasm": {"icd10cm_neoplasm_2017.xml", "icd10cm_neoplasm_2022.xml"},
    "icd10cm-conversion": {
        "icd-10-cm-conversion-table-FY2025.xlsx",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
    },
    "icd10pcs-order": {"icd10pcs_order_2025.txt", "icd10pcs_order_2026.txt"},
    "icd10pcs-order-addenda": {"order_addenda_2025.txt", "order_addenda_2026.txt"},
    "icd10pcs-tables": {"icd10pcs_tables_2021.xml"},
    "icd10pcs-index": {"icd10pcs_index_2021.xml"},
    "icd10pcs-definitions": {"icd10pcs_definitions_2021.xml"},
    "gem-cm-9to10": {"2018_I9gem.txt"},
    "gem-cm-10to9": {"2018_I10gem.txt"},
    "icd9cm-titles": {"CMS32_DESC_LONG_DX.txt", "CMS32_DESC_LONG_SG.txt"},
}
SOURCES = {source_id: source(source_id) for source_id in OURS}


def reader(source_id: str) -> Reader:
    found: Reader = import_module(f"indexer.sources.{SOURCES[source_id]['reader']}").READER
    return found


def named(source_id: str, name: str) -> bool:
    return any(re.search(pattern, name) for pattern in SOURCES[source_id]["names"])


@pytest.mark.parametrize("source_id", OURS)
def test_a_published_name_belongs_to_one_source(source_id: str):
    for name in OURS[source_id]:
        assert [each for each in OURS if named(each, name)] == [source_id]


@pytest.mark.realdata
def test_every_published_file_is_recognised_by_its_own_reader_only(shared_data: Path):
    found: dict[str, set[str]] = {source_id: set() for source_id in OURS}
    for member in members_under(shared_data):
        for source_id, description in SOURCES.items():
            if reader(source_id).recognise(member, description["reader_options"]):
                found[source_id].add(member.name)
        member.forget()
    assert found == OURS


@pytest.mark.realdata
def test_every_release_holds_its_anchors_and_enough_rows(shared_data: Path):
    ours = {name: source_id for source_id, names in OURS.items() for name in names}
    for member in members_under(shared_data):
        if member.name not in ours:
            continue
        description = SOURCES[ours[member.name]]
        options = description["reader_options"]
        release = reader(ours[member.name]).release(member, options)
        assert release is not None
        reading = reader(ours[member.name]).read(member, options)
        assert reading.rows >= description["minimum_rows"]
        assert list(reading.tables) == description["tables"]
        first = reading.tables[description["tables"][0]]
        for key in ("*", release.name):
            anchors = description["anchors"].get(key, {})
            codes = set(first["code"]) if anchors else set()
            assert set(anchors.get("present", ())) <= codes
            assert not set(anchors.get("absent", ())) & codes
        member.forget()
