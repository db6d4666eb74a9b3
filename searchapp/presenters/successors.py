"""What took the place of a code, with the condition under which it did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from searchapp.presenters.urls import Urls
from searchapp.presenters.words import SUCCESSION, system_name
from searchcore.codes import SYSTEMS
from searchcore.result import Successor


@dataclass(frozen=True)
class SuccessorView:
    """One successor; `url` is None where there is no record to go to."""

    label: str
    title: str
    system: str
    url: str | None
    condition: str
    unit_change: str


@dataclass(frozen=True)
class SuccessorGroup:
    """Successors that follow in the same way, which `lead` names, and the sources that say so.

    `condition` is set where several have the same one; it is then not repeated on each.
    """

    lead: str
    condition: str
    items: tuple[SuccessorView, ...]
    sources: tuple[str, ...]


Titles = Mapping[tuple[str, str], str]
NONE: Titles = {}


def successor_groups(
    successors: tuple[Successor, ...], as_of: dt.date | None, urls: Urls, titles: Titles = NONE
) -> tuple[SuccessorGroup, ...]:
    """Return the successors as the pages show them: in the order given, neighbours of a kind together.

    Args:
        successors: what took the place.
        as_of: the day that links keep.
        urls: makes addresses.
        titles: titles of (system, code) where they are known.
    """
    return tuple(
        _group(kind, [(each, titles.get((each.system, each.code), "")) for each in group], as_of, urls)
        for kind, group in groupby(successors, key=lambda successor: successor.kind)
    )


def _group(
    kind: str, members: list[tuple[Successor, str]], as_of: dt.date | None, urls: Urls
) -> SuccessorGroup:
    conditions = {successor.condition or "" for successor, _ in members}
    shared = conditions.pop() if len(conditions) == 1 and len(members) > 1 else ""
    return SuccessorGroup(
        lead=SUCCESSION.get(kind, kind.replace("_", " ").capitalize()),
        condition=shared,
        items=tuple(_view(successor, title, shared, as_of, urls) for successor, title in members),
        sources=tuple(dict.fromkeys(successor.source for successor, _ in members if successor.source)),
    )


def _view(successor: Successor, title: str, shared: str, as_of: dt.date | None, urls: Urls) -> SuccessorView:
    known = successor.system in SYSTEMS and bool(successor.code)
    label = successor.display or "no single code"
    if successor.to:
        label = f"{label} to {successor.to}"
    return SuccessorView(
        label=label,
        title=title,
        system=system_name(successor.system),
        url=_url(successor, as_of, urls) if known else None,
        condition="" if shared else successor.condition or "",
        unit_change=successor.unit_change or "",
    )


def _url(successor: Successor, as_of: dt.date | None, urls: Urls) -> str:
    return urls.record(SYSTEMS[successor.system].kind, successor.system, successor.code, as_of)
