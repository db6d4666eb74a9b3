"""HCPCS codes that other files name and no loaded HCPCS file has, and ends that only facts know."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from indexer.link.hand_facts import life_rows
from indexer.link.kinds import link
from searchcore.validity import DELETED, IN_FORCE, UNKNOWN

from .inputs import Tables, day, hcpcs, make_inputs, standing

ADDED = day("2001-01-01")
NOW = day("2026-11-23")


def rvu(code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "modifier": "", "status": "A", "title": f"synthetic {code}", **fields}


def records(data: dict[str, dict[str, Tables]], code: str) -> list[dict[str, Any]]:
    return link(make_inputs(data)).code.filter(pl.col("code") == code).rows(named=True)


def test_a_code_newer_than_the_newest_hcpcs_file_is_found_with_the_title_of_the_fee_schedule() -> None:
    data: dict[str, dict[str, Tables]] = {
        "hcpcs": {"2024Q3": {"hcpcs": [hcpcs("G0001", added=ADDED)]}},
        "mpfs-rvu": {"2025Q4": {"rvu": [rvu("G9001"), rvu("G0001", title="other words")]}},
    }
    (row,) = records(data, "G9001")
    assert (row["system"], row["title"], row["text_licence"]) == ("HCPCS", "synthetic G9001", "public")
    assert (row["valid_from"], row["start"], row["end"]) == (day("2025-10-01"), "on_or_before", "open")
    assert (row["payment_status"], row["chapter"]) == ("A", ["HCPCS", "HCPCS:G"])
    assert json.loads(row["origins"])["title"] == "mpfs-rvu/2025Q4#1"
    (known,) = records(data, "G0001")
    assert known["title"] == "synthetic item G0001", "the HCPCS file speaks for its own codes"


def test_a_dental_code_gets_no_text_from_the_fee_schedule() -> None:
    (row,) = records({"mpfs-rvu": {"2025Q4": {"rvu": [rvu("D0001")]}}}, "D0001")
    assert (row["title"], row["text_licence"]) == (None, "none")


def test_a_code_that_only_edits_name_is_unknown_and_never_deleted() -> None:
    edit = {"column_1": "G9002", "column_2": "11000", "indicator": "1"}
    data: dict[str, dict[str, Tables]] = {"ncci-ptp-practitioner": {"2024Q3": {"ptp": [edit]}}}
    found = standing("code", link(make_inputs(data)).code, NOW)["HCPCS", "G9002"]
    assert found["on_day"] == UNKNOWN
    assert "named by edit files only" in found["extra"]


def kept() -> tuple[str, Any, str]:
    """Return a HCPCS code of the facts with its last day after the middle of 2024."""
    rows = life_rows("HCPCS").filter(pl.col("last_day") > day("2024-07-01")).sort("code")
    return rows.row(0)[0], rows.row(0)[2], rows.row(0)[3]


def test_a_documented_end_after_the_newest_file_ends_a_code() -> None:
    code, last, fact = kept()
    data: dict[str, dict[str, Tables]] = {"hcpcs": {"2024Q3": {"hcpcs": [hcpcs(code, added=ADDED)]}}}
    (row,) = records(data, code)
    assert (row["valid_to"], row["end"]) == (last, "known")
    assert json.loads(row["origins"])["valid_to"] == fact
    on = standing("code", link(make_inputs(data)).code, last)["HCPCS", code]
    assert on["on_day"] == IN_FORCE


def test_a_file_that_lists_a_code_after_its_documented_end_outweighs_it() -> None:
    code, last, _ = kept()
    newer = f"{last.year + 1}Q2"
    (row,) = records({"hcpcs": {newer: {"hcpcs": [hcpcs(code, added=ADDED)]}}}, code)
    assert (row["valid_to"], row["end"]) == (None, "open")


def test_documented_codes_and_their_successors_are_there_without_any_file() -> None:
    code, last, _ = kept()
    found = standing("code", link(make_inputs({})).code, NOW)
    assert (found["HCPCS", code]["on_day"], found["HCPCS", code]["valid_to"]) == (DELETED, last)
    assert ("HCPCS", "J1030") in found and ("HCPCS", "J1010") in found
    assert found["HCPCS", "J1010"]["on_day"] == UNKNOWN, "nothing loaded says since when, or whether still"
