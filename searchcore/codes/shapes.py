"""Shapes of codes per system, and the spellings in which people write them.

The stored form is upper case without dots or blanks; leading zeros stay. Shape alone does not name a
system (J0120 fits HCPCS and ICD-10-CM), so `candidates` returns every system that fits and the caller
looks in all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from searchcore.codes.characters import plain, seen


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

# Names that people write before a code, and the systems that they mean. HCPCS Level I is CPT.
_NAMED = {
    "CPT": ("CPT", "CPTMOD"),
    "HCPCS": ("HCPCS", "CPT", "HCPCSMOD"),
    "ICD10": ("ICD10CM", "ICD10PCS"),
    "ICD10CM": ("ICD10CM",),
    "ICD10PCS": ("ICD10PCS",),
    "DX": ("ICD10CM",),
    "POS": ("POS",),
}
SYSTEM_NAME = re.compile(
    r"(?P<name>CPT|HCPCS|ICD[\s-]?10(?:[\s-]?(?:CM|PCS))?|DX|POS)(?:[\s:#-]+CODES?\b)?", re.IGNORECASE
)
# Glued to it (ICD10E119, CPT90862) a code begins with a digit, behind ICD10 with a letter and a digit too.
_PREFIX = re.compile(
    SYSTEM_NAME.pattern + r"(?:[\s:#-]+(?=[0-9A-Z])|(?=\d)|(?<=10|CM)(?=[A-Z]\d))", re.IGNORECASE
)
# A table of ICD-10-PCS: only where the system is named, since diagnoses look so too.
_TABLE = re.compile(r"[0-9A-HJ-NP-Z]{3}")
_FILLING = re.compile(r"[\s.]+")
_GLUED = re.compile(r"([0-9A-Z]{5})((?:[0-9][0-9A-Z]|[A-Z][0-9A-Z]){1,4})")
_MODIFIERS = re.compile(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})+)")


@dataclass(frozen=True)
class Spelling:
    """A code as somebody typed it.

    Attributes:
        code: stored form, without modifiers.
        modifiers: those that were attached to it (11042-59).
        systems: ids of the systems whose shape it fits, in the order of `SYSTEMS`.
        named: the person named these systems, by a word before the code or by a dot in it.
    """

    code: str
    modifiers: tuple[str, ...]
    systems: tuple[str, ...]
    named: bool = False


def spelling(text: str) -> Spelling:
    """Return how a text reads as a code; `systems` is empty if it has the shape of none."""
    typed = seen(plain(text)).strip()
    meant: tuple[str, ...] = ()
    while prefix := _PREFIX.match(typed):
        meant, typed = _meant(prefix["name"]), typed[prefix.end() :]
    upper = typed.upper()
    if SYSTEMS["NCD"].shape.fullmatch(upper) and (not meant or "NCD" in meant):
        return Spelling(upper, (), ("NCD",))
    code = _FILLING.sub("", upper)
    found = _MODIFIERS.fullmatch(code)
    modifiers = tuple(found[2].strip("-").split("-")) if found else ()
    code = found[1] if found else code
    systems = () if _PREFIX.match(code) else fitting(code)
    if meant == ("ICD10PCS",) and _TABLE.fullmatch(code):
        return Spelling(code, modifiers, meant, named=True)
    if "." in upper:
        return Spelling(code, modifiers, tuple(id for id in systems if SYSTEMS[id].dotted), named=True)
    chosen = tuple(id for id in systems if id in meant)
    return Spelling(code, modifiers, chosen or systems, named=bool(chosen))


@lru_cache(maxsize=20_000)
def fitting(code: str) -> tuple[str, ...]:
    """Return the ids of the systems whose shape a stored code fits."""
    return tuple(id for id, system in SYSTEMS.items() if id != "NCD" and system.shape.fullmatch(code))


def split_system_name(text: str) -> tuple[tuple[str, ...], str]:
    """Split `ICD-10 E11 9` into the systems that are named first (empty for none) and the rest."""
    prefix = _PREFIX.match(text)
    return (_meant(prefix["name"]), text[prefix.end() :]) if prefix else ((), text)


def _meant(name: str) -> tuple[str, ...]:
    return _NAMED[re.sub(r"[\s-]", "", name).upper()]


def normalise(text: str) -> str:
    """Return the stored form of a code as somebody typed it: no dots, blanks or prefix, upper case."""
    typed = seen(plain(text)).strip()
    while prefix := _PREFIX.match(typed):
        typed = typed[prefix.end() :]
    return _FILLING.sub("", typed).upper()


def split_modifiers(text: str) -> tuple[str, tuple[str, ...]]:
    """Split `11042-59-LT` into the code and its modifiers; text of another form comes back unsplit."""
    code = normalise(text)
    match = _MODIFIERS.fullmatch(code)
    return (match[1], tuple(match[2].strip("-").split("-"))) if match else (code, ())


def split_glued(code: str) -> tuple[str, tuple[str, ...]]:
    """Split `1104259LT` into the code and its modifiers, at most four; other codes come back unsplit.

    Only the loaded codes can tell whether it is meant so: codes of ICD-10-PCS look like these.
    """
    match = _GLUED.fullmatch(code)
    return (match[1], tuple(re.findall("..", match[2]))) if match else (code, ())


def candidates(text: str, kind: str | None = None) -> list[CodeSystem]:
    """Return the systems whose shape a text fits once normalised, of those that it names.

    Args:
        text: a code as typed; a dot forces ICD-10-CM (or an NCD).
        kind: keep only systems of this record kind.
    """
    found = [SYSTEMS[id] for id in spelling(text).systems]
    if kind not in (None, "coverage") and found == [SYSTEMS["NCD"]]:
        found = []  # the number of a manual section is no code of another kind
    return [system for system in found if kind is None or system.kind == kind]


def display_form(system: str, code: str) -> str:
    """Return the form that people read: ICD-10-CM with a dot after the third place, others unchanged."""
    if SYSTEMS[system].dotted and len(code) > 3:
        return f"{code[:3]}.{code[3:]}"
    return code


def is_cpt_number(code: str) -> bool:
    """Tell whether a stored code has the shape of a CPT number (its descriptor belongs to the AMA)."""
    return SYSTEMS["CPT"].shape.fullmatch(code) is not None
