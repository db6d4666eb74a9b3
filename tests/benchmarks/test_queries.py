"""The queries of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.kind_run import KindRun
from benchmarks.plans import load_plan
from benchmarks.queries import Query, read

CODE = load_plan("code")


def test_words_are_read_as_stems_that_all_must_match() -> None:
    assert read("Kidney diseases, kidney", "title", CODE) == Query(
        "Kidney diseases, kidney", "title", words=("kidney", "diseas")
    )


def test_a_code_is_itself_what_stands_below_it_and_its_mentions() -> None:
    query = read("E11.9", "code", CODE)
    assert query is not None
    assert query.keys == ("ise119", "belowicd10cmxe119")
    assert set(query.phrases) == {("e119",), ("e11", "9")}


def test_a_code_of_an_edit_is_the_edit_or_a_part_that_names_it() -> None:
    edits = load_plan("ptp_edit")
    assert read("11042", "code", edits) == Query("11042", "code", keys=("is11042",), phrases=(("11042",),))
    both = read("11042/97597", "code", edits)
    assert both is not None
    assert both.keys == ("is11042§97597",)
    # One part must hold all of a word: engines without parts cannot ask that.
    assert read("x-ray knee", "title", edits) is None
    assert read("x-ray knee", "title", CODE) is not None


@pytest.mark.parametrize(
    "text",
    ["knee -left", "knee OR hip", '"knee brace"', "hemorrh*", "knee 29881", "11042-59", "title:knee", ""],
)
def test_what_engines_would_read_in_other_ways_is_not_asked(text: str) -> None:
    assert read(text, "title", CODE) is None


def test_half_of_the_queries_are_filtered_and_none_is_asked_twice(
    sample_run: Callable[[str], KindRun],
) -> None:
    queries = sample_run("code").queries(None, 100)
    assert len({query.text for query in queries}) == len(queries) > 80
    filtered = [query for query in queries if query.filter]
    assert len(filtered) == len(queries) // 2
    assert {query.filter[0] for query in filtered if query.filter} == set(CODE.filters)


def test_queries_are_the_same_each_time(sample_run: Callable[[str], KindRun]) -> None:
    assert sample_run("code").queries(None, 60) == sample_run("code").queries(None, 60)


def test_hard_judged_rows_are_asked_where_they_are_at_hand(
    sample_run: Callable[[str], KindRun], tmp_path: Path
) -> None:
    lines = ["wheelchair\tE1130\tx\thard", "walker\tE0130\tx\ttitle", "knee\tL1810\tx\thard"]
    (tmp_path / "hcpcs_index_2019.tsv").write_text("\n".join(lines), encoding="utf-8")
    queries = sample_run("code").queries(tmp_path, 100)
    judged = {query.text for query in queries if query.sort == "judged"}
    assert "walker" not in judged
    assert judged <= {"wheelchair", "knee"}
    assert "knee" in judged
    # Titles take the place of judged queries that are missing.
    sorts = Counter(query.sort for query in queries)
    assert sorts["title"] > sorts["code"] > 0
