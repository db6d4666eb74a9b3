"""What an engine must do to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.corpus import Corpus
from benchmarks.queries import Query

PAGE = 20
# Facet name to value to number of matches; values that do not occur may be missing.
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Answer:
    """What an engine says to a query.

    Attributes:
        total: number of matches.
        counts: of every facet, among the matches; a filtered facet without its own filter.
        hits: code and title of the best `PAGE` matches.
    """

    total: int
    counts: Counts
    hits: tuple[tuple[str, str | None], ...] = field(default=(), compare=False)

    def compared(self, facets: tuple[str, ...]) -> tuple[int, dict[str, dict[str, int]]]:
        """Return what must be the same in every engine."""
        counts = {
            name: {value: count for value, count in self.counts[name].items() if count} for name in facets
        }
        return self.total, counts


class Session(Protocol):
    """An opened index; see `Engine.one_session`."""

    def ask(self, query: Query) -> Answer:
        """Answer a query."""


class Engine(Protocol):
    """One way of building and asking an index.

    Attributes:
        name: in `latest.json`; `label`: for people.
        most_records: larger corpora are left out; None for no limit.
        every: it is asked every n-th query only, where all would take too long.
        most_rounds: rounds that it takes part in; None for all.
        one_session: whether threads may ask one session; else each needs its own.
    """

    name: str
    label: str
    most_records: int | None
    every: int
    most_rounds: int | None
    one_session: bool

    def missing(self) -> str:
        """Return why the engine cannot run here; empty if it can."""

    def build(self, corpus: Corpus, folder: Path) -> None:
        """Build the index of a corpus in an empty folder, in one thread."""

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """Open an index that was built."""
