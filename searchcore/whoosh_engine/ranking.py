"""The weights of the ranking, read from `schemas/ranking.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.codes import Status
from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.whoosh_engine.days import STATUSES


@dataclass(frozen=True)
class Bm25:
    """Parameters of BM25."""

    k1: float
    b: float


@dataclass(frozen=True)
class Whole:
    """Factors of titles that are the whole query."""

    title_in_order: float
    title_in_general: float
    title_segment: float


@dataclass(frozen=True)
class Ranking:
    """See the comments in `schemas/ranking.yaml`."""

    bm25: Bm25
    status: dict[str, float]
    whole: Whole
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
        ConfigurationError: a key is missing, unknown, or no positive number.
    """
    data = load_yaml(path)
    _check_keys(data, {field.name for field in fields(Ranking)}, "", path)
    _check_keys(data["bm25"], {field.name for field in fields(Bm25)}, "bm25.", path)
    _check_keys(data["whole"], {field.name for field in fields(Whole)}, "whole.", path)
    _check_keys(data["status"], {str(status) for status in Status}, "status.", path)
    plain = {key: value for key, value in data.items() if not isinstance(value, dict)}
    for key, value in {**plain, **data["bm25"], **data["status"], **data["whole"]}.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigurationError(f"{key} is {value!r}, not a number from 0 up", where=str(path))
    return Ranking(**{**data, "bm25": Bm25(**data["bm25"]), "whole": Whole(**data["whole"])})


def _check_keys(data: Any, wanted: set[str], prefix: str, path: Path) -> None:
    if not isinstance(data, dict):
        raise ConfigurationError(f"{prefix or 'the file'} holds no keys", where=str(path))
    for name in sorted(wanted - data.keys()):
        raise ConfigurationError(f"the key {prefix}{name} is missing", where=str(path))
    for name in sorted(map(str, data.keys() - wanted)):
        raise ConfigurationError(f"there is no key {prefix}{name}", where=str(path))


@cache
def load_ranking() -> Ranking:
    """Return the ranking that ships with the program."""
    return read_ranking(schemas_dir() / "ranking.yaml")
