"""Judged queries: which hits are right, the figures, the significance test, other engines, the misses."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.records import frames_of
from benchmarks.relevance import groups, plain
from benchmarks.relevance.__main__ import print_ours, write_misses
from benchmarks.relevance.firing import firing
from benchmarks.relevance.judged import JudgedSet, Row, read_rows
from benchmarks.relevance.measures import Answers, compared, difference, figures
from benchmarks.relevance.side_by_side import measured
from benchmarks.relevance.texts import texts_on
from searchcore.errors import SourceFileError
from searchcore.language import PART, load_rules
from searchcore.library import Library

DAY = dt.date(2026, 6, 1)
PARENTS = {"E11": "", "E116": "E11", "E1161": "E116", "E11610": "E1161", "E119": "E11"}


def judged_set(*rows: Row, system: str = "ICD10CM") -> JudgedSet:
    """Return a set of a few rows."""
    return JudgedSet("few", "a few", system, DAY, {}, rows, PARENTS if system == "ICD10CM" else {})


@pytest.mark.parametrize(
    ("hit", "right"),
    [
        (("ICD10CM", "E1161"), True),
        (("ICD10CM", "E11610"), True),
        (("ICD10CM", "E116"), True),
        (("ICD10CM", "E11"), False),
        (("ICD10CM", "E119"), False),
        (("HCPCS", "E1161"), False),
    ],
)
def test_right_is_a_judged_code_one_below_it_or_its_direct_parent(hit: tuple[str, str], right: bool) -> None:
    row = Row("arthropathy", ("E1161",), False)
    assert judged_set(row).is_right(row, hit) is right


def test_codes_without_a_tree_are_right_only_themselves() -> None:
    row = Row("seat lift", ("E062", "E0627"), False)
    judged = judged_set(row, system="HCPCS")
    assert judged.rank(row, [("HCPCS", "E0621"), ("CPT", "E0627"), ("HCPCS", "E0627")]) == 3
    assert judged.rank(row, [("HCPCS", "E0621")]) == 0


def test_a_file_of_judged_queries_is_read_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "few.tsv"
    path.write_text("some words\tE11.9|E11\tx:1\thard\nA title\tJ0120\tx:2\ttitle\n", encoding="utf-8")
    assert read_rows(path) == (Row("some words", ("E119", "E11"), False), Row("A title", ("J0120",), True))
    for wrong in ("words\tE119\tx:3", "words\t\tx\thard", "\tE119\tx\thard", "words\tE119\tx\tsoft"):
        path.write_text(f"some words\tE119\tx:1\thard\n{wrong}\n", encoding="utf-8")
        with pytest.raises(SourceFileError, match="no judged query") as caught:
            read_rows(path)
        assert "line 2" in str(caught.value)
    with pytest.raises(SourceFileError, match="cannot read"):
        read_rows(tmp_path / "missing.tsv")


def answers(ranks: list[int]) -> Answers:
    """Return answers with these ranks; where there is none, nothing was found."""
    return Answers(np.array(ranks, np.int64), np.minimum(ranks, 1), np.ones(len(ranks)))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_figures_are_those_of_plain_counting(ranks: list[int]) -> None:
    found, count = figures(answers(ranks)), len(ranks)
    assert found["hit@1"] == pytest.approx(ranks.count(1) / count)
    assert found["hit@10"] == pytest.approx(sum(rank > 0 for rank in ranks) / count)
    assert found["mrr"] == pytest.approx(sum(1 / rank for rank in ranks if rank) / count)
    assert found["zero"] == pytest.approx(ranks.count(0) / count)


@settings(max_examples=20)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=9))
def test_the_p_value_is_about_that_of_all_ways_to_exchange_two_engines(values: list[float]) -> None:
    paired = np.array(values)
    ways = [abs(paired @ signs) for signs in itertools.product((-1, 1), repeat=len(values))]
    exact = np.mean([way >= abs(paired.sum()) - 1e-9 for way in ways])
    found = difference(paired)
    assert found["p"] == pytest.approx(exact, abs=0.025)
    assert values[0] != values[-1] or found["low"] - 1e-9 <= found["by"] <= found["high"] + 1e-9


def test_a_clear_difference_is_told_from_none() -> None:
    good, bad = answers([1] * 90 + [0] * 10), answers([1] * 60 + [0] * 40)
    found = compared(good, bad)["hit@1"]
    assert found["by"] == pytest.approx(0.3)
    assert 0.2 < found["low"] < 0.3 < found["high"] < 0.4
    assert found["p"] < 0.001
    assert compared(good, good)["mrr"] == {"by": 0, "low": 0, "high": 0, "p": 1}


@pytest.fixture(scope="module")
def sample_set() -> JudgedSet:
    """Return titles of the sample as judged queries, and two that nothing or the wrong thing answers."""
    rows = texts_on(frames_of("code", None).records, DAY, "HCPCS").head(5).rows(named=True)
    titles = [Row(row["title"], (row["code"],), True) for row in rows]
    wrong = Row(rows[0]["title"] + " <b>qqq</b>", (rows[1]["code"],), False)
    return judged_set(*titles, wrong, Row("qqq", ("Z9999",), False), system="HCPCS")


@pytest.mark.parametrize("name", plain.engines())
def test_every_engine_finds_records_by_their_titles(name: str, sample_set: JudgedSet) -> None:
    texts = texts_on(frames_of("code", None).records, DAY, "HCPCS")
    ask = plain.engines()[name](texts)
    assert all(sample_set.rank(row, ask(row.text)) for row in sample_set.rows if row.is_title)
    assert ask('"(*') == []


def test_all_engines_are_measured_side_by_side(sample_library: Library, sample_set: JudgedSet) -> None:
    found = measured(sample_library, [sample_set], frames_of("code", None).records)["few"]["only HCPCS"]
    assert set(found["figures"]) == {"CodeFacet", *plain.engines()}
    assert found["figures"]["CodeFacet"]["titles"]["hit@1"] == 1
    assert found["figures"]["CodeFacet"]["hard"]["hit@1"] == 0
    assert set(found["compared"]) == set(plain.engines())


def test_rules_are_counted_that_fire_on_queries_and_on_titles() -> None:
    rules = load_rules()
    first = {rule.group: rule for rule in reversed(rules)}
    queries = [f"{rule.say} qqq" for rule in first.values()]
    titles = [rule.mean.replace(PART, " qqq ") for rule in first.values()]
    found = firing(queries, titles)
    assert found["all"]["rules"] == len(rules)
    assert all(found[group]["both"] >= 1 for group in first)
    nothing = firing(["qqq"], ["qqq"])
    assert nothing["all"] == {"rules": len(rules), "on queries": 0, "on titles": 0, "both": 0}


def test_a_group_of_rules_is_measured_by_leaving_it_out(
    sample_library: Library, sample_set: JudgedSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "load_rules", lambda: load_rules()[:1])
    found = groups.effects(sample_library, [sample_set])["few"]
    assert set(found) == {"all", load_rules()[0].group}
    assert found["all"]["hit@10"]["by"] == 0


def test_misses_say_what_came_instead_and_which_words_are_lacking(
    sample_library: Library, sample_set: JudgedSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_ours(sample_library, [sample_set], {})
    assert "few, only HCPCS, titles" in capsys.readouterr().out
    write_misses(tmp_path / "misses.html", sample_library, [sample_set], {})
    with (tmp_path / "misses.tsv").open(encoding="utf-8", newline="") as stream:
        rows = {row["query"]: row for row in csv.DictReader(stream, delimiter="\t")}
    hard = [row for row in sample_set.rows if not row.is_title]
    assert set(rows) == {row.text for row in hard}
    assert "qqq" in rows[hard[0].text]["lacks"].split()
    assert rows["qqq"]["cause"] == "code not loaded"
    page = (tmp_path / "misses.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;qqq" in page
    assert "<b>" not in page
    assert "<script" not in page
