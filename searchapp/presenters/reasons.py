"""Why a hit is there, in words, and the way to search without a rule that brought it."""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.presenters.urls import Urls
from searchcore.request import Request
from searchcore.result import Hit, Reason
from searchcore.schema import load_kind

# Up to so many fields are named for one word.
MOST_FIELDS = 2


@dataclass(frozen=True)
class Why:
    """One reason. `off_url` searches without the rule; None where no rule is the reason."""

    asked: str
    text: str
    off_url: str | None


def reasons(hit: Hit, request: Request, urls: Urls) -> tuple[Why, ...]:
    """Return the reasons of a hit."""
    return tuple(_why(reason, request, urls) for reason in hit.reasons)


def _why(reason: Reason, request: Request, urls: Urls) -> Why:
    rule = reason.rule
    if rule is None:
        return Why(reason.asked, _text(reason, request.kind), None)
    off = urls.search(request.with_(off=(*request.off, rule.off)))
    return Why(reason.asked, f"{rule.label}: “{rule.say}” for “{rule.mean}”", off)


def _text(reason: Reason, kind: str) -> str:
    if reason.how == "code":
        return "the code asked for"
    if reason.how == "below":
        return "below the code asked for"
    schema = load_kind(kind)
    labels = [(schema.text.get(name) or schema.parts[name]).label for name in reason.fields[:MOST_FIELDS]]
    more = " and elsewhere" if len(reason.fields) > MOST_FIELDS else ""
    form = f"as “{reason.form}” " if reason.form else ""
    return f"{form}in {', '.join(labels)}{more}"
