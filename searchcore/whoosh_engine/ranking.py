"""The weights of the ranking, read from `schemas/ranking.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchcore.codes import Status
from searchcore.data import schemas_dir
from searchcore.typed_yaml import check_keys, read_as
from searchcore.whoosh_engine.days import STATUSES


@dataclass(frozen=True)
class Bm25:
    """Parameters of BM25."""

    k1: float
    b: float


@dataclass(frozen=True)
class Whole:
    """Factors of texts that are the whole query."""

    title_in_order: float
    title_in_general: float
    title_segment: float
    said: float
    said_from: float


@dataclass(frozen=True)
class Near:
    """How words that stand next to one another lift a record."""

    factor: float
    words: int
    records: int
    fields: list[str]


@dataclass(frozen=True)
class Denied:
    """How a record is held back that speaks of what the query denies."""

    factor: float
    words: int


@dataclass(frozen=True)
class Ranking:
    """See the comments in `schemas/ranking.yaml`."""

    bm25: Bm25
    status: dict[str, float]
    whole: Whole
    near: Near
    denied: Denied
    descendant: float
    prefix: float
    prefix_words: int
    seconds: float

    @cached_property
    def status_factors(self) -> npt.NDArray[np.float64]:
        """Return the factor of each status, in the order of `STATUSES`."""
        return np.array([self.status[status] for status in STATUSES])


def read_ranking(path: Path) -> Ranking:
    """Read a ranking file.

    Raises:
        ConfigurationError: a key is missing or unknown, or a value is no number from 0 up.
    """
    ranking = read_as(path, Ranking)
    check_keys(ranking.status, {str(status) for status in Status}, path, "status")
    return ranking


@cache
def load_ranking() -> Ranking:
    """Return the ranking that ships with the program."""
    return read_ranking(schemas_dir() / "ranking.yaml")
