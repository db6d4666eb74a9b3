"""One kind of record in all engines: builds, compares answers, measures those that agree."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks.agreement import differences
from benchmarks.corpus import Corpus, open_corpus, write_corpus
from benchmarks.engines import ENGINES
from benchmarks.engines.base import Session
from benchmarks.engines.codefacet import ALL_FACETS, IndexSession, LibrarySession
from benchmarks.engines.codefacet import NAME as OURS
from benchmarks.kept import corpus_source, index_source
from benchmarks.measure import (
    Built,
    Share,
    ask_all,
    build_index,
    in_child,
    interleaved,
    queries_per_second,
    summary,
)
from benchmarks.queries import Query, make_queries
from benchmarks.records import frames_of
from searchcore.library import Library

LIBRARY = "codefacet-library"
_THREADS = 2
_SHOWN = 20


def prepare(name: str, data_dir: Path, rows: int | None, folder: Path) -> Corpus:
    """Return the corpus of a kind, written by a process of its own unless the same one is kept."""
    path, source = folder / "corpus", corpus_source(data_dir, rows)
    if kept_from(path / "corpus.json") != source:
        click.echo(f"{name}: reading and linking the imported files")
        in_child(_write, name, data_dir, rows, path, source)
    return open_corpus(path)


def kept_from(path: Path) -> str | None:
    """Return what something kept was made from; None where nothing is kept."""
    if not path.is_file():
        return None
    source = json.loads(path.read_text(encoding="utf-8")).get("source")
    return None if source is None else str(source)


def _write(name: str, data_dir: Path, rows: int | None, folder: Path, source: str) -> None:
    write_corpus(name, frames_of(name, data_dir, rows), dt.date.today(), folder, source)


class KindRun:
    """One kind of record in all engines.

    Args:
        corpus: the records.
        engines: names of engines; ours must be among them.
        folder: where indexes are built, or stand already.
        fresh: build each in a process of its own, so that its memory can be told, and twice if that is quick.
    """

    def __init__(self, corpus: Corpus, engines: list[str], folder: Path, *, fresh: bool = True) -> None:
        self.corpus = corpus
        self.folder = folder
        self._fresh = fresh
        self._built: dict[str, Built] = {}
        for name in engines:
            if reason := self._left_out(name):
                click.echo(f"{corpus.name}: {ENGINES[name].label} is left out; {reason}")
            else:
                self._built[name] = self._build(name)
        self.sessions: dict[str, Session] = {name: self._open(name) for name in self._built}
        self._shares = {name: Share(ENGINES[name].every, ENGINES[name].most_rounds) for name in self._built}
        self._shares[LIBRARY] = Share()

    def queries(self, judged: Path | None, count: int) -> list[Query]:
        """Return the queries of this kind."""
        if judged and not judged.is_dir():
            click.echo(f"No judged queries at {judged}: words of titles are asked instead.")
        ours = self.sessions[OURS]
        assert isinstance(ours, IndexSession)
        return make_queries(self.corpus, ours.index.search, judged, count)

    def measure(
        self, queries: list[Query], rounds: int, library: Library | None
    ) -> dict[str, dict[str, Any]]:
        """Return the figures of every engine that agrees with the others; none at all if ours does not.

        Args:
            queries: what is asked.
            rounds: how often.
            library: the served generation, to measure a whole answer with labels; None leaves that out.
        """
        click.echo(f"{self.corpus.name}: comparing answers")
        agreed = self.agreeing(queries)
        if OURS not in agreed:
            return {}
        sessions = {name: self.sessions[name] for name in agreed}
        if library and self._serves_the_same(library, queries):
            sessions[LIBRARY] = LibrarySession(library, self.corpus)
        times = interleaved(sessions, queries, self._shares, rounds, _tell_round)
        figures: dict[str, dict[str, Any]] = {}
        for name in sessions:
            figures[name] = {"label": _label(name), **summary(times[name], times[OURS]), **self._cost(name)}
            if name != LIBRARY:
                figures[name]["qps_2_threads"] = self._threaded(name, queries)
        return figures

    def _serves_the_same(self, library: Library, queries: list[Query]) -> bool:
        # Language rules hold in what is served, and in no engine that is compared.
        served = LibrarySession(library, self.corpus, expand=False)
        for query in queries:
            if served.ask(query).total != self.sessions[OURS].ask(query).total:
                click.echo(f"{_label(LIBRARY)}: left out; the served generation was built by another version")
                return False
        return True

    def agreeing(self, queries: list[Query]) -> list[str]:
        """Return the engines whose answers are those of most engines; print where others differ."""
        answers = ask_all(self.sessions, queries, self._shares)
        found = differences(queries, answers, self.corpus.plan.facets)
        for difference in found[:_SHOWN]:
            click.echo(f"  differs: {difference}", err=True)
        if len(found) > _SHOWN:
            click.echo(f"  and {len(found) - _SHOWN} more", err=True)
        wrong = {difference.engine for difference in found}
        for name in sorted(wrong):
            click.echo(f"{ENGINES[name].label}: no figures, because its answers differ", err=True)
        return [name for name in self.sessions if name not in wrong]

    def about(self, queries: list[Query]) -> dict[str, Any]:
        """Return what was measured."""
        return {
            "records": self.corpus.count,
            "as_of": self.corpus.day.isoformat(),
            "queries": len(queries),
            "filtered": sum(query.filter is not None for query in queries),
            "sorts": {sort: sum(q.sort == sort for q in queries) for sort in {q.sort: 0 for q in queries}},
            "facets": list(self.corpus.plan.facets),
            "analysis_for_others_s": self.corpus.analysis_s,
        }

    def _left_out(self, name: str) -> str:
        """Return why an engine does not take part in this kind; empty if it does."""
        most = ENGINES[name].most_records
        if most is not None and self.corpus.count > most:
            return f"{self.corpus.count:,} records would take it too long (at most {most:,})"
        plan = self.corpus.plan
        if name == ALL_FACETS and set(plan.facets) == set(plan.schema.facets):
            return "all facets are compared anyway"
        return ""

    def _build(self, name: str) -> Built:
        folder, kept = self.folder / name, self.folder / f"{name}.json"
        module = type(ENGINES[name]).__module__.rpartition(".")[2]
        source = index_source(self.corpus.content, module, ours=name.startswith(OURS))
        if kept_from(kept) == source:
            click.echo(f"{self.corpus.name}: {ENGINES[name].label} was built before")
            return Built(**json.loads(kept.read_text(encoding="utf-8"))["built"])
        kept.unlink(missing_ok=True)
        click.echo(f"{self.corpus.name}: building with {ENGINES[name].label}")
        if self._fresh:
            built = in_child(build_index, name, self.corpus.folder, folder)
        else:
            built = build_index(name, self.corpus.folder, folder, repeat=False)
        kept.write_text(json.dumps({"source": source, "built": asdict(built)}), encoding="utf-8")
        return built

    def _open(self, name: str) -> Session:
        return ENGINES[name].open(self.corpus, self.folder / name)

    def _threaded(self, name: str, queries: list[Query]) -> float:
        asked = [query for number, query in enumerate(queries) if self._shares[name].takes(number)]
        one = ENGINES[name].one_session
        sessions = [self.sessions[name] if one else self._open(name) for _ in range(_THREADS)]
        return round(queries_per_second(sessions, asked, warm=one), 1)

    def _cost(self, name: str) -> dict[str, float]:
        built = self._built.get(name)
        if built is None:
            return {}
        return {
            "build_s": built.warm_s,
            "build_first_s": built.first_s,
            "disk_mb": built.disk_mb,
            "rss_mb": built.rss_mb,
        }


def _tell_round(turn: int) -> None:
    click.echo(f"  round {turn + 1}")


def _label(name: str) -> str:
    return "CodeFacet, whole answer" if name == LIBRARY else ENGINES[name].label
