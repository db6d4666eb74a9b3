"""What is said of one typed code: as every system has it, or why no loaded release does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from coding import icd_completion, pcs_completion
from coding.answer_parts import Choices, CodeAnswer, FoundCode, NotLoaded, Problem
from coding.detail import Link, Section
from coding.headline import headline
from coding.icd9 import icd9_answers
from coding.procedure_sections import add_on, fee_schedule, mue
from coding.releases import releases_searched
from coding.typed_codes import TypedCode
from searchcore.codes import SYSTEMS, Status
from searchcore.library import Library
from searchcore.result import Hit, Record
from searchcore.schema import KINDS

_TREES = ("ICD10CM", "ICD10PCS")
_PROCEDURES = ("HCPCS", "CPT")
_MODIFIERS = ("HCPCSMOD", "CPTMOD")
_NEIGHBOURS = 2
_SECTIONS: dict[str, Callable[[Library, Record, dt.date], Section]] = {
    "mue": mue,
    "add_on": add_on,
    "fee_schedule": fee_schedule,
}


def code_answer(
    library: Library,
    typed: TypedCode,
    day: dt.date,
    *,
    alone: bool,
    systems: Sequence[str] = (),
    sections: Sequence[str] = (),
    brief: bool = False,
) -> CodeAnswer | None:
    """Return what is said of a typed code; None if it is rather a word of the text than a code.

    Args:
        library: the served generation.
        typed: the code.
        day: the day asked about.
        alone: the text has nothing but codes. Beside words, a modifier is none, and a code that is not
            loaded only if it has a dot.
        systems: only these.
        sections: ids of sections of its page to show with it.
        brief: one of many codes: without choices.
    """
    wanted = [name for name in typed.systems if not systems or name in systems]
    if not alone:
        wanted = [name for name in wanted if SYSTEMS[name].kind != "modifier"]
    records = _records(library, typed.code, wanted if typed.systems else None, day)
    certain = alone or "." in typed.text
    icd9 = icd9_answers(library.facts, typed.text, day) if certain and not systems else ()
    missing = None
    if not records and not icd9:
        if not certain or not wanted:
            return None
        missing = _not_loaded(library, typed.code, wanted, day, brief)
    return CodeAnswer(
        text=typed.text,
        code=typed.code,
        found=tuple(_found(library, record, day, sections, brief) for record in records),
        modifiers=tuple(
            _found(library, record, day, (), True)
            for modifier in typed.modifiers
            for record in library.representatives("modifier", modifier, _MODIFIERS, day)
        ),
        not_loaded=missing,
        icd9=icd9,
    )


def _records(library: Library, code: str, systems: Sequence[str] | None, day: dt.date) -> list[Record]:
    """Return the record of each system that has the code; without systems, of any system of codes."""
    if systems is None:
        return library.representatives("code", code, None, day)
    found: list[Record] = []
    for kind in KINDS:
        fitting = [name for name in systems if SYSTEMS[name].kind == kind]
        if fitting:
            found += library.representatives(kind, code, fitting, day)
    return found


def _found(library: Library, record: Record, day: dt.date, sections: Sequence[str], brief: bool) -> FoundCode:
    facts, key = library.facts, (record.system, record.code)
    ended = record.status in (Status.DELETED, Status.HEADER)
    successors = facts.successors([key]).get(key, ()) if ended else ()
    carried = library.carried_forward(record, day)
    choices = None
    if record.system in _TREES and record.status == Status.HEADER and not brief:
        choices = icd_completion.choices_below(facts, record.system, record.code, day)
    shown = [_SECTIONS[id](library, record, day) for id in sections if record.system in _PROCEDURES]
    return FoundCode(
        hit=Hit(record, 0.0, (), successors, carried, exact=True),
        headline=headline(facts, record, successors, carried, day),
        problem=icd_completion.problem_of(facts, record, day),
        choices=choices,
        sections=tuple(shown),
    )


def _not_loaded(library: Library, code: str, systems: Sequence[str], day: dt.date, brief: bool) -> NotLoaded:
    problems: list[Problem] = []
    choices: list[Choices] = []
    for system in systems:
        problem, near = (None, None) if brief else _why(library, code, system, day)
        if problem:
            name = f"{SYSTEMS[system].name}: " if len(systems) > 1 else ""
            problems.append(Problem(problem.id, name + problem.text))
        choices += [near] if near else []
    return NotLoaded(
        systems=tuple(SYSTEMS[system].name for system in systems),
        releases=releases_searched(library, systems),
        problems=tuple(problems),
        choices=tuple(choices),
    )


def _why(library: Library, code: str, system: str, day: dt.date) -> tuple[Problem | None, Choices | None]:
    """Return why a system has no such code, where the loaded files can tell, and codes near to it."""
    if system in _TREES and not releases_searched(library, [system]):
        return None, None
    if system == "ICD10CM":
        return icd_completion.problem_of_unknown(library.facts, code, day)
    if system == "ICD10PCS":
        return pcs_completion.problem_of_unknown(library.facts, code, day)
    if system not in _PROCEDURES:
        return None, None
    before, behind = library.beside("code", system, code, day, _NEIGHBOURS)
    links = tuple(record_link(record) for record in (*before, *behind))
    return None, Choices("nearest", links, len(links)) if links else None


def record_link(record: Record) -> Link:
    """Return the link to a record."""
    return Link(record.kind, record.system, record.code, record.display, record.title, record.status)
