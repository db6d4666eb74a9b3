"""The PTP edits among several codes: both sets apart, both orders of a pair together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from searchcore.codes import SYSTEMS, Status
from searchcore.library import Library
from searchcore.result import Hit, Record

MOST_EDITS = 400
_SETS = ("PTPPRA", "PTPOPH")
# The NCCI policy manual binds beyond the tables, so that a pair without an edit is not thereby free.
NOTE = "That there is no edit does not prove that two codes may be billed together."
CUT = "There are {} rows; only the first {} are shown and counted here, those in force before all others."


@dataclass(frozen=True)
class PairEdits:
    """The edits of one pair of codes in one set, the row in force first.

    `both_orders`: both are in force, which must not be; report both.
    """

    rows: tuple[Hit, ...]
    indicators: tuple[str, ...]
    both_orders: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        rows = [
            {**_row(hit), "indicator_label": label}
            for hit, label in zip(self.rows, self.indicators, strict=True)
        ]
        return {"rows": rows, "both_orders": self.both_orders}


@dataclass(frozen=True)
class SetEdits:
    """The edits among the codes in one set; `system` is its id."""

    system: str
    name: str
    pairs: tuple[PairEdits, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"system": self.system, "name": self.name, "pairs": [pair.as_dict() for pair in self.pairs]}


@dataclass(frozen=True)
class EditsAmong:
    """The PTP edits among several codes; `total` counts rows, of which the first are in `sets`."""

    sets: tuple[SetEdits, ...]
    total: int
    note: str = NOTE

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"total": self.total, "sets": [each.as_dict() for each in self.sets], "note": self.note}


def edits_among(library: Library, codes: Sequence[str], day: dt.date) -> EditsAmong:
    """Return the PTP edits whose two codes are both among these, in force or not."""
    records, total = library.edits_among(codes, day, MOST_EDITS)
    sets = tuple(_set(library, system, records, day) for system in _SETS)
    cut = f"{CUT.format(f'{total:,}', len(records))} " if total > len(records) else ""
    return EditsAmong(sets, total, cut + NOTE)


def _set(library: Library, system: str, records: Sequence[Record], day: dt.date) -> SetEdits:
    pairs: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        if record.system == system:
            pairs.setdefault(tuple(sorted(record.code.split("/"))), []).append(record)
    return SetEdits(system, SYSTEMS[system].name, tuple(_pair(library, rows, day) for rows in pairs.values()))


def _pair(library: Library, rows: Sequence[Record], day: dt.date) -> PairEdits:
    in_force = [record.status == Status.ACTIVE for record in rows]
    return PairEdits(
        rows=tuple(Hit(row, 0.0, carried_forward=library.carried_forward(row, day)) for row in rows),
        indicators=tuple(
            library.facet_label("ptp_edit", "indicator", str(row.fields.get("indicator") or "-"))
            for row in rows
        ),
        both_orders=sum(in_force) > 1,
    )


def _row(hit: Hit) -> dict[str, Any]:
    form, fields = hit.as_dict(), hit.record.fields
    kept = ("system", "code", "display", "status", "valid_from", "valid_from_is", "valid_to", "valid_to_is")
    return {
        **{name: form[name] for name in (*kept, "carried_forward", "release")},
        **{name: fields.get(name) for name in ("column_1", "column_2", "indicator", "rationale_text")},
    }
