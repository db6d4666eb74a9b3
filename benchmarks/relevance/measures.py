"""Figures of how early the first right hit stands, and how sure differences between engines are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# Of this many hits at most the first right one counts.
DEPTH = 10
_DRAWS = 10_000
_SEED = 4711
_LEVEL = 95

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """What an engine answered to the rows of a set, in their order.

    Attributes:
        ranks: place of the first right hit, from 1; 0 if none of the first `DEPTH` is right.
        found: number of hits, at most `DEPTH`.
        ms: time of each query, in milliseconds.
    """

    ranks: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]
    ms: Floats

    def only(self, which: npt.NDArray[np.bool_]) -> Answers:
        """Return the answers to some of the rows."""
        return Answers(self.ranks[which], self.found[which], self.ms[which])

    def per_query(self) -> dict[str, Floats]:
        """Return each measure of each query; their means are the figures."""
        right = self.ranks > 0
        return {
            "hit@1": (self.ranks == 1).astype(np.float64),
            "hit@10": right.astype(np.float64),
            "mrr": np.where(right, 1.0 / np.maximum(self.ranks, 1), 0.0),
        }


def figures(answers: Answers) -> dict[str, float]:
    """Return the figures of some answers; shares from 0 to 1, times in milliseconds."""
    if not len(answers.ranks):
        return {}
    means = {name: float(values.mean()) for name, values in answers.per_query().items()}
    p50, p95 = np.percentile(answers.ms, [50, 95])
    zero = float((answers.found == 0).mean())
    return {"queries": len(answers.ranks), **means, "zero": zero, "p50_ms": float(p50), "p95_ms": float(p95)}


def compared(ours: Answers, theirs: Answers) -> dict[str, dict[str, float]]:
    """Return for each measure the difference (ours less theirs), its interval and its p value.

    The interval is that of a paired bootstrap over queries (95 %). The p value is that of a paired
    randomisation test: how often chance alone, exchanging the two engines query by query, gives a difference
    as large. Both draw 10,000 times, the same ones each run.
    """
    other = theirs.per_query()
    return {name: difference(values - other[name]) for name, values in ours.per_query().items()}


def difference(paired: Floats) -> dict[str, float]:
    """Return the mean of paired differences with interval and p value; see `compared`."""
    chance = np.random.default_rng(_SEED)
    mean, count = float(paired.mean()), len(paired)
    # Queries with the same difference are exchangeable: draw how many of each, not each of them.
    values, sizes = np.unique(paired, return_counts=True)
    drawn = chance.multinomial(count, sizes / count, size=_DRAWS) @ values / count
    signs = np.stack([2.0 * chance.binomial(size, 0.5, size=_DRAWS) - size for size in sizes], axis=1)
    swapped = np.abs(signs @ values / count)
    as_large = int((swapped >= abs(mean) - 1e-12).sum())
    low, high = np.percentile(drawn, [(100 - _LEVEL) / 2, (100 + _LEVEL) / 2])
    return {"by": mean, "low": float(low), "high": float(high), "p": (as_large + 1) / (_DRAWS + 1)}


def rounded(tree: Any) -> Any:
    """Return figures with four digits behind the point, for JSON."""
    if isinstance(tree, Mapping):
        return {name: rounded(value) for name, value in tree.items()}
    return round(tree, 4) if isinstance(tree, float) else tree
