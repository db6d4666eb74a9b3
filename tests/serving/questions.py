"""Questions that touch every kind and every part of the engine, and answers that can be compared."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from coding.describe import describe
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS

DAY = dt.date(2026, 7, 1)
TEXTS = (
    "",
    "knee",
    "diabetes kidney",
    '"heart failure"',
    "hemorrh*",
    "fractur -femur",
    "E11.9",
    "11042",
    "29881 or J1030",
)
REQUESTS = [
    Request(text, kind, as_of=day)
    for kind in KINDS
    for text in TEXTS
    for day in (DAY, dt.date(2019, 2, 3), None)
]
FILTERED = [
    Request("", "code", (("system", ("HCPCS", "CPT")),), DAY, sort="title"),
    Request("injection", "code", (("status", ("active",)), ("system", ("HCPCS",))), DAY, page=2, per_page=3),
    Request("knee", "code", (("billable", ("yes",)),), None),
    Request("fracture", "code", as_of=DAY, group="family"),
    Request("", "code", (("system", ("ICD10CM",)),), None, sort="code", group="family"),
]
PAGES = ("90862", "J1030", "29881", "E11.22")


def answer(library: Library, request: Request) -> str:
    """Return the whole answer to a request but for the time that it took."""
    form = library.search(request).as_dict()
    del form["took_ms"]
    return json.dumps(form, sort_keys=True)


def page(library: Library, code: str) -> str:
    """Return the pages of a code: they are put together from many questions to facts and indexes."""
    forms = [detail.as_dict(DAY, library.generation) for detail in describe(library, code, as_of=DAY)]
    return json.dumps(forms, sort_keys=True, default=str)


def answers(library: Library, requests: Iterable[Request] = (*REQUESTS, *FILTERED)) -> list[Any]:
    """Return the answers to all requests, and all pages."""
    return [*(answer(library, each) for each in requests), *(page(library, code) for code in PAGES)]
