"""Coverage documents: listing and export as one record, newest version, codes and places. Synthetic."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from indexer.link.coverage import coverage_records
from indexer.link.facts import source_facts
from searchcore.validity import DELETED, IN_FORCE, UNKNOWN

from .inputs import Tables, day, make_inputs, standing


def document(name: str, version: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "document": name,
        "doc_type": "Article",
        "version": version,
        "title": f"synthetic {name}",
        **fields,
    }


def records(listing: list[dict[str, Any]], export: dict[str, Tables]) -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Tables]] = {"mcd": export}
    if listing:
        data["mcd-listing"] = {"2025": {"mcd_documents": listing}}
    return {row["code"]: row for row in coverage_records(make_inputs(data)).iter_rows(named=True)}


def export(*documents: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Tables]:
    return {"2025": {"mcd_documents": documents, **tables}}


def test_a_document_in_listing_and_export_is_one_record_with_the_fields_of_both() -> None:
    listed = document("A50001", "7", contractors=["One MAC"], effective=day("2020-01-01"), title="listed")
    exported = document("A50001", "7", text="the whole text", keywords="one;two", title="exported")
    row = records([listed], export(exported))["A50001"]
    assert (row["title"], row["description"], row["contractor"]) == (
        "exported",
        "the whole text",
        ["One MAC"],
    )
    assert (row["synonyms"], row["valid_from"]) == (["one", "two"], day("2020-01-01"))
    assert row["releases"] == ["mcd-listing/2025", "mcd/2025"]
    origins = json.loads(row["origins"])
    assert origins == {"title": "mcd/2025#1", "valid_from": "mcd-listing/2025#1"}


def test_the_origin_of_a_title_is_the_row_that_has_it() -> None:
    row = records([document("A50001", "7")], export(document("A50001", "7", title=None)))["A50001"]
    assert json.loads(row["origins"])["title"] == "mcd-listing/2025#1"


def test_that_an_older_version_ended_does_not_end_the_document() -> None:
    old = document("A50001", "9", effective=day("2018-01-01"), ended=day("2019-12-31"), status="R")
    new = document("A50001", "10", effective=day("2020-01-01"))
    row = records([], export(new, old))["A50001"]
    assert (row["valid_from"], row["valid_to"], row["end"]) == (day("2020-01-01"), None, "open")
    assert json.loads(row["extra"])["version"] == "10", "versions are numbers, not texts"


def test_a_newer_version_of_the_listing_outweighs_the_export() -> None:
    listed = document("A50001", "12", ended=day("2025-06-30"))
    row = records([listed], export(document("A50001", "11", text="older text")))["A50001"]
    assert (row["valid_to"], row["description"]) == (day("2025-06-30"), "older text")


def test_an_effective_date_is_on_or_before_and_a_retirement_is_known() -> None:
    rows = [
        document("A50001", "1", effective=day("2020-01-01"), ended=day("2021-12-31")),
        document("A50002", "1"),
    ]
    found = records([], export(*rows))
    assert (found["A50001"]["start"], found["A50001"]["end"]) == ("on_or_before", "known")
    assert (found["A50002"]["start"], found["A50002"]["end"]) == ("unknown", "open")
    frame = coverage_records(make_inputs({"mcd": export(*rows)}))
    on = {
        text: standing("coverage", frame, day(text))["ARTICLE", "A50001"]["on_day"]
        for text in ("2019-12-31", "2021-12-31", "2022-01-01")
    }
    assert on == {"2019-12-31": UNKNOWN, "2021-12-31": IN_FORCE, "2022-01-01": DELETED}


def test_the_kind_of_a_document_is_its_system() -> None:
    kinds = {"L30001": "LCD", "DL30002": "Proposed LCD", "A50001": "Article", "20.10": "NCD"}
    rows = [{**document(name, "1"), "doc_type": kind} for name, kind in kinds.items()]
    found = records([], export(*rows))
    assert {code: row["system"] for code, row in found.items()} == {
        "L30001": "LCD",
        "DL30002": "LCD",
        "A50001": "ARTICLE",
        "20.10": "NCD",
    }


def listed(code: str, version: str, system: str = "ICD10CM") -> dict[str, Any]:
    return {"document": "A50001", "version": version, "system": system, "code": code, "role": "covered"}


def test_codes_are_those_of_the_newest_version_in_records_and_facts() -> None:
    rows = [listed("A001", "9"), listed("B001", "10"), listed("11000", "10", "CPT"), listed("B001", "10")]
    data = {"mcd": export(document("A50001", "10"), document("A50001", "9"), mcd_codes=rows)}
    inputs = make_inputs(data)
    (row,) = coverage_records(inputs).iter_rows(named=True)
    assert (row["codes"], row["code_system"]) == (["B001", "11000"], ["CPT", "ICD10CM"])
    facts = dict(source_facts(inputs))["mcd_codes"]
    assert facts.select("code", "version").unique().sort("code").rows() == [("11000", "10"), ("B001", "10")]


def test_a_contractor_is_its_id_type_and_version_together() -> None:
    a, b = "101/8/1", "101/9/1"
    tables: dict[str, list[dict[str, Any]]] = {
        "mcd_places": [{"document": "A50001", "version": "1", "contractor": b}],
        "mcd_contractors": [{"contractor": a, "name": "Part A MAC"}, {"contractor": b, "name": "Part B MAC"}],
        "mcd_jurisdictions": [{"contractor": a, "state": "1"}, {"contractor": b, "state": "2"}],
        "mcd_states": [{"state": "1", "abbreviation": "TX"}, {"state": "2", "abbreviation": "OK"}],
    }
    row = records([], export(document("A50001", "1"), **tables))["A50001"]
    assert (row["contractor"], row["state"]) == (["Part B MAC"], ["OK"])


def test_nothing_loaded_gives_no_documents() -> None:
    assert coverage_records(make_inputs({})).equals(pl.DataFrame())
