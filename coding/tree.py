"""Up and down the tree of a code: ancestors, children, legal completions."""

from __future__ import annotations

from typing import Any

from coding.detail import Link
from searchcore.codes import display_form
from searchcore.facts import Facts
from searchcore.result import Record

MOST_COMPLETIONS = 200


def _link(row: dict[str, Any]) -> Link:
    status = "header" if row["header"] else "active"
    return Link(
        "code", row["system"], row["code"], display_form(row["system"], row["code"]), row["title"], status
    )


def ancestors(facts: Facts, record: Record) -> tuple[Link, ...]:
    """Return the codes above an ICD-10 code, from the category down."""
    chain: list[Link] = []
    rows = facts.rows("node", system=record.system, code=record.code)
    parent = rows[0]["parent"] if rows else None
    while parent is not None and len(chain) < 8:
        above = facts.rows("node", system=record.system, code=parent)
        if not above:
            break
        chain.append(_link(above[0]))
        parent = above[0]["parent"]
    return tuple(reversed(chain))


def children(facts: Facts, record: Record) -> tuple[Link, ...]:
    """Return the codes one level below."""
    if record.kind != "code":
        return ()
    return tuple(_link(row) for row in facts.rows("node", system=record.system, parent=record.code))


def completions(facts: Facts, record: Record) -> tuple[Link, ...]:
    """Return the billable codes below an ICD-10-CM header: only those that exist in the order file."""
    if record.system != "ICD10CM" or record.fields.get("billable") == "yes":
        return ()
    found: list[Link] = []
    waiting = [record.code]
    while waiting and len(found) < MOST_COMPLETIONS:
        for row in facts.rows("node", system=record.system, parent=waiting):
            if not row["header"]:
                found.append(_link(row))
        waiting = [
            row["code"] for row in facts.rows("node", system=record.system, parent=waiting) if row["header"]
        ][:400]
    return tuple(sorted(found, key=lambda link: link.code)[:MOST_COMPLETIONS])
