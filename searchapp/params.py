"""From URL parameters to a `Request`: hostile values are cleaned or refused before anything is asked."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from searchapp.presenters.facet_page import ORDERS, FacetQuestion
from searchapp.presenters.urls import UNGROUPED
from searchcore.errors import NotFoundError, QueryError
from searchcore.request import Request, parse_as_of, request_from_params
from searchcore.schema import KINDS, Facet, load_kind

# Every link of a page repeats the text and the filters, so their size bounds the size of a page.
MAX_PAGE_TEXT = 4_000
MAX_VALUES = 60
MAX_VALUE_LENGTH = 200
MAX_PARTS = 1_000_000
MAX_SUGGESTED = 10
MAX_SUGGEST_TEXT = 200

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Asked:
    """A request, and what had to be changed in the parameters to make it."""

    request: Request
    cautions: tuple[str, ...] = ()


def asked(
    args: MultiDict[str, str], *, kind: str | None = None, max_text: int | None = MAX_PAGE_TEXT
) -> Asked:
    """Return the request that URL parameters ask for.

    Args:
        args: the parameters as they came.
        kind: taken from the path, where the path names it.
        max_text: longest text; a longer one is cut and a caution says so.

    Raises:
        QueryError: a value does not fit, or there are too many.
    """
    params = {clean(name): [clean(value) for value in values] for name, values in args.lists()}
    chosen = [value for name, values in params.items() if name.startswith("f.") for value in values]
    if len(chosen) > MAX_VALUES:
        raise QueryError(
            f"{len(chosen)} facet values are selected", mend=f"select at most {MAX_VALUES} at a time"
        )
    if any(len(value) > MAX_VALUE_LENGTH for value in chosen):
        raise QueryError("a selected facet value is too long", mend="choose values from the facets shown")
    cautions: tuple[str, ...] = ()
    text = (params.get("q") or [""])[-1]
    if max_text and len(text) > max_text:
        params["q"] = [text[:max_text]]
        cautions = (f"The text was cut to its first {max_text:,} characters; the JSON API takes more.",)
    return Asked(request_from_params(params, kind=kind), cautions)


def asked_on_page(args: MultiDict[str, str], *, kind: str | None = None) -> Asked:
    """Return the request that the parameters of a page ask for: hits are grouped where nothing else is said.

    Raises:
        QueryError: a value does not fit, or there are too many.
    """
    chosen = kind or args.get("kind") or "code"
    named = args.get("group")
    if named == UNGROUPED or (not named and chosen in KINDS):
        usual = "" if named or chosen not in KINDS else load_kind(chosen).page_group
        args = MultiDict([pair for pair in args.items(multi=True) if pair[0] != "group"] + [("group", usual)])
    return asked(args, kind=kind)


def facet_asked(args: MultiDict[str, str]) -> FacetQuestion:
    """Return what the page of a facet is asked.

    Raises:
        QueryError: the order or the part does not exist.
    """
    order = args.get("order") or "count"
    if order not in ORDERS:
        raise QueryError(f"there is no order {clean(order)[:40]!r}", mend=f"use one of {', '.join(ORDERS)}")
    part = args.get("part") or "1"
    if not (part.isascii() and part.isdigit() and len(part) < 8 and 1 <= int(part) <= MAX_PARTS):
        raise QueryError(f"{clean(part)[:40]!r} is not a part of the list", mend="use a number from 1")
    return FacetQuestion(" ".join(clean(args.get("contains", "")).split())[:100], order, int(part))


@dataclass(frozen=True)
class SuggestAsked:
    """What suggestions are asked for."""

    text: str
    kind: str
    day: dt.date
    limit: int


def suggest_asked(args: MultiDict[str, str], today: dt.date) -> SuggestAsked:
    """Return what suggestions are asked for; a longer text is cut.

    Raises:
        QueryError: the kind, the day or the limit does not fit.
    """
    kind = clean(args.get("kind", "")) or "code"
    if kind not in KINDS:
        raise QueryError(
            f"there is no kind {kind[:40]!r}", where="kind", mend=f"use one of {', '.join(KINDS)}"
        )
    limit = args.get("limit") or str(MAX_SUGGESTED)
    if not (limit.isascii() and limit.isdigit() and len(limit) < 3 and 1 <= int(limit) <= MAX_SUGGESTED):
        raise QueryError(
            f"{clean(limit)[:40]!r} is no limit", where="limit", mend=f"use 1 to {MAX_SUGGESTED}"
        )
    text = clean(args.get("q", ""))[:MAX_SUGGEST_TEXT]
    return SuggestAsked(text, kind, as_of_day(args, today), int(limit))


def facet_of(kind: str, name: str) -> Facet:
    """Return a facet by the names in a path.

    Raises:
        NotFoundError: there is no such kind or facet.
    """
    if kind not in KINDS:
        raise NotFoundError(f"there is no kind {clean(kind)[:40]!r}", mend=f"use one of {', '.join(KINDS)}")
    facets = load_kind(kind).facets
    if name not in facets:
        raise NotFoundError(
            f"kind {kind!r} has no facet {clean(name)[:40]!r}", mend=f"use one of {', '.join(facets)}"
        )
    return facets[name]


def as_of_day(args: MultiDict[str, str], today: dt.date) -> dt.date:
    """Return the day that a record's page speaks of; all dates means today.

    Raises:
        QueryError: the parameter is not a date.
    """
    return parse_as_of(clean(args.get("as_of", ""))) or today


def clean(text: str) -> str:
    """Return a text without control characters, which no page may hold; each becomes a blank."""
    return _CONTROL.sub(" ", text)
