"""PTP edits: when each row is in force. All pairs are synthetic combinations of numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.link.edits import ptp_records
from indexer.link.inputs import Inputs
from indexer.link.ptp import code_counts, dated_rows, edit_sets, rationale_labels
from searchcore.validity import DELETED, FUTURE, IN_FORCE, UNKNOWN

from .inputs import day, make_inputs, standing, widened

PRACTITIONER, HOSPITAL = "ncci-ptp-practitioner", "ncci-ptp-hospital"
ONE_DAY = dt.timedelta(days=1)
TEXTS = pl.DataFrame(schema={"code": pl.String, "words": pl.List(pl.String), "family": pl.String})
LONG_AGO, BEFORE, AFTER = day("1990-06-15"), day("2024-06-30"), day("2026-11-23")


def edit(first: str = "10001", second: str = "10002", **fields: Any) -> dict[str, Any]:
    plain = {"indicator": "1", "prior_1996": False, "rationale": "Sequential procedure"}
    return {"column_1": first, "column_2": second, **plain, **fields}


def records(*rows: dict[str, Any], source: str = PRACTITIONER) -> pl.DataFrame:
    return linked(make_inputs({source: {"2024Q3": {"ptp": rows}}}))


def linked(inputs: Inputs) -> pl.DataFrame:
    """Return all edits, with the names of the parts that they name."""
    return widened(*ptp_records(edit_sets(inputs), TEXTS))


def on(when: dt.date, *rows: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return standing("ptp_edit", records(*rows), when)


def status(when: dt.date, *rows: dict[str, Any]) -> int:
    (row,) = on(when, *rows).values()
    return int(row["on_day"])


def test_a_row_without_a_date_is_unknown_before_its_release_and_in_force_from_it_on() -> None:
    row = edit()
    assert [status(when, row) for when in (LONG_AGO, BEFORE)] == [UNKNOWN, UNKNOWN]
    assert [status(when, row) for when in (day("2024-07-01"), AFTER)] == [IN_FORCE, IN_FORCE]


def test_an_ended_row_without_a_date_surely_held_on_its_last_day_only() -> None:
    row = edit(deletion=day("2019-12-31"))
    when = ("2019-12-30", "2019-12-31", "2020-01-01")
    assert [status(day(text), row) for text in when] == [UNKNOWN, IN_FORCE, DELETED]


def test_a_row_that_ends_within_its_release_holds_from_the_release_on() -> None:
    row = edit(deletion=day("2024-09-30"))
    when = ("2024-06-30", "2024-07-01", "2024-09-30", "2024-10-01")
    assert [status(day(text), row) for text in when] == [UNKNOWN, IN_FORCE, IN_FORCE, DELETED]


def test_a_row_starts_the_day_after_the_row_before_it_of_the_pair_ended() -> None:
    old, new = edit(deletion=day("2019-12-31"), indicator="0"), edit(indicator="1")
    found = dated_rows(
        make_inputs({PRACTITIONER: {"2024Q3": {"ptp": [new, old]}}}).table(PRACTITIONER, "ptp")
    )
    assert found.select("indicator", "valid_from", "start", "end").rows() == [
        ("0", None, "unknown", "known"),
        ("1", day("2020-01-01"), "inferred", "open"),
    ]
    (row,) = on(day("2020-01-01"), old, new).values()
    assert (row["indicator"], row["on_day"]) == ("1", IN_FORCE)
    (row,) = on(day("2019-12-31"), old, new).values()
    assert (row["indicator"], row["on_day"]) == ("0", IN_FORCE)


def test_the_pair_the_other_way_round_is_another_pair() -> None:
    rows = [edit("10001", "10002", deletion=day("2019-12-31")), edit("10002", "10001")]
    found = on(AFTER, *rows)
    assert {code: row["on_day"] for (_, code), row in found.items()} == {
        "10001/10002": DELETED,
        "10002/10001": IN_FORCE,
    }
    assert found["PTPPRA", "10002/10001"]["valid_from"] is None, "no start is inferred from the other order"


def test_the_two_sets_are_never_mixed() -> None:
    inputs = make_inputs(
        {
            PRACTITIONER: {"2024Q3": {"ptp": [edit(deletion=day("2019-12-31"))]}},
            HOSPITAL: {"2024Q3": {"ptp": [edit(indicator="0")]}},
        }
    )
    found = standing("ptp_edit", linked(inputs), AFTER)
    assert {system: row["on_day"] for (system, _), row in found.items()} == {
        "PTPPRA": DELETED,
        "PTPOPH": IN_FORCE,
    }
    assert found["PTPOPH", "10001/10002"]["start"] == "unknown", "nor is a start inferred across them"
    counts, totals = code_counts(edit_sets(inputs))
    assert totals == {"PTPPRA": 1, "PTPOPH": 1}
    assert counts.select("code", "system", "as_column_1", "as_column_2", "not_ended").rows() == [
        ("10001", "PTPOPH", 1, 0, 1),
        ("10001", "PTPPRA", 1, 0, 0),
        ("10002", "PTPOPH", 0, 1, 1),
        ("10002", "PTPPRA", 0, 1, 0),
    ]


def test_an_edit_with_indicator_9_is_in_force_on_no_day() -> None:
    rows = [
        edit(indicator="9", deletion=day("2014-01-01")),
        edit(indicator="9", effective=day("2014-01-01"), deletion=day("2015-12-31")),
        edit(indicator="9"),
    ]
    days = [LONG_AGO, day("2014-01-01"), day("2015-01-01"), day("2024-08-01"), AFTER]
    assert {status(when, row) for row in rows for when in days} == {DELETED}


def test_an_edit_that_ended_on_or_before_the_day_it_began_was_never_in_force() -> None:
    same = edit(effective=day("2014-01-01"), deletion=day("2014-01-01"))
    earlier = edit(effective=day("2014-01-01"), deletion=day("2013-12-31"))
    days = [LONG_AGO, day("2013-12-31"), day("2014-01-01"), AFTER]
    assert {status(when, row) for row in (same, earlier) for when in days} == {DELETED}


def test_a_pair_is_represented_by_a_row_that_lived_and_not_by_a_later_one_that_never_did() -> None:
    lived = edit(indicator="1", effective=day("2010-01-01"), deletion=day("2010-12-31"))
    never = edit(indicator="9", effective=day("2012-01-01"), deletion=day("2012-01-01"))
    for when, expected in ((LONG_AGO, FUTURE), (day("2010-05-05"), IN_FORCE), (AFTER, DELETED)):
        (row,) = on(when, never, lived).values()
        assert (row["indicator"], row["on_day"]) == ("1", expected)


def test_an_unlisted_rationale_is_kept_and_spellings_are_one_value() -> None:
    spellings = ["Standards of Medical/Surgical Practice", "standards of medical / surgical practice "]
    rows = [edit(second=f"1100{n}", rationale=text) for n, text in enumerate([*spellings, "A New Reason"])]
    found = records(*rows).sort("code")
    assert found["rationale"].to_list() == ["standards-of-practice", "standards-of-practice", "a new reason"]
    assert found["rationale_text"].to_list() == [*spellings, "A New Reason"]
    assert "standards-of-practice" in {value for value, _, _ in rationale_labels()}


@st.composite
def dated_edits(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows of one pair as the dated files have them: one after the other, some that never lived."""
    points = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=6)))
    rows = []
    for start, end in zip(points[::2], [*points[1::2], None], strict=False):
        begin = day("2010-01-01") + start * ONE_DAY
        stop = None if end is None else day("2010-01-01") + end * ONE_DAY
        indicator = draw(st.sampled_from("01"))
        if draw(st.integers(0, 3)) == 0:
            rows.append(edit(effective=begin, deletion=begin, indicator="9"))
        else:
            rows.append(edit(effective=begin, deletion=stop, indicator=indicator))
    return rows


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_dated_rows_are_in_force_from_the_first_to_the_last_day(data: st.DataObject) -> None:
    pairs = {f"1000{n}": data.draw(dated_edits()) for n in range(4)}
    rows = [{**row, "column_1": first} for first, found in pairs.items() for row in found]
    when = day("2010-01-01") + data.draw(st.integers(-3, 63)) * ONE_DAY
    found = standing("ptp_edit", records(*data.draw(st.permutations(rows))), when)
    for first, of_pair in pairs.items():
        row = found["PTPPRA", f"{first}/10002"]
        lived = [each for each in of_pair if each["indicator"] != "9"]
        live = [e for e in lived if e["effective"] <= when and (not e["deletion"] or when <= e["deletion"])]
        gone = [e for e in lived if e["deletion"] and e["deletion"] < when]
        if live:
            assert (row["on_day"], row["valid_from"]) == (IN_FORCE, live[0]["effective"])
        elif gone:
            assert (row["on_day"], row["valid_to"]) == (DELETED, gone[-1]["deletion"])
        else:
            assert row["on_day"] == (FUTURE if lived else DELETED)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_undated_rows_never_claim_a_day_before_the_row_before_them_ended(data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, 40), max_size=4)))
    rows = [edit(deletion=day("2012-01-01") + n * ONE_DAY, indicator="1") for n in ends]
    rows += [edit(indicator="0")] if data.draw(st.booleans()) or not rows else []
    found = records(*data.draw(st.permutations(rows))).sort("valid_from", nulls_last=False)
    assert found["start"].to_list() == ["unknown"] + ["inferred"] * (len(rows) - 1)
    assert found["valid_to"].to_list() == [row.get("deletion") for row in rows]
    assert found["valid_from"].to_list()[1:] == [row["deletion"] + ONE_DAY for row in rows[:-1]]
    assert found.filter(pl.col("valid_from") > pl.col("valid_to")).height == 0
