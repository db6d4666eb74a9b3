"""Codes: their shapes, spellings, systems and their status on a day."""

from searchcore.codes.characters import plain, seen
from searchcore.codes.shapes import (
    SYSTEM_NAME,
    SYSTEMS,
    CodeSystem,
    candidates,
    display_form,
    fitting,
    is_cpt_number,
    normalise,
    spelling,
    split_glued,
    split_modifiers,
    split_system_name,
)
from searchcore.codes.status import Status

__all__ = [
    "SYSTEMS",
    "SYSTEM_NAME",
    "CodeSystem",
    "Status",
    "candidates",
    "display_form",
    "fitting",
    "is_cpt_number",
    "normalise",
    "plain",
    "seen",
    "spelling",
    "split_glued",
    "split_modifiers",
    "split_system_name",
]
