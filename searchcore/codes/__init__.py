"""Codes: their shapes, spellings, systems and their status on a day."""

from searchcore.codes.shapes import (
    SYSTEMS,
    CodeSystem,
    candidates,
    display_form,
    is_cpt_number,
    normalise,
    split_modifiers,
)
from searchcore.codes.status import Status

__all__ = [
    "SYSTEMS",
    "CodeSystem",
    "Status",
    "candidates",
    "display_form",
    "is_cpt_number",
    "normalise",
    "split_modifiers",
]
