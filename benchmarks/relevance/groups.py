"""What each group of language rules does to the figures: it is switched off, all others stay on."""

from __future__ import annotations

from typing import Any

import click

from benchmarks.relevance.asking import Switches, ask_all, asker
from benchmarks.relevance.judged import JudgedSet
from benchmarks.relevance.measures import compared, rounded
from benchmarks.relevance.report import comparison
from searchcore.language import load_rules
from searchcore.library import Library


def effects(library: Library, sets: list[JudgedSet]) -> dict[str, Any]:
    """Return by set and group (and `all` of them) what it adds on the hard rows, and print it.

    Each value is the figure with the group less the figure without it, with interval and p value.
    """
    trials: dict[str, Switches] = {"all": {"expand": False}}
    trials |= {rule.group: {"off": (rule.group,)} for rule in load_rules()}
    found: dict[str, Any] = {}
    for judged in (one.hard for one in sets):
        usual = ask_all(judged, asker(library, judged, filtered=True, switches={}))
        found[judged.name] = {}
        for name, switches in trials.items():
            without = ask_all(judged, asker(library, judged, filtered=True, switches=switches))
            found[judged.name][name] = compared(usual, without)
            click.echo(comparison(f"{judged.name}, {name} on less off", found[judged.name][name]))
    return dict(rounded(found))
