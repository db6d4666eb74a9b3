"""The page of one record as plain data: what the web page, the terminal and `show --json` all show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from searchcore.result import Hit, Record, Successor


@dataclass(frozen=True)
class Link:
    """A record to go to. `status` is its status on the page's day, empty if not known."""

    kind: str
    system: str
    code: str
    display: str
    title: str | None = None
    status: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Cell:
    """One cell of a section's table; `link` where it names a record."""

    text: str
    link: Link | None = None


@dataclass(frozen=True)
class Section:
    """One table or list of the page.

    Attributes:
        id: stable name (`notes`, `mue`, `fee_schedule`, `edits`, `add_on`, `seventh_character`, ...).
        title: heading for people.
        columns: headings; empty for a plain list with one cell a row.
        rows: cells.
        source: `release#row` texts, or a short sentence, that say where it comes from.
        note: a caution for people, or empty.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: tuple[str, ...] = ()
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: rows as objects by column (or plain texts in a list)."""
        if self.columns:
            rows: list[Any] = [
                dict(zip(self.columns, (cell.text for cell in row), strict=True)) for row in self.rows
            ]
        else:
            rows = [row[0].text for row in self.rows]
        return {
            "id": self.id,
            "title": self.title,
            "rows": rows,
            "source": list(self.source),
            "note": self.note,
        }


@dataclass(frozen=True)
class Detail:
    """Everything about one record on one day.

    Attributes:
        record: the version that stands for the key on the day.
        headline: what must be said at first sight (deleted, header, carried forward), most urgent first.
        successors: what took its place, with conditions.
        ancestors: from the top of the tree down; children: one level down.
        completions: legal billable codes below a header or an incomplete ICD-10-CM code.
        next_to: the records before and behind it, under the same parent or in code order.
        alike: records whose titles share the most with its own.
        elsewhere: the same bare code in other systems.
        versions: all versions of the key, oldest first.
        sections: the rest.
    """

    record: Record
    headline: tuple[str, ...] = ()
    carried_forward: str | None = None
    successors: tuple[Successor, ...] = ()
    ancestors: tuple[Link, ...] = ()
    children: tuple[Link, ...] = ()
    completions: tuple[Link, ...] = ()
    next_to: tuple[Link, ...] = ()
    alike: tuple[Link, ...] = ()
    elsewhere: tuple[Link, ...] = ()
    versions: tuple[Record, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    def as_dict(self, as_of: dt.date, generation: str) -> dict[str, Any]:
        """Return the documented JSON form: the fields of a hit, and everything below it."""
        hit = Hit(self.record, 0.0, (), self.successors, self.carried_forward, exact=True).as_dict()
        for name in ("score", "highlight", "exact", "why"):
            del hit[name]
        return {
            **hit,
            "as_of": as_of.isoformat(),
            "generation": generation,
            "headline": list(self.headline),
            "fields": dict(self.record.fields),
            "origins": dict(self.record.origins),
            "releases": list(self.record.releases),
            "ancestors": [link.as_dict() for link in self.ancestors],
            "children": [link.as_dict() for link in self.children],
            "completions": [link.as_dict() for link in self.completions],
            "next_to": [link.as_dict() for link in self.next_to],
            "alike": [link.as_dict() for link in self.alike],
            "elsewhere": [link.as_dict() for link in self.elsewhere],
            "versions": [_version(record) for record in self.versions],
            "sections": [section.as_dict() for section in self.sections],
        }


def _version(record: Record) -> dict[str, Any]:
    return {
        "title": record.title,
        "header": record.fields.get("billable") == "no",
        "valid_from": record.valid_from.isoformat() if record.valid_from else None,
        "valid_from_is": record.start,
        "valid_to": record.valid_to.isoformat() if record.valid_to else None,
        "valid_to_is": record.end,
        "releases": list(record.releases),
    }
