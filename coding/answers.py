"""What a coder gets beside the list of hits: exact codes, edits among them, ICD-9-CM, the kind asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from coding.answer_parts import CodeAnswer
from coding.code_lists import EditsAmong, edits_among
from coding.exact_code import code_answer
from coding.kinds_asked import ShownAs, kind_asked, shown_as
from coding.typed_codes import TypedCodes, typed_codes
from searchcore.codes import SYSTEMS
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import load_kind

MOST_CODES = 500
_MOST_IN_FULL = 5


@dataclass(frozen=True)
class Answers:
    """What stands beside the hits of one search.

    Attributes:
        shown_as: the kind that the text asked for by name, and what is found there.
        codes: of each typed code what there is to say, in the order typed.
        codes_left_out: how many typed codes are not among them, because there are too many.
        edits: the PTP edits among the codes, where there are several procedure codes.
    """

    shown_as: ShownAs | None = None
    codes: tuple[CodeAnswer, ...] = ()
    codes_left_out: int = 0
    edits: EditsAmong | None = None

    def __bool__(self) -> bool:
        return self != NO_ANSWERS

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "shown_as": self.shown_as.as_dict() if self.shown_as else None,
            "codes": [answer.as_dict() for answer in self.codes],
            "codes_left_out": self.codes_left_out,
            "edits": self.edits.as_dict() if self.edits else None,
        }


NO_ANSWERS = Answers()


def answers_for(library: Library, request: Request) -> Answers:
    """Return what stands beside the hits of a search. Where all dates are asked for, the day is today.

    It does not depend on filters, order and page, nor on the kind that is searched.
    """
    day = request.as_of or dt.date.today()
    asked = kind_asked(request.text)
    text = asked[1] if asked else request.text
    typed = typed_codes(text, load_kind(request.kind))
    if asked is None and not typed.codes:
        return NO_ANSWERS
    shown = shown_as(library, *asked, request.as_of) if asked else None
    systems, sections = (asked[0].systems, asked[0].sections) if asked else ((), ())
    brief = len(typed.codes) > _MOST_IN_FULL
    answers = [
        code_answer(library, each, day, alone=typed.alone, systems=systems, sections=sections, brief=brief)
        for each in typed.codes[:MOST_CODES]
    ]
    return Answers(
        shown_as=shown,
        codes=tuple(answer for answer in answers if answer),
        codes_left_out=max(0, len(typed.codes) - MOST_CODES),
        edits=_edits(library, typed, day),
    )


def _edits(library: Library, typed: TypedCodes, day: dt.date) -> EditsAmong | None:
    shapes = (SYSTEMS["CPT"].shape, SYSTEMS["HCPCS"].shape)
    procedures = [each.code for each in typed.codes if any(shape.match(each.code) for shape in shapes)]
    return edits_among(library, procedures, day) if len(procedures) > 1 else None
