"""All engines on the judged sets: the same texts, the same queries, figures and how sure differences are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import numpy as np
import polars as pl

from benchmarks.relevance import plain
from benchmarks.relevance.asking import ask_all, asker
from benchmarks.relevance.judged import JudgedSet
from benchmarks.relevance.measures import Answers, compared, rounded
from benchmarks.relevance.report import by_sort, comparison, heading, lines
from benchmarks.relevance.texts import texts_on
from searchcore.library import Library

OURS = "CodeFacet"


def measured(library: Library, sets: list[JudgedSet], records: pl.DataFrame) -> dict[str, Any]:
    """Ask all engines all queries, and print as it goes.

    Args:
        library: the served generation.
        sets: the judged sets.
        records: the records of that generation, versions of all days.

    Returns:
        For each set, for its own system and for all systems: `figures` by engine and sort of rows, and
        `compared`: on the hard rows, our engine less each other one.
    """
    click.echo(heading())
    return {
        judged.name: {
            "label": judged.label,
            "as_of": judged.day.isoformat(),
            "reach": dict(judged.reach),
            **{scope: _scope(library, judged, records, system) for scope, system in scopes(judged)},
        }
        for judged in sets
    }


def scopes(judged: JudgedSet) -> Iterator[tuple[str, str | None]]:
    """Yield what may be found: codes of the set's own system, codes of all systems."""
    yield f"only {judged.system}", judged.system
    yield "all systems", None


def _scope(library: Library, judged: JudgedSet, records: pl.DataFrame, system: str | None) -> dict[str, Any]:
    where = f"{judged.name}, only {system}" if system else f"{judged.name}, all systems"
    answers = {OURS: ask_all(judged, asker(library, judged, filtered=bool(system), switches={}))}
    click.echo(lines(f"{OURS}, {where}", by_sort(judged, answers[OURS])))
    texts = texts_on(records, judged.day, system)
    for name, build in plain.engines().items():
        answers[name] = ask_all(judged, build(texts))
        click.echo(lines(f"{name}, {where}", by_sort(judged, answers[name])))
    hard = {name: _hard(judged, found) for name, found in answers.items()}
    differences = {name: compared(hard[OURS], hard[name]) for name in answers if name != OURS}
    for name, found in differences.items():
        click.echo(comparison(f"{OURS} less {name}, {where}, hard", found))
    figures = {name: by_sort(judged, found) for name, found in answers.items()}
    return {"figures": rounded(figures), "compared": rounded(differences)}


def _hard(judged: JudgedSet, answers: Answers) -> Answers:
    return answers.only(np.array([not row.is_title for row in judged.rows], np.bool_))
