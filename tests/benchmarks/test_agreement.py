"""All engines of the benchmarks give the same answers on the sample, and one that does not is caught."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.agreement import differences
from benchmarks.corpus import Corpus, write_corpus
from benchmarks.engines import ENGINES
from benchmarks.engines.base import Answer
from benchmarks.engines.codefacet import ALL_FACETS
from benchmarks.kind_run import KindRun
from benchmarks.plans import TITLED_EDITS
from benchmarks.queries import Query, read
from benchmarks.records import Frames
from tests.benchmarks.conftest import RUNNING

Run = Callable[[str], KindRun]


def test_the_engines_that_need_nothing_else_run_here() -> None:
    assert {"codefacet", "codefacet-all-facets", "sqlite-fts5", "whoosh"} <= set(RUNNING)
    for name in set(ENGINES) - set(RUNNING):
        assert ENGINES[name].missing()


@pytest.mark.parametrize("kind", ["code", "modifier", "ptp_edit", "coverage", TITLED_EDITS])
def test_all_engines_agree_on_matches_and_facet_counts(kind: str, sample_run: Run) -> None:
    run = sample_run(kind)
    queries = run.queries(None, 80)
    assert len(queries) > 40
    assert run.agreeing(queries) == list(run.sessions)
    # Where all facets of a kind are compared, ours needs no second index.
    all_compared = set(run.corpus.plan.facets) == set(run.corpus.plan.schema.facets)
    assert list(run.sessions) == [name for name in RUNNING if not (all_compared and name == ALL_FACETS)]


def test_engines_show_the_same_records_where_all_matches_fit_on_a_page(sample_run: Run) -> None:
    run = sample_run("code")
    compared = 0
    for query in run.queries(None, 80):
        answers = [session.ask(query) for session in run.sessions.values()]
        if 0 < answers[0].total <= 20:
            compared += 1
            assert len({tuple(sorted(map(str, answer.hits))) for answer in answers}) == 1, query
    assert compared > 10


def test_an_engine_with_a_wrong_count_gets_no_figures(
    sample_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engines = ["codefacet", "sqlite-fts5", "whoosh"]
    folder = shutil.copytree(sample_run("code").folder, tmp_path / "code")
    with closing(sqlite3.connect(folder / "sqlite-fts5" / "index.sqlite")) as connection:
        connection.execute("update r set billable = (billable + 1) % 2 where id % 3 = 0 and billable < 2")
        connection.commit()
    run = KindRun(sample_run("code").corpus, engines, folder, fresh=False)
    queries = run.queries(None, 80)
    figures = run.measure(queries, 1, None)
    assert set(figures) == {"codefacet", "whoosh"}
    told = capsys.readouterr().err
    assert "SQLite FTS5: no figures" in told
    assert "of billable=" in told


def test_without_our_own_agreement_nothing_is_measured(
    sample_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = sample_run("modifier")
    queries, corpus = right.queries(None, 40), right.corpus
    folder = shutil.copytree(right.folder, tmp_path / "modifier")
    shutil.rmtree(folder / "codefacet")
    (folder / "codefacet").mkdir()
    half = write_corpus("modifier", Frames(corpus.frames.records[::2]), corpus.day, tmp_path / "half")
    ENGINES["codefacet"].build(half, folder / "codefacet")
    run = KindRun(corpus, ["codefacet", "sqlite-fts5", "whoosh"], folder, fresh=False)
    assert run.measure(queries, 1, None) == {}
    assert "CodeFacet: no figures" in capsys.readouterr().err


def test_words_of_an_edit_may_be_in_any_of_its_parts(sample_run: Run) -> None:
    run = sample_run("ptp_edit")
    records, parts = run.corpus.frames
    assert parts is not None
    texts = parts["words"].to_list()
    asked = set()
    for first, second in records.select("column_1", "column_2").iter_rows():
        own, other = (set(re.findall("[a-z]{4,}", " ".join(texts[part]))) for part in (first, second))
        if own - other and other - own:
            asked.add(f"{min(own - other)} {min(other - own)}")
    compared = 0
    for text in sorted(asked):
        query = read(text, "title", run.corpus.plan)
        assert query is not None
        totals = {name: session.ask(query).total for name, session in run.sessions.items()}
        # Ours relaxes what no record has, others do not.
        if totals["sqlite-fts5"]:
            compared += 1
            assert len(set(totals.values())) == 1, (query, totals)
    assert compared > 20


def test_an_engine_that_would_take_too_long_is_left_out_with_a_line(
    sample_corpus: Callable[[str], Corpus],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    corpus = sample_corpus("modifier")
    monkeypatch.setattr(ENGINES["sqlite-fts5"], "most_records", corpus.count - 1)
    run = KindRun(corpus, ["codefacet", "sqlite-fts5"], tmp_path, fresh=False)
    assert list(run.sessions) == ["codefacet"]
    assert "SQLite FTS5 is left out; " in capsys.readouterr().out


class TestKeptIndexes:
    engines = ("codefacet", "sqlite-fts5")

    def built(self, corpus: Corpus, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, ...]:
        KindRun(corpus, list(self.engines), folder, fresh=False)
        told = capsys.readouterr().out
        return tuple(name for name in self.engines if f"building with {ENGINES[name].label}" in told)

    def test_an_index_of_the_same_records_is_used_again_and_others_are_not(
        self, sample_corpus: Callable[[str], Corpus], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        corpus = sample_corpus("modifier")
        again = write_corpus("modifier", corpus.frames, corpus.day, tmp_path / "again")
        fewer = write_corpus("modifier", Frames(corpus.frames.records[::2]), corpus.day, tmp_path / "fewer")
        assert self.built(corpus, tmp_path, capsys) == self.engines
        assert self.built(again, tmp_path, capsys) == ()
        assert self.built(fewer, tmp_path, capsys) == self.engines

    def test_an_interrupted_build_begins_again(
        self, sample_corpus: Callable[[str], Corpus], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        corpus = sample_corpus("modifier")
        for name in self.engines:
            (tmp_path / name).mkdir()
            (tmp_path / name / "half-written").touch()
        assert self.built(corpus, tmp_path, capsys) == self.engines
        assert not list(tmp_path.rglob("half-written"))


class TestDifferences:
    query = Query("knee", "title", words=("knee",))
    right = Answer(2, {"billable": {"yes": 2}})

    def found(self, *answers: Answer | None) -> list[str]:
        given = {f"e{number}": [answer] for number, answer in enumerate(answers)}
        return [str(each) for each in differences([self.query], given, ("billable",))]

    def test_equal_answers_do_not_differ_whatever_their_hits_and_zeros(self) -> None:
        other = Answer(2, {"billable": {"yes": 2, "no": 0}, "more": {"x": 1}}, (("A", None),))
        assert self.found(self.right, other, None) == []

    def test_most_engines_decide_what_is_right(self) -> None:
        wrong = Answer(3, {"billable": {"yes": 3}})
        assert self.found(wrong, self.right, self.right) == ["e0: 'knee': 3 matches instead of 2"]

    def test_of_two_the_first_is_right(self) -> None:
        wrong = Answer(2, {"billable": {"yes": 1, "no": 1}})
        assert self.found(self.right, wrong) == ["e1: 'knee': 1 of billable=no instead of 0"]
