"""What an ICD-10-CM code lacks, and the legal codes that it can become.

The rules are those of the ICD-10-CM Official Guidelines for Coding and Reporting, sections I.A.2 to I.A.5
(categories, placeholder X, 7th characters). Which codes exist, the order file alone decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from coding.answer_parts import Choices, Problem
from coding.headline import HEADER
from coding.tree import GONE, below, node_link, standing
from searchcore.codes import Status, display_form
from searchcore.facts import Facts
from searchcore.result import Record

SYSTEM = "ICD10CM"
MOST_CHOICES = 24
_CATEGORY, _BASE, _LONGEST = 3, 6, 7

Node = tuple[dict[str, Any], Status]


def choices_below(facts: Facts, system: str, code: str, day: dt.date) -> Choices | None:
    """Return the legal billable codes below a code if they are few, else the codes one level down."""
    children = _live(facts, system, [code], day)
    if not children:
        return None
    found, waiting = _split(children)
    # Each header has a billable code below it, so that many headers mean many codes.
    while waiting and len(found) + len(waiting) <= MOST_CHOICES:
        more, waiting = _split(_live(facts, system, [row["code"] for row, _ in waiting], day))
        found += more
    if not waiting and len(found) <= MOST_CHOICES:
        return _choices("completions", found)
    return _choices("children", children)


def problem_of(facts: Facts, record: Record, day: dt.date) -> Problem | None:
    """Return why an existing ICD-10-CM code cannot be billed: it is a header, or lacks its 7th character."""
    if record.system != SYSTEM or record.status != Status.HEADER:
        return None
    characters = _seventh(record.code, _live(facts, SYSTEM, [record.code], day))
    if not characters:
        return Problem("header", HEADER)
    return Problem("missing_seventh", _missing_seventh(record.code, characters))


def problem_of_unknown(facts: Facts, code: str, day: dt.date) -> tuple[Problem, Choices | None]:
    """Return why a text with the shape of an ICD-10-CM code is not one, and the legal codes nearest to it.

    The first that holds: unknown category, missing 7th character, wrong one, missing placeholder, and else
    a code that goes on behind one that exists.
    """
    nearest = _nearest(facts, code, day)
    if nearest is None:
        said = f"No loaded release has the category {code[:_CATEGORY]}."
        return Problem("unknown_category", said), None
    row = nearest[0]
    shown = display_form(SYSTEM, row["code"])
    completions = [] if not row["header"] else _live(facts, SYSTEM, [row["code"]], day)
    characters = _seventh(row["code"], completions)
    if characters and code.ljust(_BASE, "X")[:_BASE] == row["code"].ljust(_BASE, "X"):
        if len(code) < _LONGEST:
            return Problem("missing_seventh", _missing_seventh(code, characters)), _choices(
                "completions", completions
            )
        said = f"{code[-1]} is not a 7th character of {shown}; it takes {_either(characters)}."
        return Problem("wrong_seventh", said), _choices("completions", completions)
    filled = _with_placeholders(facts, code, day)
    if filled:
        said = "The placeholder X is missing: it fills the places before the 7th character."
        return Problem("missing_placeholder", said), _choices("completions", filled)
    if row["header"]:
        begun = [child for child in completions if child[0]["code"].startswith(code)]
        if begun:
            said = f"It is the beginning of {_count(len(begun), 'code')}, and none by itself."
            return Problem("header", said), _choices("completions", begun)
        below_it = choices_below(facts, SYSTEM, row["code"], day)
        said = f"{shown} exists, but nothing below it continues so."
        return Problem("not_loaded", said), below_it or _choices("nearest", [nearest])
    said = f"{shown} is complete and takes no further characters."
    return Problem("too_long", said), _choices("nearest", [nearest])


def _nearest(facts: Facts, code: str, day: dt.date) -> Node | None:
    """Return the longest beginning of a code that is a code of the order file itself."""
    beginnings = [code[:length] for length in range(_CATEGORY, len(code))]
    found = _standing(facts, beginnings, day) if beginnings else []
    return max(found, key=lambda node: len(node[0]["code"]), default=None)


def _standing(facts: Facts, codes: Sequence[str], day: dt.date) -> list[Node]:
    versions: dict[str, list[dict[str, Any]]] = {}
    for row in facts.rows("node", system=SYSTEM, code=list(codes)):
        versions.setdefault(row["code"], []).append(row)
    return [standing(rows, day) for rows in versions.values()]


def _live(facts: Facts, system: str, parents: Sequence[str], day: dt.date) -> list[Node]:
    return [node for node in below(facts, system, parents, day) if node[1] not in GONE]


def _split(nodes: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Return the billable codes and the headers."""
    return [n for n in nodes if not n[0]["header"]], [n for n in nodes if n[0]["header"]]


def _seventh(code: str, children: Sequence[Node]) -> list[str]:
    """Return the 7th characters that complete a code, if they are all that it lacks."""
    base = code.ljust(_BASE, "X")
    codes = [row["code"] for row, _ in children]
    if len(code) > _BASE or any(len(child) != _LONGEST or child[:_BASE] != base for child in codes):
        return []
    return sorted(child[-1] for child in codes)


def _missing_seventh(code: str, characters: Sequence[str]) -> str:
    filled = len(code) < _BASE
    x = f", with X in the places up to the 6th ({display_form(SYSTEM, code.ljust(_BASE, 'X'))}…)"
    return f"The 7th character is missing{x if filled else ''}: {_either(characters)}."


def _either(characters: Sequence[str]) -> str:
    shown = list(dict.fromkeys(characters))
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _with_placeholders(facts: Facts, code: str, day: dt.date) -> list[Node]:
    """Return the billable codes that a text becomes with one run of X in it."""
    tries = {
        code[:at] + "X" * (length - len(code)) + code[at:]
        for length in range(len(code) + 1, _LONGEST + 1)
        for at in range(_CATEGORY, len(code))
    }
    found = _standing(facts, sorted(tries), day) if tries else []
    return [node for node in found if not node[0]["header"] and node[1] not in GONE]


def _choices(id: str, nodes: Sequence[Node]) -> Choices:
    links = sorted((node_link(*node) for node in nodes), key=lambda link: link.code)
    return Choices(id, tuple(links[:MOST_CHOICES]), len(links))
