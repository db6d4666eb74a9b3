"""What took the place of a code, with the condition under which it did."""

from __future__ import annotations

import datetime as dt
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
    system: str
    url: str | None
    condition: str
    unit_change: str
    source: str


@dataclass(frozen=True)
class SuccessorGroup:
    """Successors that follow in the same way, which `lead` names."""

    lead: str
    items: tuple[SuccessorView, ...]


def successor_groups(
    successors: tuple[Successor, ...], as_of: dt.date | None, urls: Urls
) -> tuple[SuccessorGroup, ...]:
    """Return the successors as the pages show them: in the order given, neighbours of a kind together."""
    return tuple(
        SuccessorGroup(
            SUCCESSION.get(kind, kind.replace("_", " ").capitalize()),
            tuple(_view(successor, as_of, urls) for successor in group),
        )
        for kind, group in groupby(successors, key=lambda successor: successor.kind)
    )


def _view(successor: Successor, as_of: dt.date | None, urls: Urls) -> SuccessorView:
    known = successor.system in SYSTEMS and bool(successor.code)
    label = successor.display or "no single code"
    if successor.to:
        label = f"{label} to {successor.to}"
    return SuccessorView(
        label=label,
        system=system_name(successor.system),
        url=_url(successor, as_of, urls) if known else None,
        condition=successor.condition or "",
        unit_change=successor.unit_change or "",
        source=successor.source,
    )


def _url(successor: Successor, as_of: dt.date | None, urls: Urls) -> str:
    return urls.record(SYSTEMS[successor.system].kind, successor.system, successor.code, as_of)
