"""HCPCS Level II records: what releases and dates say of codes, doses, masked titles, cross references."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from indexer.link.hcpcs import hcpcs_records, hcpcs_versions
from indexer.link.kinds import link
from indexer.link.modifiers import modifier_records
from indexer.link.successors import all_successors
from searchcore.validity import DELETED, IN_FORCE, UNKNOWN

from .inputs import by_code, day, hcpcs, make_inputs, standing

ADDED = day("2001-01-01")


def inputs_of(**releases: list[dict[str, Any]]) -> Any:
    """Return inputs from release name (`Q2020Q4` for 2020Q4) to rows."""
    return make_inputs({"hcpcs": {name[1:]: {"hcpcs": rows} for name, rows in releases.items()}})


def modifier(code: str, **fields: Any) -> dict[str, Any]:
    return {
        "record": "modifier",
        "code": code,
        "title": f"synthetic modifier {code}",
        "added": ADDED,
        **fields,
    }


def test_a_release_without_modifiers_deletes_none() -> None:
    inputs = inputs_of(
        Q2020Q4=[hcpcs("J0001", added=ADDED), modifier("ZX")], Q2024Q3=[hcpcs("J0001", added=ADDED)]
    )
    (row,) = hcpcs_versions(inputs, "modifier").iter_rows(named=True)
    assert (row["valid_from"], row["valid_to"], row["end"]) == (ADDED, None, "open")
    assert row["releases"] == ["hcpcs/2020Q4"]


def test_a_modifier_missing_from_a_release_with_modifiers_ended() -> None:
    inputs = inputs_of(Q2020Q3=[modifier("ZX"), modifier("ZY")], Q2020Q4=[modifier("ZY")])
    rows = by_code(hcpcs_versions(inputs, "modifier"))
    assert (rows["ZX"][0]["valid_to"], rows["ZX"][0]["end"]) == (day("2020-09-30"), "known")
    assert rows["ZY"][0]["valid_to"] is None


def test_a_code_missing_from_the_next_loaded_release_ended_on_or_before() -> None:
    inputs = inputs_of(Q2020Q4=[hcpcs("J0001"), hcpcs("J0002")], Q2024Q3=[hcpcs("J0002")])
    (row,) = by_code(hcpcs_records(inputs))["J0001"]
    assert (row["valid_to"], row["end"]) == (day("2024-06-30"), "on_or_before")
    assert (row["valid_from"], row["start"]) == (day("2020-10-01"), "on_or_before")


def test_a_code_listed_again_has_a_gap() -> None:
    one = hcpcs("J0001")
    inputs = inputs_of(Q2020Q2=[one], Q2020Q3=[hcpcs("J0002")], Q2020Q4=[one])
    records = hcpcs_records(inputs)
    for text, value in (("2020-06-30", IN_FORCE), ("2020-08-01", DELETED), ("2020-10-01", IN_FORCE)):
        assert standing("code", records, day(text))["HCPCS", "J0001"]["on_day"] == value
    assert standing("code", records, day("2019-01-01"))["HCPCS", "J0001"]["on_day"] == UNKNOWN


def test_the_date_added_gives_the_true_start_and_termination_the_last_day() -> None:
    inputs = inputs_of(Q2024Q3=[hcpcs("J0001", added=ADDED, terminated=day("2024-03-31"))])
    (row,) = hcpcs_records(inputs).iter_rows(named=True)
    assert (row["valid_from"], row["start"]) == (ADDED, "known")
    assert (row["valid_to"], row["end"]) == (day("2024-03-31"), "known")
    assert row["start_year"] == "2001"


def test_a_changed_title_coverage_pricing_or_betos_makes_a_version_and_other_columns_do_not() -> None:
    old = hcpcs("J0001", added=ADDED, betos="O1E", statute="1", dose_quantity=1.0)
    for change in ({"title": "other"}, {"coverage": "D"}, {"pricing": ["51", "57"]}, {"betos": "O1D"}):
        versions = hcpcs_records(inputs_of(Q2020Q3=[old], Q2020Q4=[{**old, **change}]))
        assert versions["valid_from"].to_list() == [ADDED, day("2020-10-01")], change
        assert versions["valid_to"].to_list() == [day("2020-09-30"), None]
    same = {**old, "statute": "2", "action": "N", "short_title": "x"}
    (row,) = hcpcs_records(inputs_of(Q2020Q3=[old], Q2020Q4=[same])).iter_rows(named=True)
    assert (row["releases"], row["short_title"]) == (["hcpcs/2020Q3", "hcpcs/2020Q4"], "x")


def test_the_origin_of_a_date_is_the_row_that_gives_it_else_the_first_or_last_that_lists_the_code() -> None:
    fill = hcpcs("J0009")
    inputs = inputs_of(
        Q2020Q3=[hcpcs("J0001"), hcpcs("J0002", added=ADDED), hcpcs("J0003", added=ADDED)],
        Q2020Q4=[fill, hcpcs("J0002", added=ADDED), hcpcs("J0001"), hcpcs("J0003", added=ADDED)],
        Q2024Q3=[fill, fill, hcpcs("J0002", title="new", added=ADDED, terminated=day("2020-08-31"))],
    )
    found = {
        code: {name: at for name, at in json.loads(v[0]["origins"]).items() if name.startswith("valid")}
        for code, v in by_code(hcpcs_records(inputs)).items()
    }
    assert found["J0001"] == {"valid_from": "hcpcs/2020Q3#1", "valid_to": "hcpcs/2020Q4#3"}
    assert found["J0002"] == {"valid_from": "hcpcs/2020Q4#2", "valid_to": "hcpcs/2024Q3#3"}
    assert found["J0003"] == {"valid_from": "hcpcs/2020Q4#4", "valid_to": "hcpcs/2020Q4#4"}


def test_a_masked_title_stays_masked_and_the_licence_says_none() -> None:
    rows = [hcpcs("D0001", title=None, added=ADDED), hcpcs("J0001", added=ADDED)]
    found = by_code(hcpcs_records(inputs_of(Q2024Q3=rows)))
    assert (found["D0001"][0]["title"], found["D0001"][0]["text_licence"]) == (None, "none")
    assert found["J0001"][0]["text_licence"] == "public"
    assert '"title"' not in (found["D0001"][0]["short_title"] or "")


def test_dose_action_and_cross_reference_reach_the_record() -> None:
    row = hcpcs("J0001", dose_quantity=15.0, dose_unit="mg", action="A", xref=["J0002"], statute="1861")
    row["action_date"] = day("2024-07-01")
    (record,) = hcpcs_records(inputs_of(Q2024Q3=[row])).iter_rows(named=True)
    extra = json.loads(record["extra"])
    assert (extra["dose_quantity"], extra["dose_unit"], extra["xref"]) == (15.0, "mg", ["J0002"])
    assert (extra["action"], extra["action_date"], extra["statute"]) == ("A", "2024-07-01", "1861")


def test_betos_is_a_tree_of_its_first_characters() -> None:
    rows = [hcpcs("J0001", betos="O1E"), hcpcs("J0002", betos=None)]
    found = by_code(hcpcs_records(inputs_of(Q2024Q3=rows)))
    assert found["J0001"][0]["betos"] == ["O", "O1", "O1E"]
    assert found["J0002"][0]["betos"] is None
    assert found["J0001"][0]["chapter"] == ["HCPCS", "HCPCS:J"]


def hints(*releases: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    names = ("Q2020Q3", "Q2020Q4", "Q2024Q3")
    inputs = inputs_of(**dict(zip(names, releases, strict=False)))
    found = all_successors(inputs, link(inputs).newest_codes).filter(pl.col("kind") == "cross_reference")
    return found.select("code", "to_code", "to_end").rows()


def test_cross_references_are_hints_of_ended_codes_to_codes_that_are_loaded() -> None:
    ended = {"added": ADDED, "terminated": day("2019-12-31")}
    rows = [
        hcpcs("J0001", xref=["J0009", "J0008"], **ended),
        hcpcs("J0002", xref=["J0009"], added=ADDED),
        hcpcs("J0003", xref=["J7777", "CPT"], **ended),
        hcpcs("J0004", xref=["J0008-J0009"], **ended),
        hcpcs("J0008", added=ADDED),
        hcpcs("J0009", added=ADDED),
    ]
    assert hints(rows) == [
        ("J0001", "J0009", None),
        ("J0001", "J0008", None),
        ("J0004", "J0008", "J0009"),
    ]


def test_a_code_in_use_again_has_no_hint() -> None:
    gone = hcpcs("J0001", xref=["J0009"], added=ADDED, terminated=day("2020-06-30"))
    back = hcpcs("J0001", added=ADDED)
    other = hcpcs("J0009", added=ADDED)
    assert hints([gone, other]) == [("J0001", "J0009", None)]
    assert hints([gone, other], [back, other]) == []


def test_a_hint_stands_back_behind_a_kept_successor() -> None:
    # J1030 has a row in corpora/facts.
    rows = [hcpcs("J1030", xref=["J0009"], added=ADDED, terminated=day("2024-03-31")), hcpcs("J0009")]
    assert hints(rows) == []


def test_a_file_modifier_takes_description_category_and_end_from_the_facts_only() -> None:
    kept = [row for row in _kept() if row["system"] == "HCPCS"]
    row = kept[0]
    inputs = inputs_of(Q2020Q4=[modifier(row["code"], title="the title of the file")])
    found = {
        r["code"]: r for r in modifier_records(inputs).iter_rows(named=True) if r["system"] == "HCPCSMOD"
    }
    filed = found[row["code"]]
    assert (filed["title"], filed["valid_from"]) == ("the title of the file", ADDED)
    assert (filed["description"], filed["category"]) == (row["description"], row["category"])
    assert filed["valid_to"] == row["valid_to"]
    assert json.loads(filed["origins"])["description"] == f"facts/modifiers#{row['row']}"
    assert json.loads(filed["origins"])["title"] == "hcpcs/2020Q4#1"


def _kept() -> list[dict[str, Any]]:
    from indexer.link.hand_facts import fact_rows

    return fact_rows("modifiers")


def test_modifiers_and_places_are_there_without_any_file() -> None:
    records = modifier_records(make_inputs({}))
    systems = dict(records.group_by("system").len().rows())
    assert systems["CPTMOD"] > 20 and systems["HCPCSMOD"] > 3 and systems["POS"] > 30
    keys = records.select("system", "code")
    assert keys.is_unique().all()
    flags = {(r["system"], r["code"]): r["ncci"] for r in records.iter_rows(named=True)}
    assert (flags["CPTMOD", "59"], flags["CPTMOD", "25"], flags["CPTMOD", "22"]) == ("yes", "yes", "no")
    assert flags["POS", "11"] is None
    paid = {r["code"]: r["facility"] for r in records.iter_rows(named=True) if r["system"] == "POS"}
    assert (paid["21"], paid["11"], paid["10"]) == ("yes", "no", "no")


def test_commonly_mistaken_modifiers_are_not_ncci_associated() -> None:
    records = modifier_records(make_inputs({}))
    flags = {(r["system"], r["code"]): r["ncci"] for r in records.iter_rows(named=True)}
    wrong = ("22", "26", "50", "51", "52", "53", "62", "76", "77", "80")
    assert {flags["CPTMOD", code] for code in wrong if ("CPTMOD", code) in flags} == {"no"}
    inputs = inputs_of(Q2020Q4=[modifier(code) for code in ("XE", "XS", "LT", "E1", "TC", "GA", "KX")])
    filed = {r["code"]: r["ncci"] for r in modifier_records(inputs).iter_rows(named=True)}
    assert [filed[code] for code in ("XE", "XS", "LT", "E1")] == ["yes"] * 4
    assert [filed[code] for code in ("TC", "GA", "KX")] == ["no"] * 3


def test_modifiers_of_the_file_are_no_codes_and_codes_no_modifiers() -> None:
    linked = link(inputs_of(Q2020Q4=[hcpcs("J0001", added=ADDED), modifier("ZX")]))
    assert "ZX" not in set(linked.code["code"])
    assert linked.modifier.filter(pl.col("code") == "ZX")["system"].to_list() == ["HCPCSMOD"]
    assert "J0001" not in set(linked.modifier["code"])
