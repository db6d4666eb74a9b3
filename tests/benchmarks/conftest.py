"""The sample in every engine that can run here, built once for all tests of the benchmarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest

from benchmarks.corpus import Corpus, write_corpus
from benchmarks.engines import ENGINES
from benchmarks.kind_run import KindRun
from benchmarks.records import frames_of

RUNNING = [name for name, engine in ENGINES.items() if not engine.missing()]
DAY = dt.date(2024, 7, 1)


@pytest.fixture(scope="session")
def sample_corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Corpus]:
    """Return the sample's records of a kind as every engine gets them."""

    @cache
    def written(name: str) -> Corpus:
        folder = tmp_path_factory.mktemp("corpus") / "corpus"
        return write_corpus(name, frames_of(name, None), DAY, folder)

    return written


@pytest.fixture(scope="session")
def sample_run(
    tmp_path_factory: pytest.TempPathFactory, sample_corpus: Callable[[str], Corpus]
) -> Callable[[str], KindRun]:
    """Return all engines with the sample's records of a kind. Only for reading."""

    @cache
    def run(name: str) -> KindRun:
        return KindRun(sample_corpus(name), RUNNING, tmp_path_factory.mktemp("engines"), fresh=False)

    return run
