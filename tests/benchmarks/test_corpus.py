"""What the other engines are given: words, keys, facet values and the as-of flag of every record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from benchmarks.as_of import LIVE, with_day
from benchmarks.corpus import Corpus, open_corpus, write_corpus
from benchmarks.plain import SEPARATOR, below_key, exact_key
from benchmarks.plans import TITLED_EDITS, load_plan
from benchmarks.records import frames_of, made_up_titles, thinned
from searchcore.errors import ConfigurationError
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS
from searchcore.whoosh_engine.analysis import stems


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_plan_for_200_queries(kind: str) -> None:
    plan = load_plan(kind)
    assert sum(plan.queries.values()) == 200
    assert set(plan.filters) <= set(plan.facets)
    assert load_plan(TITLED_EDITS) == load_plan("ptp_edit")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no plan for kind 'nothing'"):
        load_plan("nothing")


@pytest.mark.parametrize("kind", ["code", "ptp_edit"])
@pytest.mark.parametrize("day", [dt.date(2012, 6, 1), dt.date(2024, 7, 1), dt.date(2030, 1, 1)])
def test_as_of_and_status_are_those_of_the_program(kind: str, day: dt.date, sample_library: Library) -> None:
    records = frames_of(kind, None).records
    alive = with_day(records, day, load_plan(kind).key).filter(pl.col("live") == LIVE)
    shown = sample_library.search(Request("", kind, as_of=day, per_page=1))
    assert alive.height == shown.total
    statuses = {value.value: value.count for value in shown.facets["status"] if value.count}
    assert dict(alive["status"].value_counts().iter_rows()) == statuses


def test_words_are_analysed_and_texts_kept_apart(sample_corpus: Callable[[str], Corpus]) -> None:
    corpus = sample_corpus("code")
    records = {row["code"]: row for row in corpus.rows()}
    assert len(list(corpus.rows())) == corpus.count == corpus.frames.records.height
    words = records["E1122"]["words"]
    assert "diabetes" in words.split()
    assert "diabetic" not in words.split()
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


@pytest.mark.parametrize("name", ["ptp_edit", TITLED_EDITS])
def test_an_edit_has_the_texts_and_facets_of_the_parts_that_it_names(
    name: str, sample_corpus: Callable[[str], Corpus]
) -> None:
    corpus = sample_corpus(name)
    records, parts = corpus.frames
    assert parts is not None
    texts = parts.to_dicts()
    rows = list(corpus.rows())
    assert len(rows) == corpus.count == records.height > 0
    for record, row in zip(records.iter_rows(named=True), rows, strict=True):
        first, second, rationale = (texts[record[column]] for column in corpus.plan.schema.text)
        expected = [
            " ".join(stems(text))
            for part in (first, second, rationale)
            for text in (part["name"], *part["words"])
        ]
        assert row["words"] == f" {SEPARATOR} ".join(expected)
        assert row["code"] == f"{first['name']}/{second['name']}"
        assert row["title"] == f"{first['name']} / {second['name']}"
        assert row["keys"] == exact_key(row["code"])
        assert row["column_1_system"] == first["system"]
        assert row["column_2_family"] == second["family"] or row["column_2_family"] == "-"
        assert row["indicator"] == record["indicator"]


def test_our_own_engine_gets_slim_frames_as_they_were_linked(sample_corpus: Callable[[str], Corpus]) -> None:
    linked, kept = frames_of("ptp_edit", None), sample_corpus("ptp_edit").frames
    assert kept.parts is not None
    assert linked.parts is not None
    assert kept.records.schema == linked.records.schema
    assert kept.records.equals(linked.records)
    assert kept.parts.equals(linked.parts)


def test_a_written_corpus_opens_again(sample_corpus: Callable[[str], Corpus]) -> None:
    corpus = sample_corpus("modifier")
    assert open_corpus(corpus.folder) == corpus


def test_the_same_records_make_the_same_corpus_and_leftovers_are_removed(
    sample_corpus: Callable[[str], Corpus], tmp_path: Path
) -> None:
    corpus = sample_corpus("ptp_edit")
    (tmp_path / "corpus" / "rows").mkdir(parents=True)
    (tmp_path / "corpus" / "rows" / "0000.parquet").write_bytes(b"half-written")
    (tmp_path / "corpus" / "rows" / "0017.parquet").write_bytes(b"left behind")
    again = write_corpus("ptp_edit", corpus.frames, corpus.day, tmp_path / "corpus")
    assert again.content == corpus.content
    assert list(again.rows()) == list(corpus.rows())
    other_day = write_corpus("ptp_edit", corpus.frames, dt.date(2012, 6, 1), tmp_path / "other")
    assert other_day.content != corpus.content


@pytest.mark.parametrize("kind", ["code", "ptp_edit"])
def test_a_part_of_the_records_keeps_all_versions_of_a_key(kind: str) -> None:
    records, key = frames_of(kind, None).records, load_plan(kind).key
    few = records.height // 3
    part = thinned(records, few, key)
    assert few // 2 <= part.height <= few * 2
    kept = records.join(part.select(key).unique(), on=key, maintain_order="left")
    assert kept.equals(part.select(kept.columns))
    assert thinned(records, records.height, key) is records


def test_made_up_titles_are_the_same_each_time_and_stand_on_every_code() -> None:
    texts = ["knee brace", "wound of the left knee"]
    titles = made_up_titles(3, texts)
    assert titles == made_up_titles(3, texts)
    assert {word for title in titles for word in title.split()} <= set(" ".join(texts).split())
    plain, titled = frames_of("ptp_edit", None), frames_of(TITLED_EDITS, None)
    assert titled.records.equals(plain.records)
    assert titled.parts is not None
    assert plain.parts is not None
    more = titled.parts["words"].list.len().cast(pl.Int64) - plain.parts["words"].list.len()
    assert more.to_list() == plain.parts["system"].is_not_null().cast(pl.Int64).to_list()
