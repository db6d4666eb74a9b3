"""Puts the page of a record together: the version of the day, what it means, and every fact about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from coding.coverage_sections import coverage_sections
from coding.detail import Detail, Section
from coding.edit_sections import edit_sections
from coding.exact_code import record_link
from coding.headline import headline
from coding.icd_sections import icd_sections
from coding.near_codes import alike, next_to
from coding.procedure_sections import procedure_sections
from coding.provenance import provenance_section
from coding.releases import releases_searched
from coding.tree import ancestors, children, completions
from searchcore.codes import SYSTEMS, candidates, split_modifiers
from searchcore.errors import NotFoundError
from searchcore.library import Library
from searchcore.result import Record
from searchcore.schema import KINDS

_ICD = ("ICD10CM", "ICD10PCS")
_PROCEDURES = ("HCPCS", "CPT")


def describe(
    library: Library,
    code: str,
    *,
    kind: str | None = None,
    system: str | None = None,
    as_of: dt.date | None = None,
) -> list[Detail]:
    """Return the page of each record that a code names, one per system that knows it.

    Args:
        library: the served generation.
        code: in any spelling; of an edit `11042/97597`.
        kind, system: keep only these.
        as_of: the day; today by default.

    Raises:
        NotFoundError: no loaded release has the code. Its message says where was searched.
    """
    day = as_of or dt.date.today()
    stored, _ = split_modifiers(code)
    wanted = [found.id for found in candidates(code, kind) if system in (None, found.id)] or (
        [system] if system else []
    )
    records = _known(library, stored, wanted, KINDS if kind is None else (kind,), day)
    if not records:
        raise _not_found(library, code, wanted)
    everywhere = records
    if kind is not None or system is not None:
        everywhere = _known(library, stored, [found.id for found in candidates(code)], KINDS, day)
    return [_detail(library, record, everywhere, day) for record in records]


def _known(
    library: Library, stored: str, systems: Sequence[str], kinds: Sequence[str], day: dt.date
) -> list[Record]:
    """Return the record of each of these systems that knows the code."""
    records: list[Record] = []
    for kind in kinds:
        fitting = [name for name in systems if name in SYSTEMS and SYSTEMS[name].kind == kind]
        if fitting:
            records += library.representatives(kind, stored, fitting, day)
    return records


def _not_found(library: Library, code: str, systems: Sequence[str]) -> NotFoundError:
    names = ", ".join(SYSTEMS[name].name for name in systems if name in SYSTEMS)
    searched = ", ".join(releases_searched(library, systems))
    what = f"{code.strip()[:60]!r} is in none of the loaded releases"
    if not names:
        return NotFoundError(
            f"{code.strip()[:60]!r} does not have the shape of a code", mend="search for words instead"
        )
    return NotFoundError(what, mend=f"looked for {names} in {searched or 'the hand-kept facts'}")


def _detail(library: Library, record: Record, found: Sequence[Record], day: dt.date) -> Detail:
    facts = library.facts
    versions = library.versions(record.kind, record.code, [record.system], day)
    successors = facts.successors([(record.system, record.code)]).get((record.system, record.code), ())
    if record.status not in ("deleted", "header"):
        successors = ()
    above, below = ancestors(facts, record, day), children(facts, record, day)
    beside = next_to(library, record, day)
    shown = frozenset(link.code for link in (*above, *below, *beside))
    carried = library.carried_forward(record, day)
    return Detail(
        record=record,
        headline=headline(facts, record, successors, carried, day),
        carried_forward=carried,
        successors=successors,
        ancestors=above,
        children=below,
        completions=completions(facts, record, day),
        next_to=beside,
        alike=alike(library, record, day, shown),
        elsewhere=tuple(record_link(other) for other in found if other.system != record.system),
        versions=tuple(versions),
        sections=tuple(section for section in _sections(library, record, day) if section.rows),
    )


def _sections(library: Library, record: Record, day: dt.date) -> list[Section]:
    sections: list[Section] = []
    if record.system in _ICD:
        sections += icd_sections(library, record, day)
    elif record.system in _PROCEDURES:
        sections += procedure_sections(library, record, day)
    elif record.kind == "ptp_edit":
        sections += edit_sections(library, record, day)
    elif record.kind == "coverage":
        sections += coverage_sections(library, record)
    return [*sections, provenance_section(library, record)]
