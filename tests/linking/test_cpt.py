"""CPT numbers: who decides on their life, where a title may come from, and by what they are found."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from indexer.link.cpt import cpt_records
from indexer.link.families import families, family_labels
from indexer.link.hand_facts import life_rows
from indexer.link.ptp import code_counts, edit_sets
from searchcore.validity import DELETED, IN_FORCE, UNKNOWN

from .inputs import Tables, day, make_inputs, standing

MUE, RVU, AOC = "ncci-mue-practitioner", "mpfs-rvu", "ncci-aoc"
NOW = day("2026-11-23")
# Numbers that no fact names, so that only the rows here decide.
FREE = ("11000", "11001", "20520", "30000")


def rvu(*codes: str) -> Tables:
    return {"rvu": [{"code": code, "modifier": "", "status": "A"} for code in codes]}


def mue(*codes: str) -> Tables:
    return {"mue": [{"code": code, "value": 1, "basis": "2"} for code in codes]}


def ptp(first: str, second: str) -> Tables:
    return {"ptp": [{"column_1": first, "column_2": second, "indicator": "1"}]}


def records(data: dict[str, dict[str, Tables]]) -> pl.DataFrame:
    inputs = make_inputs(data)
    return cpt_records(inputs, code_counts(edit_sets(inputs))[0])


def row(data: dict[str, dict[str, Tables]], code: str) -> dict[str, Any]:
    return records(data).row(by_predicate=pl.col("code") == code, named=True)


def state(data: dict[str, dict[str, Tables]], code: str, when: Any = NOW) -> int:
    return int(standing("code", records(data), when)["CPT", code]["on_day"])


def test_no_fact_decides_on_the_numbers_of_these_tests() -> None:
    assert not set(FREE) & set(life_rows()["code"])


def test_the_fee_schedule_decides_and_its_window_is_only_on_or_before() -> None:
    data = {RVU: {"2025Q4": rvu("11000")}}
    found = row(data, "11000")
    assert (found["valid_from"], found["start"], found["end"]) == (day("2025-10-01"), "on_or_before", "open")
    assert state(data, "11000") == IN_FORCE
    assert state(data, "11000", day("2020-01-01")) == UNKNOWN


def test_an_mue_table_shows_life_where_no_fee_schedule_is_loaded() -> None:
    assert state({MUE: {"2024Q3": mue("11000")}}, "11000") == IN_FORCE


def test_a_number_that_only_an_older_mue_table_lists_is_undecided() -> None:
    data = {MUE: {"2024Q3": mue("11000")}, RVU: {"2025Q4": rvu("11001")}}
    assert state(data, "11000") == UNKNOWN
    assert "older MUE table" in json.loads(row(data, "11000")["extra"])["evidence"]


def test_laboratory_numbers_are_decided_by_mue_alone() -> None:
    data = {MUE: {"2024Q3": mue("9990U", "9991M", "9992T")}, RVU: {"2025Q4": rvu("11001")}}
    found = {code: state(data, code) for code in ("9990U", "9991M", "9992T")}
    assert found == {"9990U": IN_FORCE, "9991M": IN_FORCE, "9992T": UNKNOWN}


def test_a_number_seen_only_in_edits_is_unknown_with_the_evidence_and_never_deleted() -> None:
    data = {"ncci-ptp-practitioner": {"2024Q3": ptp("11000", "30000")}, RVU: {"2025Q4": rvu("11001")}}
    for when in (day("1995-01-01"), day("2024-08-01"), NOW):
        assert state(data, "30000", when) == UNKNOWN
    assert json.loads(row(data, "30000")["extra"])["evidence"].startswith("named by edit files only")


def add_on(code: str, **fields: Any) -> Tables:
    return {"aoc": [{"edit_type": "1", "add_on": code, "primary": "11000", **fields}]}


def test_the_add_on_file_ends_a_number() -> None:
    gone = add_on("11001", add_on_deleted=day("2024-12-31"))
    data = {AOC: {"2026Q2": gone}, RVU: {"2024Q3": rvu("11001")}}
    assert state(data, "11001", day("2024-12-31")) == IN_FORCE
    assert state(data, "11001", day("2025-01-01")) == DELETED
    assert row(data, "11001")["origins"].count("ncci-aoc/2026Q2#1") == 1


def test_a_newer_fee_schedule_that_lists_a_number_outweighs_the_add_on_file() -> None:
    gone = add_on("11001", add_on_deleted=day("2024-12-31"))
    data = {AOC: {"2026Q2": gone}, MUE: {"2024Q3": mue("11001")}, RVU: {"2025Q4": rvu("11001")}}
    found = row(data, "11001")
    assert (found["valid_to"], found["end"]) == (None, "open")
    assert state(data, "11001") == IN_FORCE


def test_the_newest_of_several_deletion_dates_counts_and_is_the_origin() -> None:
    rows = [
        {"edit_type": "1", "add_on": "11001", "primary": "11000", "add_on_deleted": day(text)}
        for text in ("2019-12-31", "2020-12-31", "2018-12-31")
    ]
    found = row({AOC: {"2026Q2": {"aoc": rows}}}, "11001")
    assert found["valid_to"] == day("2020-12-31")
    assert json.loads(found["origins"])["valid_to"] == "ncci-aoc/2026Q2#2"


def test_a_number_that_left_the_fee_schedule_ended() -> None:
    data = {RVU: {"2024Q4": rvu("11000", "11001"), "2025Q1": rvu("11001"), "2025Q4": rvu("11001", "20520")}}
    found = row(data, "11000")
    assert (found["valid_to"], found["end"]) == (day("2024-12-31"), "known")
    assert json.loads(found["origins"])["valid_to"] == "mpfs-rvu/2024Q4#1"
    assert [state(data, code) for code in ("11000", "11001", "20520")] == [DELETED, IN_FORCE, IN_FORCE]
    gap = {RVU: {"2024Q1": rvu("11000"), "2025Q4": rvu("11001")}}
    assert (row(gap, "11000")["valid_to"], row(gap, "11000")["end"]) == (day("2025-09-30"), "on_or_before")


def test_a_number_that_a_later_mue_table_lists_has_not_left_the_fee_schedule() -> None:
    data = {RVU: {"2024Q4": rvu("11000"), "2025Q1": rvu("11001")}, MUE: {"2025Q3": mue("11000")}}
    assert state(data, "11000") == IN_FORCE


def test_a_documented_last_day_ends_a_number_with_and_without_files() -> None:
    for data in (
        {},
        {RVU: {"2025Q4": rvu("90862")}},
        {"ncci-ptp-practitioner": {"2024Q3": ptp("90862", "11000")}},
    ):
        found = row(data, "90862")
        assert (found["valid_to"], found["end"], found["undecided"]) == (day("2012-12-31"), "known", False)
        assert state(data, "90862") == DELETED
        assert state(data, "90862", day("2012-12-31")) == IN_FORCE
        assert state(data, "90862", day("2013-01-01")) == DELETED


def test_origins_name_the_row_that_gives_each_date() -> None:
    data = {MUE: {"2024Q3": mue("20520", "11000")}, RVU: {"2025Q4": rvu("11000")}}
    assert row(data, "11000")["valid_from"] == day("2024-07-01"), "the oldest release that lists it"
    assert json.loads(row(data, "11000")["origins"]) == {
        "valid_from": "ncci-mue-practitioner/2024Q3#2",
        "status": "mpfs-rvu/2025Q4#1",
    }
    facts = json.loads(row({}, "90862")["origins"])
    assert set(facts) == {"valid_to", "status"} and facts["valid_to"].startswith("facts/successors#")


def test_without_a_licensed_file_no_number_has_a_title() -> None:
    found = records({RVU: {"2025Q4": rvu("11000")}, MUE: {"2024Q3": mue("20520")}})
    assert found["title"].null_count() == found.height
    assert set(found["text_licence"]) == {"none"}


def test_a_title_in_the_fee_schedule_is_never_taken_for_a_number() -> None:
    rows = [{"code": "11000", "modifier": "", "status": "A", "title": "synthetic text that is not ours"}]
    assert row({RVU: {"2025Q4": {"rvu": rows}}}, "11000")["title"] is None


def test_a_licensed_file_gives_the_longest_title_and_says_licensed() -> None:
    rows = [
        {"code": "11000", "title": "short synthetic", "form": "short"},
        {"code": "11000", "title": "a long synthetic descriptor", "form": "long"},
        {"code": "J0001", "title": "no number", "form": "long"},
    ]
    data = {"ama-cpt": {"2025": {"descriptors": rows}}, RVU: {"2025Q4": rvu("11000", "11001")}}
    found = records(data)
    titles = {r["code"]: (r["title"], r["text_licence"]) for r in found.iter_rows(named=True)}
    assert titles["11000"] == ("a long synthetic descriptor", "licensed")
    assert titles["11001"] == (None, "none")
    assert "J0001" not in titles
    assert json.loads(row(data, "11000")["origins"])["title"] == "ama-cpt/2025#2"


def test_each_number_has_its_families_from_broad_to_narrow_below_one_root() -> None:
    numbers = pl.DataFrame({"code": ["29881", "99213", "0001F", "0001U"]})
    found = {r["code"]: r for r in families(numbers, "CPT").iter_rows(named=True)}
    for code, record in found.items():
        ranges = [value.removeprefix("CPT:").split("-") for value in record["chapter"][1:]]
        assert record["chapter"][0] == "CPT"
        assert all(first <= code <= last for first, last in ranges)
        widths = [int(last[:4]) - int(first[:4]) for first, last in ranges]
        assert widths == sorted(widths, reverse=True)
    assert "knee" in (found["29881"]["family"] + " ".join(found["29881"]["words"])).lower()


def test_a_number_without_a_family_still_stands_below_the_root() -> None:
    found = records({MUE: {"2024Q3": mue("9990U")}, RVU: {"2025Q4": rvu("11000")}})
    assert all(chapter and chapter[0] == "CPT" for chapter in found["chapter"].to_list())


def series(code: str) -> str:
    return code.strip("0123456789")


def number(code: str) -> int:
    return int(code.strip("ABCDEFGHJKLMPQRSTUV"))


def test_the_parent_of_a_family_is_the_narrowest_range_around_it() -> None:
    labels = family_labels()
    spans = {value: tuple(value.partition(":")[2].split("-")) for value, _, _ in labels}
    for value, _, parent in labels:
        first, last = spans[value]
        around = [
            other
            for other, (a, z) in spans.items()
            if other != value and a <= first and last <= z and series(a) == series(first)
        ]
        top = "CPT" if value.startswith("CPT:") else f"HCPCS:{first[0]}"
        narrowest = min(around, key=lambda o: number(spans[o][1]) - number(spans[o][0]), default=top)
        assert parent == narrowest
