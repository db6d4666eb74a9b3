"""What the other engines are given: words, keys, facet values and the as-of flag of every record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from benchmarks.corpus import LIVE, SEPARATOR, Corpus, below_key, exact_key, open_corpus, with_day
from benchmarks.plans import TITLED_EDITS, load_plan
from benchmarks.records import made_up_titles, records_of, thinned
from searchcore.errors import ConfigurationError
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_plan_for_200_queries(kind: str) -> None:
    plan = load_plan(kind)
    assert sum(plan.queries.values()) == 200
    assert set(plan.filters) <= set(plan.facets)
    assert load_plan(TITLED_EDITS) == load_plan("ptp_edit")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no plan for kind 'nothing'"):
        load_plan("nothing")


@pytest.mark.parametrize("day", [dt.date(2012, 6, 1), dt.date(2024, 7, 1), dt.date(2030, 1, 1)])
def test_as_of_and_status_are_those_of_the_program(day: dt.date, sample_library: Library) -> None:
    alive = with_day(records_of("code", None), day).filter(pl.col("live") == LIVE)
    shown = sample_library.search(Request("", "code", as_of=day, per_page=1))
    assert alive.height == shown.total
    statuses = {value.value: value.count for value in shown.facets["status"] if value.count}
    assert dict(alive["status"].value_counts().iter_rows()) == statuses


def test_words_are_analysed_and_texts_kept_apart(sample_corpus: Callable[[str], Corpus]) -> None:
    corpus = sample_corpus("code")
    records = {row["code"]: row for row in corpus.rows()}
    assert len(list(corpus.rows())) == corpus.count == corpus.records.height
    words = records["E1122"]["words"]
    assert "diabet" in words.split()
    assert "diabetes" not in words.split()
    assert f" {SEPARATOR} " in words
    assert exact_key("E1122") in records["E1122"]["keys"].split()
    assert below_key("ICD10CM", "E11") in records["E1122"]["keys"].split()
    assert below_key("ICD10CM", "E12") not in records["E1122"]["keys"].split()


def test_facets_without_a_value_say_so(sample_corpus: Callable[[str], Corpus]) -> None:
    rows = list(sample_corpus("code").rows())
    for name in sample_corpus("code").plan.facets:
        assert all(row[name] for row in rows)
    assert any(row["mue_basis"] == ["-"] for row in rows)
    assert any(row["laterality"] == "-" for row in rows)


def test_a_written_corpus_opens_again(sample_corpus: Callable[[str], Corpus]) -> None:
    corpus = sample_corpus("modifier")
    assert open_corpus(corpus.folder) == corpus


def test_a_part_of_the_records_keeps_all_versions_of_a_key() -> None:
    records = records_of("code", None)
    part = thinned(records, 200)
    assert 100 <= part.height <= 300
    kept = records.join(part.select("system", "code").unique(), on=["system", "code"], maintain_order="left")
    assert kept.equals(part.select(kept.columns))
    assert thinned(records, records.height) is records


def test_made_up_titles_are_the_same_each_time_and_stand_on_every_code() -> None:
    texts = ["knee brace", "wound of the left knee"]
    titles = made_up_titles(["1", "2", "3"], texts)
    assert titles == made_up_titles(["1", "2", "3"], texts)
    assert {word for title in titles for word in title.split()} <= set(" ".join(texts).split())
    edits = records_of(TITLED_EDITS, None)
    assert edits.height == records_of("ptp_edit", None).height
    assert edits["synonyms"].list.len().min() == 2
