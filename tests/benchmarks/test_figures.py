"""Figures, reports and the commands of the benchmarks; no time is asserted."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import growth, startup, synthetic
from benchmarks.kind_run import LIBRARY, KindRun
from benchmarks.measure import Share, build_index, in_child, percentile, summary
from benchmarks.report import Report
from benchmarks.run import main
from searchcore.errors import BuildError
from searchcore.library import Library

WANTED = {"p50_ms", "p95_ms", "mean_ms", "ratio_mean", "build_s", "disk_mb", "rss_mb", "qps_2_threads"}


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_enough_values_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
    assert sum(value < found for value in values) < share * len(values) + 1e-6


def test_ratios_are_over_the_queries_that_both_engines_were_asked() -> None:
    ours = [[0.001, 0.003], [1.0], [0.004]]
    theirs = [[0.02, 0.02], [], [0.08]]
    figures = summary(theirs, ours)
    assert figures["queries"] == 2
    assert figures["mean_ms"] == 40.0
    assert figures["ratio_mean"] == 15.0
    assert figures["p50_ms"] == 20.0


def test_a_slow_engine_takes_every_nth_query() -> None:
    assert [number for number in range(12) if Share(every=5).takes(number)] == [0, 5, 10]


def test_a_run_gives_all_figures_of_all_engines(
    sample_run: Callable[[str], KindRun], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = sample_run("code")
    queries = run.queries(None, 30)
    figures = run.measure(queries, 2, None)
    for name, found in figures.items():
        assert set(found) >= WANTED, name
        assert all(found[key] >= 0 for key in WANTED)
    assert figures["codefacet"]["ratio_mean"] == 1.0
    Report(tmp_path, "latest").add("code", run.about(queries), figures)
    report = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert report["kinds"]["code"] == figures
    assert report["about"]["code"]["records"] == run.corpus.count
    told = capsys.readouterr().out
    assert all(found["label"].split()[0] in told for found in figures.values())
    drawing = ET.fromstring((tmp_path / "latest.svg").read_text(encoding="utf-8"))
    texts = [element.text or "" for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for found in figures.values():
        assert found["label"] in texts


class TestReport:
    figures = {
        "codefacet": {
            "label": "CodeFacet",
            "queries": 1,
            "p50_ms": 1,
            "p95_ms": 2,
            "mean_ms": 1,
            "ratio_mean": 1,
        }
    }
    about = {"records": 3, "queries": 1, "as_of": "2026-11-23"}

    def kinds(self, folder: Path) -> list[str]:
        return list(json.loads((folder / "latest.json").read_text(encoding="utf-8"))["kinds"])

    def test_kinds_can_be_measured_one_at_a_time(self, tmp_path: Path) -> None:
        for kind in ("code", "ptp_edit", "code"):
            Report(tmp_path, "latest").add(kind, self.about, self.figures)
        assert self.kinds(tmp_path) == ["code", "ptp_edit"]

    def test_figures_of_another_machine_are_not_mixed_with_these(self, tmp_path: Path) -> None:
        Report(tmp_path, "latest").add("code", self.about, self.figures)
        path = tmp_path / "latest.json"
        report = json.loads(path.read_text(encoding="utf-8"))
        report["machine"]["cores"] += 1
        path.write_text(json.dumps(report), encoding="utf-8")
        Report(tmp_path, "latest").add("ptp_edit", self.about, self.figures)
        assert self.kinds(tmp_path) == ["ptp_edit"]


def test_a_generation_of_the_same_records_is_measured_too(
    sample_run: Callable[[str], KindRun], sample_library: Library
) -> None:
    run = sample_run("code")
    assert LIBRARY in run.measure(run.queries(None, 20), 1, sample_library)


def test_a_build_in_a_process_of_its_own_is_measured(
    sample_run: Callable[[str], KindRun], tmp_path: Path
) -> None:
    built = in_child(build_index, "sqlite-fts5", sample_run("modifier").corpus.folder, tmp_path / "index")
    assert built.disk_mb > 0
    assert built.rss_mb > 10
    assert (tmp_path / "index" / "index.sqlite").is_file()


class TestCommands:
    def test_the_sample_is_refused(self, sample_data_dir: Path) -> None:
        done = CliRunner().invoke(main, ["--data-dir", str(sample_data_dir)])
        assert done.exit_code == 1
        assert "the sample corpus is too small to measure anything" in done.output

    def test_missing_files_are_told(self, tmp_path: Path) -> None:
        folders = ["--data-dir", str(tmp_path / "data"), "--shared", str(tmp_path / "none")]
        done = CliRunner().invoke(main, folders)
        assert done.exit_code == 1
        assert "the agencies' files are not there" in done.output
        assert not (tmp_path / "data").exists()

    def test_an_unknown_engine_is_wrong_usage(self) -> None:
        done = CliRunner().invoke(main, ["--engines", "codefacet,lucene"])
        assert done.exit_code == 2
        assert "there is no engine lucene" in done.output


class TestGrowth:
    def test_made_up_edits_are_distinct_and_in_order(self) -> None:
        edits, parts = synthetic.edits(3_000)
        keys = list(edits.select("system", "column_1", "column_2").iter_rows())
        assert len(set(keys)) == 3_000
        assert keys == sorted(keys)
        assert edits.equals(synthetic.edits(3_000).records)
        assert edits.filter(edits["valid_to"] <= edits["valid_from"]).is_empty()
        assert parts is not None
        assert parts["name"].to_list() == sorted(set(parts["name"]))
        titled = parts.filter(parts["system"].is_not_null())
        assert titled.height == synthetic.CODES
        assert titled["words"].list.len().min() == 1

    def test_a_point_of_the_curve_is_measured_and_its_matches_are_right(self) -> None:
        found = growth.point(2_000, 24, 1)
        assert found["rows"] == 2_000
        assert all(found[key] > 0 for key in ("build_s", "p50_ms", "p95_ms", "disk_mb", "rss_mb"))

    def test_more_edits_than_there_are_pairs_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at most"):
            synthetic.edits(10**9)


class TestStartup:
    def test_everything_is_measured(self, sample_data_dir: Path) -> None:
        figures = startup.measure(sample_data_dir, 1)
        assert set(figures) == {
            "search_process_s",
            "search_process_best_s",
            "search_process_worst_s",
            "search_process_cpu_s",
            "unchanged_rebuild_s",
            "open_and_check_ms",
            "warm_up_ms",
            "first_search_ms",
            "worker_private_mb",
            "worker_proportional_mb",
        }
        assert all(value > 0 for value in figures.values())

    def test_a_rebuild_that_was_needed_is_not_taken_for_an_unchanged_one(self, tmp_path: Path) -> None:
        with pytest.raises(BuildError, match="not up to date"):
            startup.unchanged_rebuild_s(tmp_path)
