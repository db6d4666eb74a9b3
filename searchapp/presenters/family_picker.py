"""The members of a family below its best one: a small table of links by what they differ in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchapp.presenters.chips import Label
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import Badge, code_label, number, plural, status_badge
from searchcore.request import NOT_SPECIFIED
from searchcore.result import Hit, Result
from searchcore.schema import load_kind


@dataclass(frozen=True)
class Pick:
    """One member. `badge` is set where it is not in force on the day."""

    url: str
    code: str
    title: str
    badge: Badge | None


@dataclass(frozen=True)
class PickRow:
    """The members that share the value of the first facet in which they differ: for each column some."""

    label: str
    cells: tuple[tuple[Pick, ...], ...]


@dataclass(frozen=True)
class FamilyPicker:
    """The members of a family, the best one included; `more` says how many are not listed."""

    summary: str
    columns: tuple[str, ...]
    rows: tuple[PickRow, ...]
    more: str


def family_picker(hit: Hit, result: Result, label: Label, urls: Urls) -> FamilyPicker | None:
    """Return the picker of a hit, None where it has no other members."""
    if not hit.members_total:
        return None
    shown = sorted([hit, *hit.members], key=lambda each: each.record.code)
    group = load_kind(result.kind).groups[result.group]
    tables = [_values(shown, name, result.kind, label) for name in group.differ[:2]]
    down, across = (*tables, _Values({}, ()), _Values({}, ()))[:2]
    rows = []
    for row, row_label in down.labels.items() or [("", "")]:
        cells = tuple(
            tuple(
                _pick(each, result, urls)
                for at, each in enumerate(shown)
                if down.of(at) == row and across.of(at) == column
            )
            for column in across.labels or [""]
        )
        rows.append(PickRow(row_label, cells))
    hidden = hit.members_total - len(hit.members)
    return FamilyPicker(
        summary=_summary(hit.members_total, [down, across]),
        columns=tuple(across.labels.values()),
        rows=tuple(row for row in rows if any(row.cells)),
        more=f"and {number(hidden)} more" if hidden else "",
    )


@dataclass(frozen=True)
class _Values:
    """Labels of the values that occur, in the order in which they are shown, and the value of each member."""

    labels: Mapping[str, str]
    members: Sequence[str]

    def of(self, place: int) -> str:
        """Return the value of a member; the same of all where they do not differ."""
        return self.members[place] if self.labels else ""


def _values(members: Sequence[Hit], name: str, kind: str, label: Label) -> _Values:
    """Return the values of the members in a facet, in code order; none where they are all the same."""
    found = [str(each.record.fields.get(name) or NOT_SPECIFIED) for each in members]
    if len(set(found)) < 2:
        return _Values({}, ())
    return _Values({value: label(kind, name, value) for value in dict.fromkeys(found)}, found)


def _summary(others: int, tables: Sequence[_Values]) -> str:
    told = [[text for value, text in table.labels.items() if value != NOT_SPECIFIED] for table in tables]
    listed = [", ".join(labels) for labels in told if labels]
    return " · ".join([f"{plural(others, 'more code', 'more codes')} of this family", *listed])


def _pick(hit: Hit, result: Result, urls: Urls) -> Pick:
    record = hit.record
    day = record.valid_from if result.as_of is None else result.as_of
    return Pick(
        url=urls.record(record.kind, record.system, record.code, day),
        code=code_label(record),
        title=record.title or "",
        badge=None if record.status == "active" else status_badge(record),
    )
