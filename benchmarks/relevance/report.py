"""Figures as tables that are easy to compare, one line for each engine and sort of rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.relevance.judged import JudgedSet
from benchmarks.relevance.measures import Answers, figures

# Key of a figure, its heading, digits behind the point.
_COLUMNS = (
    ("queries", "queries", 0),
    ("hit@1", "hit@1", 4),
    ("hit@10", "hit@10", 4),
    ("mrr", "MRR@10", 4),
    ("zero", "zero", 4),
    ("p50_ms", "p50 ms", 2),
    ("p95_ms", "p95 ms", 2),
)
_NAME = 58

Figures = dict[str, dict[str, float]]


def by_sort(judged: JudgedSet, answers: Answers) -> Figures:
    """Return the figures of hard rows and of titles apart."""
    titles = np.array([row.is_title for row in judged.rows], np.bool_)
    return {"hard": figures(answers.only(~titles)), "titles": figures(answers.only(titles))}


def heading() -> str:
    """Return the heading of all lines."""
    return " " * _NAME + "".join(f"{text:>9}" for _, text, _ in _COLUMNS)


def lines(name: str, found: Figures) -> str:
    """Return a line for each sort of rows that there are."""
    return "\n".join(line(f"{name}, {sort}", values) for sort, values in found.items() if values)


def line(name: str, values: Mapping[str, float]) -> str:
    """Return one line of figures."""
    return f"{name:<{_NAME}}" + "".join(f"{values[key]:>9.{digits}f}" for key, _, digits in _COLUMNS)


def comparison(name: str, found: Mapping[str, Mapping[str, float]]) -> str:
    """Return one line: of each measure the difference, its interval of 95 %, and the p value."""
    parts = (
        f"{measure} {values['by']:+.4f} [{values['low']:+.4f}, {values['high']:+.4f}] p={values['p']:.4f}"
        for measure, values in found.items()
    )
    return f"{name}: " + "; ".join(parts)
