"""Up and down the tree of a code on a day: ancestors, children, legal completions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from coding.detail import Link
from searchcore.codes import Status, display_form
from searchcore.facts import Facts
from searchcore.result import Record
from searchcore.validity import Bound

MOST_COMPLETIONS = 200
_MOST_HEADERS = 400
GONE = (Status.DELETED, Status.FUTURE)


def standing(versions: Sequence[dict[str, Any]], day: dt.date) -> tuple[dict[str, Any], Status]:
    """Return the row of table `node` that stands for a key on a day, and its status then.

    The rule is that of `searchcore.validity.as_of_array`.

    Args:
        versions: the rows of one key, oldest first.
        day: the as-of day.
    """
    iso = day.isoformat()
    begun = [row for row in versions if (row["valid_from"] or "") <= iso]
    live = [row for row in begun if row["valid_to"] is None or row["valid_to"] >= iso]
    if live:
        return live[-1], Status.HEADER if live[-1]["header"] else Status.ACTIVE
    if begun:
        return begun[-1], Status.DELETED
    return versions[0], Status.FUTURE if versions[0]["start"] == Bound.KNOWN else Status.UNKNOWN


def below(
    facts: Facts, system: str, parents: Sequence[str], day: dt.date
) -> list[tuple[dict[str, Any], Status]]:
    """Return the keys one level below some codes, each as it stands on a day."""
    keys: dict[str, list[dict[str, Any]]] = {}
    for row in facts.rows("node", system=system, parent=list(parents)):
        keys.setdefault(row["code"], []).append(row)
    return [standing(versions, day) for versions in keys.values()]


def ancestors(facts: Facts, record: Record, day: dt.date) -> tuple[Link, ...]:
    """Return the codes above an ICD-10 code, from the category down."""
    chain: list[Link] = []
    rows = facts.rows("node", system=record.system, code=record.code)
    parent = rows[0]["parent"] if rows else None
    while parent is not None and len(chain) < 8:
        above = facts.rows("node", system=record.system, code=parent)
        if not above:
            break
        chain.append(node_link(*standing(above, day)))
        parent = above[0]["parent"]
    return tuple(reversed(chain))


def children(facts: Facts, record: Record, day: dt.date) -> tuple[Link, ...]:
    """Return the codes one level below, those that have ended or are still to come with that status."""
    if record.kind != "code":
        return ()
    return tuple(node_link(row, status) for row, status in below(facts, record.system, [record.code], day))


def completions(facts: Facts, record: Record, day: dt.date) -> tuple[Link, ...]:
    """Return the billable codes below an ICD-10-CM header: only those that stand in the order file then."""
    if record.system != "ICD10CM" or record.fields.get("billable") == "yes":
        return ()
    found: list[Link] = []
    waiting = [record.code]
    while waiting and len(found) < MOST_COMPLETIONS:
        level = [item for item in below(facts, record.system, waiting, day) if item[1] not in GONE]
        found += [node_link(row, status) for row, status in level if not row["header"]]
        waiting = [row["code"] for row, _ in level if row["header"]][:_MOST_HEADERS]
    return tuple(sorted(found, key=lambda link: link.code)[:MOST_COMPLETIONS])


def node_link(row: dict[str, Any], status: Status) -> Link:
    """Return the link to a row of table `node`."""
    return Link(
        "code",
        row["system"],
        row["code"],
        display_form(row["system"], row["code"]),
        row["title"],
        str(status),
    )
