"""Facets of codes from the fee schedule, MUE, add-on edits and RBCS, over one and several releases."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.link.attributes import with_attributes
from indexer.link.hcpcs import hcpcs_records
from indexer.link.kinds import link

from .inputs import Tables, day, hcpcs, make_inputs, window

ADDED = day("2001-01-01")
MUE = "ncci-mue-practitioner"
HOSPITAL = "ncci-mue-hospital"


def rvu(code: str, status: str = "A", **fields: Any) -> dict[str, Any]:
    return {"code": code, "modifier": "", "status": status, "global_days": "XXX", **fields}


def versions(code: str, data: dict[str, dict[str, Tables]], **fields: Any) -> list[dict[str, Any]]:
    """Return the versions of a HCPCS code with its attributes."""
    row = hcpcs(code, **{"added": ADDED, **fields})
    inputs = make_inputs({"hcpcs": {"2024Q3": {"hcpcs": [row]}}, **data})
    found = with_attributes(hcpcs_records(inputs), inputs).filter(pl.col("code") == code)
    return list(found.sort("valid_from").iter_rows(named=True))


def test_one_release_speaks_for_all_days_and_makes_no_version() -> None:
    (row,) = versions(
        "G0001", {"mpfs-rvu": {"2025Q4": {"rvu": [rvu("G0001", "R", pctc="1", bilateral="2")]}}}
    )
    assert (row["valid_from"], row["valid_to"]) == (ADDED, None)
    assert (row["payment_status"], row["global_days"], row["pctc"], row["bilateral"]) == (
        "R",
        "XXX",
        "1",
        "2",
    )


def test_the_row_without_a_modifier_gives_the_facets() -> None:
    rows = [rvu("G0001", "C", modifier="26"), rvu("G0001", "A"), rvu("G0001", "N", modifier="TC")]
    (row,) = versions("G0001", {"mpfs-rvu": {"2025Q4": {"rvu": rows}}})
    assert row["payment_status"] == "A"


def test_a_changed_facet_makes_a_version_and_a_changed_amount_does_not() -> None:
    def of(*rows: dict[str, Any]) -> list[dict[str, Any]]:
        releases = dict(zip(("2025Q3", "2025Q4"), ({"rvu": [row]} for row in rows), strict=True))
        return versions("G0001", {"mpfs-rvu": releases})

    assert len(of(rvu("G0001", work=1.0), rvu("G0001", work=2.0, total_facility=9.0))) == 1
    old, new = of(rvu("G0001", "A"), rvu("G0001", "B"))
    assert (old["payment_status"], old["valid_from"], old["start"]) == ("A", ADDED, "known")
    assert (old["valid_to"], old["end"]) == (day("2025-09-30"), "known")
    assert (new["payment_status"], new["valid_from"], new["start"]) == ("B", day("2025-10-01"), "known")
    assert (new["valid_to"], new["end"]) == (None, "open")


def test_a_change_between_releases_with_a_gap_is_on_or_before() -> None:
    releases: dict[str, Tables] = {
        "2024Q1": {"rvu": [rvu("G0001", "A")]},
        "2025Q4": {"rvu": [rvu("G0001", "B")]},
    }
    old, new = versions("G0001", {"mpfs-rvu": releases})
    assert (old["end"], new["start"]) == ("on_or_before", "on_or_before")


def test_a_code_that_leaves_the_fee_schedule_loses_its_facets_then() -> None:
    releases: dict[str, Tables] = {"2025Q3": {"rvu": [rvu("G0001")]}, "2025Q4": {"rvu": [rvu("G0002")]}}
    old, new = versions("G0001", {"mpfs-rvu": releases})
    assert (old["payment_status"], new["payment_status"]) == ("A", None)


def mue(code: str, basis: str) -> dict[str, Any]:
    return {"code": code, "basis": basis, "value": 1}


def test_mue_settings_are_one_facet_with_several_values_and_the_same_union_is_one_version() -> None:
    data: dict[str, dict[str, Tables]] = {
        MUE: {"2024Q3": {"mue": [mue("G0001", "3")]}, "2024Q4": {"mue": [mue("G0001", "2")]}},
        HOSPITAL: {"2024Q3": {"mue": [mue("G0001", "2")]}, "2024Q4": {"mue": [mue("G0001", "3")]}},
    }
    (row,) = versions("G0001", data)
    assert row["mue_basis"] == ["2", "3"]
    data[HOSPITAL]["2024Q4"] = {"mue": [mue("G0001", "2")]}
    old, new = versions("G0001", data)
    assert (old["mue_basis"], new["mue_basis"]) == (["2", "3"], ["2"])


def test_a_code_without_a_limit_has_none() -> None:
    (row,) = versions("G0001", {MUE: {"2024Q3": {"mue": [mue("G0002", "3")]}}})
    assert row["mue_basis"] is None


def add_on(code: str, primary: str = "11000", kind: str = "1", **fields: Any) -> dict[str, Any]:
    return {"edit_type": kind, "add_on": code, "primary": primary, **fields}


def test_an_add_on_edit_that_ended_on_the_day_it_began_never_lived() -> None:
    rows = [add_on("G2211", effective=day("2024-10-01"), deletion=day("2024-10-01"))]
    (row,) = versions("G2211", {"ncci-aoc": {"2026Q2": {"aoc": rows}}})
    assert row["add_on"] is None


def test_an_add_on_role_begins_and_ends_with_its_edits() -> None:
    rows = [
        add_on("G0001", effective=day("2013-04-01"), deletion=day("2019-12-31")),
        add_on("G0001", primary="11001", effective=day("2013-04-01")),
        add_on("G0001", "CCCCC", "2", effective=day("2020-01-01")),
        add_on("G0009", "G0001", "3", effective=day("2013-04-01"), deletion=day("2014-12-31")),
    ]
    found = versions("G0001", {"ncci-aoc": {"2026Q2": {"aoc": rows}}})
    assert [(row["valid_from"], row["add_on"]) for row in found] == [
        (ADDED, None),
        (day("2013-04-01"), ["1", "primary"]),
        (day("2015-01-01"), ["1"]),
        (day("2020-01-01"), ["1", "2"]),
    ]
    assert [row["valid_to"] for row in found] == [
        *(row["valid_from"] - dt.timedelta(days=1) for row in found[1:]),
        None,
    ]


def test_the_placeholder_for_contractor_defined_primaries_is_no_record() -> None:
    inputs = make_inputs({"ncci-aoc": {"2026Q2": {"aoc": [add_on("11001", "CCCCC", "2")]}}})
    assert link(inputs).code["code"].to_list().count("CCCCC") == 0


def test_a_version_without_a_start_has_the_roles_of_its_end() -> None:
    rows = [add_on("90862", effective=day("2010-01-01"), deletion=day("2011-12-31"))]
    rows += [add_on("90862", kind="3", effective=day("2012-01-01"))]
    (found,) = (
        link(make_inputs({"ncci-aoc": {"2026Q2": {"aoc": rows}}}))
        .code.filter(pl.col("code") == "90862")
        .iter_rows(named=True)
    )
    assert (found["valid_from"], found["add_on"]) == (None, ["3"])


def test_rbcs_is_a_tree_that_follows_its_yearly_releases() -> None:
    def rows(family: str) -> Tables:
        return {"rbcs": [{"code": "G0001", "rbcs": family, "category": "E", "subcategory": "A"}]}

    (same,) = versions("G0001", {"rbcs": {"2023": rows("EA001N"), "2024": rows("EA001N")}})
    assert same["rbcs"] == ["E", "EA", "EA001N"]
    old, new = versions("G0001", {"rbcs": {"2023": rows("EA001N"), "2024": rows("EA002N")}})
    assert (old["rbcs"][-1], new["rbcs"][-1], new["valid_from"]) == ("EA001N", "EA002N", day("2024-01-01"))


def test_a_split_version_claims_no_origin_for_a_day_that_no_row_of_it_gives() -> None:
    releases: dict[str, Tables] = {"2025Q3": {"rvu": [rvu("G0001")]}, "2025Q4": {"rvu": [rvu("G0001", "B")]}}
    old, new = versions("G0001", {"mpfs-rvu": releases}, terminated=day("2026-03-31"))
    first, second = json.loads(old["origins"]), json.loads(new["origins"])
    assert first["valid_from"] == second["valid_to"] == first["title"] == "hcpcs/2024Q3#1"
    assert "valid_to" not in first and "valid_from" not in second


RELEASES = ("2024Q1", "2024Q2", "2024Q4", "2025Q1")


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_on_each_day_the_facets_are_those_of_the_release_that_speaks(data: st.DataObject) -> None:
    listed = st.lists(st.sampled_from([None, "A", "B"]), min_size=4, max_size=4)
    codes = {f"G000{n}": data.draw(listed) for n in range(5)}
    ends = {code: data.draw(st.none() | st.dates(day("2023-06-01"), day("2025-12-31"))) for code in codes}
    rows = [hcpcs(code, added=ADDED, terminated=ends[code]) for code in codes]
    releases: dict[str, Tables] = {
        name: {"rvu": [rvu(code, said[n]) for code, said in codes.items() if said[n]]}
        for n, name in enumerate(RELEASES)
    }
    inputs = make_inputs({"hcpcs": {"2025Q4": {"hcpcs": rows}}, "mpfs-rvu": releases})
    found = with_attributes(hcpcs_records(inputs), inputs).sort("code", "valid_from")
    starts = [window(name)[0] or dt.date.min for name in RELEASES]
    for code, said in codes.items():
        versions = found.filter(pl.col("code") == code).rows(named=True)
        for when in (
            *starts,
            *(s - dt.timedelta(days=1) for s in starts),
            day("2010-01-01"),
            day("2026-11-23"),
        ):
            holding = [
                v
                for v in versions
                if v["valid_from"] <= when and (v["valid_to"] is None or when <= v["valid_to"])
            ]
            alive = ends[code] is None or when <= ends[code]
            assert len(holding) == alive
            speaking = max((n for n, start in enumerate(starts) if start <= when), default=0)
            if alive:
                assert holding[0]["payment_status"] == said[speaking]
        values = [v["payment_status"] for v in versions]
        assert all(a != b for a, b in itertools.pairwise(values)), "no version without a change"
