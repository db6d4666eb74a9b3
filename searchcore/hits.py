"""What the facts of a generation add to the hits of the engine: successors, and what is carried forward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from searchcore.engine import RawHit
from searchcore.lazy import LazySequence
from searchcore.opened import Opened
from searchcore.result import Hit, Record


def hits_of(opened: Opened, hits: Sequence[RawHit], as_of: dt.date | None) -> list[Hit]:
    """Return the hits of the engine with what took the place of those that ended."""
    ended = [(h.record.system, h.record.code) for h in hits if h.record.status in ("deleted", "header")]
    successors = opened.facts.successors(ended) if ended else {}

    def members(hit: RawHit) -> LazySequence:
        return LazySequence(lambda: tuple(hits_of(opened, hit.members, as_of)))

    return [
        Hit(
            record=hit.record,
            score=hit.score,
            spans=hit.spans,
            reasons=hit.reasons,
            exact=hit.exact,
            successors=successors.get((hit.record.system, hit.record.code), ()),
            carried_forward=carried_forward(opened, hit.record, as_of),
            members=members(hit) if hit.members_total else (),
            members_total=hit.members_total,
        )
        for hit in hits
    ]


def carried_forward(opened: Opened, record: Record, as_of: dt.date | None) -> str | None:
    """Return the name of the release (2024Q3) that is carried forward to the day, or None."""
    if (
        as_of is None
        or record.end != "open"
        or not record.releases
        or record.status not in ("active", "header")
    ):
        return None
    release = opened.release_ends.get(record.releases[-1])
    if release is None or release.end is None or as_of.isoformat() <= release.end:
        return None
    return release.release
