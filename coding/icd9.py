"""ICD-9-CM numbers and what the General Equivalence Mappings (GEMs) of CMS make of them.

CMS maintained the GEMs until fiscal year 2018. A mapping is a combination where it takes one code from each
of several choice lists of a scenario; it is never flattened to pairs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from coding.answer_parts import Icd9Answer, Icd9Target
from coding.detail import Link
from coding.tree import standing
from searchcore.codes import SYSTEMS, display_form
from searchcore.facts import Facts

NOTE = "The mappings (GEMs) ended with 2018: approximate, and not current after that."
UNMAPPED = "No loaded file maps it to ICD-10."
_TARGETS = {"gem-cm-9to10": ("diagnosis", "ICD10CM"), "gem-pcs-9to10": ("procedure", "ICD10PCS")}
_STORED = re.compile(r"\d{3,5}|V\d{2,4}|E\d{3,4}")
# With a dot: diagnoses after the 3rd character (E codes after the 4th), procedures after the 2nd.
_DOTTED = re.compile(r"(?P<diagnosis>\d{3}\.\d{1,2}|V\d\d\.\d{1,2}|E\d{3}\.\d)|(?P<procedure>\d\d\.\d{1,2})")


def icd9_answers(facts: Facts, text: str, day: dt.date) -> tuple[Icd9Answer, ...]:
    """Return what a text means as an ICD-9-CM diagnosis, procedure or both; nothing if it is neither.

    Args:
        facts: of the served generation.
        text: as typed; a dot tells diagnoses and procedures apart.
        day: the status of the ICD-10 codes is that of this day.
    """
    typed = text.strip().upper()
    dotted = _DOTTED.fullmatch(typed)
    code = typed.replace(".", "")
    if not _STORED.fullmatch(code) or ("." in typed and not dotted):
        return ()
    titles = {row["code_type"]: row["title"] for row in facts.rows("icd9_titles", code=code)}
    mapped: dict[str, list[dict[str, Any]]] = {}
    for row in facts.rows("gem", source=code):
        kind = _TARGETS.get(row["release"].partition("/")[0])
        if kind:
            mapped.setdefault(kind[0], []).append(row)
    wanted = [dotted.lastgroup or ""] if dotted else ["diagnosis", "procedure"]
    types = [each for each in wanted if each in mapped or each in titles]
    return tuple(_answer(facts, code, each, titles.get(each), mapped.get(each, []), day) for each in types)


def _answer(
    facts: Facts, code: str, kind: str, title: str | None, rows: Sequence[dict[str, Any]], day: dt.date
) -> Icd9Answer:
    rows = [row for row in rows if row["release"] == rows[-1]["release"]]
    system = next(system for name, system in _TARGETS.values() if name == kind)
    targets = _targets(facts, system, [row for row in rows if not row["no_map"]], day)
    scenarios: dict[int, dict[int, list[Icd9Target]]] = {}
    for row in rows:
        if row["combination"] and not row["no_map"]:
            lists = scenarios.setdefault(row["scenario"], {})
            lists.setdefault(row["choice"], []).append(targets[row["row"]])
    return Icd9Answer(
        code=code,
        display=_display(code, kind),
        title=title,
        type=kind,
        targets=tuple(targets[row["row"]] for row in rows if not row["no_map"] and not row["combination"]),
        combinations=tuple(
            tuple(tuple(lists[choice]) for choice in sorted(lists)) for _, lists in sorted(scenarios.items())
        ),
        no_match=any(row["no_map"] for row in rows),
        note=NOTE if rows else UNMAPPED,
        source=tuple(dict.fromkeys(f"{row['release']}#{row['row']}" for row in rows)),
    )


def _targets(
    facts: Facts, system: str, rows: Sequence[dict[str, Any]], day: dt.date
) -> dict[int, Icd9Target]:
    """Return the target of each row, by the number of the row; its status is that of the day."""
    versions: dict[str, list[dict[str, Any]]] = {}
    for node in facts.rows("node", system=system, code=[row["target"] for row in rows]) if rows else []:
        versions.setdefault(node["code"], []).append(node)
    found = {}
    for row in rows:
        code, known = row["target"], versions.get(row["target"])
        node, status = standing(known, day) if known else ({"title": None}, "unknown")
        shown = display_form(system, code)
        link = Link(SYSTEMS[system].kind, system, code, shown, node["title"], str(status))
        found[row["row"]] = Icd9Target(link, bool(row["approximate"]))
    return found


def _display(code: str, kind: str) -> str:
    at = 2 if kind == "procedure" else 4 if code.startswith("E") else 3
    return f"{code[:at]}.{code[at:]}" if len(code) > at else code
