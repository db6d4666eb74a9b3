"""Shapes of codes per system, and the spellings in which people write them.

The stored form is upper case without dots or blanks; leading zeros stay. Shape alone does not name a
system (J0120 fits HCPCS and ICD-10-CM), so `candidates` returns every system that fits and the caller
looks in all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class CodeSystem:
    """One code system: its id, its name for people, the kind of its records and its stored shape."""

    id: str
    name: str
    kind: str
    shape: re.Pattern[str]
    dotted: bool = False


def _system(id: str, name: str, kind: str, shape: str, dotted: bool = False) -> CodeSystem:
    return CodeSystem(id, name, kind, re.compile(shape), dotted)


SYSTEMS: dict[str, CodeSystem] = {
    system.id: system
    for system in (
        # Since FY2026 (QA0, QA00101) the second place may hold an A, then a digit.
        _system("ICD10CM", "ICD-10-CM", "code", r"^[A-Z](?:\d[0-9A-Z]|A\d)[0-9A-Z]{0,4}$", dotted=True),
        _system("ICD10PCS", "ICD-10-PCS", "code", r"^[0-9A-HJ-NP-Z]{7}$"),
        _system("HCPCS", "HCPCS Level II", "code", r"^[A-V]\d{4}$"),
        _system("CPT", "CPT", "code", r"^\d{4}[0-9AFTUM]$"),
        _system("HCPCSMOD", "HCPCS modifier", "modifier", r"^[A-Z][0-9A-Z]$"),
        _system("CPTMOD", "CPT modifier", "modifier", r"^(\d\d|P[1-6]|[1238]P)$"),
        _system("POS", "Place of service", "modifier", r"^\d\d$"),
        _system("PTPPRA", "NCCI PTP, practitioner", "ptp_edit", r"^[0-9A-Z]{5}/[0-9A-Z]{5}$"),
        _system("PTPOPH", "NCCI PTP, outpatient hospital", "ptp_edit", r"^[0-9A-Z]{5}/[0-9A-Z]{5}$"),
        _system("LCD", "Local coverage determination", "coverage", r"^D?L\d{5}$"),
        _system("ARTICLE", "Billing and coding article", "coverage", r"^A\d{5}$"),
        _system("NCD", "National coverage determination", "coverage", r"^\d{1,3}(\.\d{1,3}){1,2}$"),
    )
}

_PREFIX = re.compile(r"^(CPT|HCPCS|ICD-?10-?(CM|PCS)?|DX|POS)[\s:#-]*(?=[0-9A-Z])", re.IGNORECASE)
_MODIFIERS = re.compile(r"^([0-9A-Z]{5})((?:-[0-9A-Z]{2})+)$")


def normalise(text: str) -> str:
    """Return the stored form of a code as somebody typed it: no dots, blanks or prefix, upper case."""
    bare = _PREFIX.sub("", text.strip())
    return re.sub(r"[\s.]", "", bare).upper()


def split_modifiers(text: str) -> tuple[str, tuple[str, ...]]:
    """Split `11042-59-LT` into the code and its modifiers; text of another form comes back unsplit."""
    match = _MODIFIERS.match(normalise(text))
    if not match:
        return normalise(text), ()
    return match[1], tuple(match[2].strip("-").split("-"))


def candidates(text: str, kind: str | None = None) -> list[CodeSystem]:
    """Return the systems whose shape a text fits once normalised; a dot forces ICD-10-CM (or an NCD).

    Args:
        text: a code as typed.
        kind: keep only systems of this record kind.
    """
    typed = _PREFIX.sub("", text.strip()).upper()
    if kind in (None, "coverage") and SYSTEMS["NCD"].shape.match(typed):
        found = [SYSTEMS["NCD"]]
    else:
        code, _ = split_modifiers(text)
        dotted = "." in typed
        found = [
            s for s in SYSTEMS.values() if s.id != "NCD" and s.shape.match(code) and (s.dotted or not dotted)
        ]
    return [system for system in found if kind is None or system.kind == kind]


def display_form(system: str, code: str) -> str:
    """Return the form that people read: ICD-10-CM with a dot after the third place, others unchanged."""
    if SYSTEMS[system].dotted and len(code) > 3:
        return f"{code[:3]}.{code[3:]}"
    return code


def is_cpt_number(code: str) -> bool:
    """Tell whether a stored code has the shape of a CPT number (its descriptor belongs to the AMA)."""
    return SYSTEMS["CPT"].shape.match(code) is not None
