"""The joined frames of PTP edits: slim records that name codes and rationales. All pairs are synthetic."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.link.edits import ptp_records
from indexer.link.inputs import imported_inputs
from indexer.link.joined import united
from indexer.link.kinds import code_texts, edits, link
from indexer.link.labels import facet_labels
from indexer.link.ptp import NEVER, SETS, edit_sets
from indexer.link.records import joined_types
from indexer.tables import numbered

from .inputs import day, hcpcs, make_inputs, widened

ONE_DAY = dt.timedelta(days=1)
START = day("2024-07-01")
TEXTS = pl.DataFrame(
    {
        "code": ["10001", "J0001"],
        "words": [["synthetic scope"], ["a drug", "its brand"]],
        "family": ["x", None],
    },
    schema_overrides={"family": pl.String},
)


def edit(first: str = "10001", second: str = "10002", **fields: Any) -> dict[str, Any]:
    plain = {"indicator": "1", "prior_1996": False, "rationale": "Sequential procedure"}
    return {"column_1": first, "column_2": second, **plain, **fields}


def joined(
    data: dict[str, list[dict[str, Any]]], texts: pl.DataFrame = TEXTS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the frames of rows by system."""
    inputs = make_inputs({SETS[system]: {"2024Q3": {"ptp": rows}} for system, rows in data.items()})
    return ptp_records(edit_sets(inputs), texts)


def test_parts_are_the_codes_and_rationales_of_both_sets_in_name_order() -> None:
    rows = {
        "PTPPRA": [edit(), edit("J0001", "10001", rationale=None)],
        "PTPOPH": [edit("10002", "G0001", rationale="A New Reason")],
    }
    records, parts = joined(rows)
    assert parts.to_dicts() == [
        {"name": "10001", "words": ["synthetic scope"], "system": "CPT", "family": "x"},
        {"name": "10002", "words": [], "system": "CPT", "family": None},
        {"name": "A New Reason", "words": [], "system": None, "family": None},
        {"name": "G0001", "words": [], "system": "HCPCS", "family": None},
        {"name": "J0001", "words": ["a drug", "its brand"], "system": "HCPCS", "family": None},
        {"name": "Sequential procedure", "words": [], "system": None, "family": None},
    ]
    assert records.select("system", "column_1", "column_2", "rationale_text").rows() == [
        ("PTPOPH", 1, 3, 2),
        ("PTPPRA", 0, 1, 5),
        ("PTPPRA", 4, 0, None),
    ]


def test_a_rationale_that_reads_like_a_code_is_one_part_with_it() -> None:
    _, parts = joined({"PTPPRA": [edit(rationale="10001")]})
    assert parts["name"].to_list() == ["10001", "10002"]


def test_each_record_names_its_release_and_row() -> None:
    records, _ = joined({"PTPPRA": [edit(row=77)], "PTPOPH": [edit(row=9)]})
    assert records.select("releases", "origins", "row").rows() == [
        ("ncci-ptp-hospital/2024Q3", '{"title":"ncci-ptp-hospital/2024Q3#?"}', 9),
        ("ncci-ptp-practitioner/2024Q3", '{"title":"ncci-ptp-practitioner/2024Q3#?"}', 77),
    ]


def test_years_are_those_of_the_dates_and_what_is_never_a_facet_is_kept() -> None:
    dated = edit(effective=day("1996-01-01"), deletion=day("2003-12-31"), prior_1996=True)
    records, _ = joined({"PTPPRA": [dated, edit("10002"), edit("10003", indicator="9", rationale=None)]})
    assert records.select("effective_year", "deletion_year", "extra").rows() == [
        ("1996", "2003", '{"rationale_stated":"Sequential procedure","prior_1996":true,"never":false}'),
        (None, None, '{"rationale_stated":"Sequential procedure","prior_1996":false,"never":false}'),
        (None, None, '{"rationale_stated":null,"prior_1996":false,"never":true}'),
    ]


def test_only_the_newest_release_that_has_rows_is_read() -> None:
    releases = {"2024Q2": {"ptp": [edit("10003")]}, "2024Q3": {"ptp": [edit()]}, "2024Q4": {"ptp": []}}
    records, parts = ptp_records(edit_sets(make_inputs({SETS["PTPPRA"]: releases})), TEXTS)
    assert widened(records, parts)["code"].to_list() == ["10001/10002"]
    assert records["releases"].to_list() == ["ncci-ptp-practitioner/2024Q3"]


def test_without_a_set_there_are_frames_without_rows() -> None:
    records, parts = joined({})
    assert (records.height, parts.height) == (0, 0)
    assert (
        set(records.columns) == set(joined({"PTPPRA": [edit()]})[0].columns) == set(joined_types("ptp_edit"))
    )
    assert parts.columns == joined({"PTPPRA": [edit()]})[1].columns


def test_a_code_is_found_by_its_titles_other_names_and_families() -> None:
    inputs = make_inputs(
        {
            "hcpcs": {
                "2024Q2": {"hcpcs": [hcpcs("J0001", title="Old synthetic title")]},
                "2024Q3": {"hcpcs": [hcpcs("J0001", title="New synthetic title", short_title="New syn")]},
            },
            "asp-ndc": {"2024Q3": {"ndc": [{"code": "J0001", "drug": "Syntheticol"}]}},
            SETS["PTPPRA"]: {"2024Q3": {"ptp": [edit("29881", "J0001"), edit("29881", "9999F")]}},
        }
    )
    _, parts = edits(link(inputs))
    found = {row["name"]: row for row in parts.to_dicts()}
    assert found["J0001"]["words"] == ["New synthetic title", "New syn", "Syntheticol"]
    assert found["J0001"]["family"] == "HCPCS:J"
    assert any("Knee arthroscopy" in text for text in found["29881"]["words"])
    assert any("meniscus" in text for text in found["29881"]["words"])
    assert found["29881"]["family"] == "CPT:29866-29889"
    labels = {(facet, value): label for _, facet, value, label, _ in facet_labels(inputs).rows()}
    for side in ("column_1_family", "column_2_family"):
        assert labels[side, "CPT:29866-29889"].startswith("Knee arthroscopy")
        assert labels[side, "HCPCS:J"] == "J codes"
    assert labels["column_1_system", "CPT"] == "CPT number"


def test_a_number_in_no_family_has_none() -> None:
    codes = pl.DataFrame(
        {"system": ["CPT"], "code": ["00001"], "chapter": [["CPT"]], "synonyms": [None]}
        | {name: [None] for name in ("title", "short_title", "description", "family")},
        schema_overrides={"synonyms": pl.List(pl.String)},
    ).cast(dict.fromkeys(("title", "short_title", "description", "family"), pl.String))
    assert code_texts(codes).rows() == [("00001", [], None)]


DAYS = st.none() | st.integers(0, 12).map(lambda n: day("2020-01-01") + n * 400 * ONE_DAY)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "column_1": st.sampled_from(["10001", "10002", "J0001", "0001A"]),
            "column_2": st.sampled_from(["10001", "G0001", "0002T"]),
            "prior_1996": st.none() | st.booleans(),
            "effective": DAYS,
            "deletion": DAYS,
            "indicator": st.sampled_from("019"),
            "rationale": st.sampled_from(
                [None, "Sequential procedure", "SEQUENTIAL PROCEDURE", "Ünknown reason"]
            ),
        }
    ),
    max_size=12,
)


def expected(system: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Work out the records of a set row by row."""
    far = dt.date.max
    numbered_rows = [{**row, "row": number} for number, row in enumerate(rows, 1)]
    numbered_rows.sort(key=lambda r: (r["column_1"], r["column_2"], r["deletion"] or far, r["row"]))
    found = []
    before: dict[tuple[str, str], dt.date | None] = {}
    for row in numbered_rows:
        pair = row["column_1"], row["column_2"]
        follows = before[pair] + ONE_DAY if before.get(pair) else None
        before[pair] = row["deletion"]
        begin, end = row["effective"] or follows, row["deletion"]
        never = row["indicator"] == "9" or bool(end and row["effective"] and end <= row["effective"])
        since = NEVER if never else min(end or far, START) if begin is None else None
        known = "known" if row["effective"] else "inferred" if follows else "unknown"
        extra = {"rationale_stated": row["rationale"], "prior_1996": row["prior_1996"], "never": never}
        rationale = row["rationale"] and row["rationale"].lower().replace(" procedure", "")
        found.append(
            (
                *(system, *pair, begin, end, known, "known" if end else "open", since),
                *(NEVER - ONE_DAY if never else None, row["row"], row["indicator"]),
                *(rationale, row["rationale"], extra),
            )
        )
    none_first = dt.date.min
    found.sort(key=lambda r: (*r[:3], r[3] or none_first, r[4] or none_first))
    return found


@settings(max_examples=100, deadline=None)
@given(ROWS, ROWS)
def test_records_are_those_worked_out_row_by_row(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    records, parts = joined({"PTPPRA": first, "PTPOPH": second})
    assert parts["name"].to_list() == sorted(set(parts["name"]))
    found = widened(records, parts).select(
        *("system", "column_1", "column_2", "valid_from", "valid_to", "start", "end", "since", "until"),
        *("row", pl.col("indicator", "rationale").cast(pl.String), "rationale_text"),
        extra=pl.col("extra").cast(pl.String),
    )
    assert [(*row[:-1], json.loads(row[-1])) for row in found.rows()] == expected(
        "PTPOPH", second
    ) + expected("PTPPRA", first)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | st.text(max_size=3), max_size=30))
def test_numbers_stand_for_the_texts_in_order(texts: list[str | None]) -> None:
    numbers, found = numbered(pl.Series(texts, dtype=pl.Categorical))
    assert found.to_list() == sorted({text for text in texts if text is not None}, key=str.encode)
    assert found.gather(numbers).to_list() == texts


@given(st.lists(st.lists(st.none() | st.sampled_from("abcd"), max_size=5), min_size=1, max_size=3))
def test_frames_keep_their_texts_when_their_categories_are_brought_together(
    columns: list[list[str | None]],
) -> None:
    kinds = [pl.Enum(sorted({"b", *(text for text in column if text)})) for column in columns]
    frames = [
        pl.DataFrame({"a": pl.Series(texts, dtype=kind)}) for texts, kind in zip(columns, kinds, strict=True)
    ]
    found = united(frames)["a"]
    assert found.to_list() == [text for column in columns for text in column]
    assert found.dtype == pl.Enum(sorted({text for column in columns for text in column if text}))


@pytest.mark.realdata
def test_all_edits_of_the_published_sets_are_slim_records(full_data_dir: Path) -> None:
    records, parts = ptp_records(edit_sets(imported_inputs(full_data_dir)), TEXTS)
    assert dict(records.group_by("system").len().rows()) == {"PTPPRA": 2_546_017, "PTPOPH": 1_775_818}
    assert (parts.height, parts["system"].null_count()) == (13_064, 12)
    assert parts["name"].is_sorted() and parts["name"].is_unique().all()
    key = records.select("system", "column_1", "column_2", "valid_from", "valid_to")
    assert key.equals(key.sort(key.columns, nulls_last=False, maintain_order=True))
    assert records.estimated_size() / records.height < 48, "bytes a record"
