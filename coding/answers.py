"""What a coder gets beside the list of hits: exact codes, edits among them, ICD-9-CM, the kind asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coding.answer_parts import CodeAnswer, HeaderBelow
from coding.code_lists import EditsAmong, edits_among
from coding.exact_code import code_answer, record_link
from coding.icd_completion import choices_below
from coding.kinds_asked import KindAsked, ShownAs, kind_asked, shown_as
from coding.typed_codes import TypedCodes, spelled_by, typed_codes
from searchcore.codes import SYSTEMS, Status
from searchcore.library import Library
from searchcore.request import Request
from searchcore.result import Hit, Result
from searchcore.schema import load_kind

MOST_CODES = 500
_MOST_IN_FULL = 5
_MOST_HEADERS = 3


@dataclass(frozen=True)
class Answers:
    """What stands beside the hits of one search.

    Attributes:
        shown_as: the kind that the text asked for by name, and what is found there.
        codes: of each typed code what there is to say, in the order typed.
        codes_left_out: how many typed codes are not among them, because there are too many.
        edits: the PTP edits among the codes, where there are several procedure codes.
        headers: of the first ICD-10 headers among the hits, the codes below them.
    """

    shown_as: ShownAs | None = None
    codes: tuple[CodeAnswer, ...] = ()
    codes_left_out: int = 0
    edits: EditsAmong | None = None
    headers: tuple[HeaderBelow, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_ANSWERS

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "shown_as": self.shown_as.as_dict() if self.shown_as else None,
            "codes": [answer.as_dict() for answer in self.codes],
            "codes_left_out": self.codes_left_out,
            "edits": self.edits.as_dict() if self.edits else None,
            "headers": [each.as_dict() for each in self.headers],
        }


NO_ANSWERS = Answers()


def answers_for(library: Library, request: Request, result: Result | None = None) -> Answers:
    """Return what stands beside the hits of a search. Where all dates are asked for, the day is today.

    It does not depend on filters, order and page, nor on the kind that is searched.

    Args:
        library: the served generation.
        request: what was asked.
        result: what was found; without it nothing is said of headers among the hits, and a word that looks
            like a code is taken for one.
    """
    day = request.as_of or dt.date.today()
    asked = kind_asked(request.text)
    text = asked[1] if asked else request.text
    typed = typed_codes(text, load_kind(request.kind))
    if result:
        typed = spelled_by(text, typed, result.hits)
    headers = headers_below(library, result.hits, typed, day) if result else ()
    if asked is None and not typed.codes:
        return Answers(headers=headers) if headers else NO_ANSWERS
    codes = _codes(library, typed, asked[0] if asked else None, day)
    if result and _is_word(typed, result):
        codes = tuple(answer for answer in codes if not answer.not_loaded)
    return Answers(
        shown_as=shown_as(library, *asked, request.as_of) if asked else None,
        codes=codes,
        codes_left_out=max(0, len(typed.codes) - MOST_CODES),
        edits=_edits(library, typed, day),
        headers=headers,
    )


def _is_word(typed: TypedCodes, result: Result) -> bool:
    """Tell whether the one code typed is a word that texts have, such as A1c, H1N1 or B12."""
    if len(typed.codes) != 1 or "." in typed.codes[0].text or not result.hits or result.complete == 0:
        return False
    return not result.hits[0].record.code.startswith(typed.codes[0].code)


def headers_below(
    library: Library, hits: Sequence[Hit], typed: TypedCodes, day: dt.date
) -> tuple[HeaderBelow, ...]:
    """Return the codes below the first headers among some hits.

    Those of the codes that were typed, and of what stands below them, are said of these codes.
    """
    asked = tuple(each.code for each in typed.codes)
    headers = [
        hit.record
        for hit in hits
        if hit.record.status == Status.HEADER and not hit.record.code.startswith(asked)
    ]
    found = []
    for record in headers[:_MOST_HEADERS]:
        choices = choices_below(library.facts, record.system, record.code, day)
        if choices:
            found.append(HeaderBelow(record_link(record), choices))
    return tuple(found)


def _codes(
    library: Library, typed: TypedCodes, asked: KindAsked | None, day: dt.date
) -> tuple[CodeAnswer, ...]:
    answers = [
        code_answer(
            library,
            each,
            day,
            alone=typed.alone,
            systems=asked.systems if asked else (),
            sections=asked.sections if asked else (),
            brief=len(typed.codes) > _MOST_IN_FULL,
        )
        for each in typed.codes[:MOST_CODES]
    ]
    return tuple(answer for answer in answers if answer)


def _edits(library: Library, typed: TypedCodes, day: dt.date) -> EditsAmong | None:
    shapes = (SYSTEMS["CPT"].shape, SYSTEMS["HCPCS"].shape)
    procedures = [each.code for each in typed.codes if any(shape.fullmatch(each.code) for shape in shapes)]
    return edits_among(library, procedures, day) if len(procedures) > 1 else None
