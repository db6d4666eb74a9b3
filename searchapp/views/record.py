"""The page of one record, and the address of a bare code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from coding.describe import describe
from searchapp.caching import conditional
from searchapp.params import as_of_day, clean
from searchapp.presenters.record_page import choices, record_page
from searchapp.state import library, urls
from searchcore.codes import normalise

blueprint = Blueprint("record", __name__)

MAX_CODE = 100


@blueprint.get("/record/<kind>/<system>/<path:code>")
@conditional
def record(kind: str, system: str, code: str) -> ResponseReturnValue:
    """Show everything about one record on a day; another spelling of its code leads to this one."""
    day = as_of_day(request.args, urls().today)
    detail = describe(library(), typed(code), kind=kind, system=system, as_of=day)[0]
    found = detail.record
    if (found.kind, found.system, found.code) != (kind, system, code):
        return redirect(urls().record(found.kind, found.system, found.code, day))
    return render_template("record.html", page=record_page(detail, day, urls()))


@blueprint.get("/code/<path:code>")
@conditional
def code(code: str) -> ResponseReturnValue:
    """Lead from a bare code to its record; ask where several systems have it."""
    day = as_of_day(request.args, urls().today)
    details = describe(library(), typed(code), as_of=day)
    if len(details) == 1:
        found = details[0].record
        return redirect(urls().record(found.kind, found.system, found.code, day))
    return render_template(
        "choose.html", code=normalise(typed(code)), links=choices(details, day, urls()), day=day
    )


def typed(code: str) -> str:
    """Return a code from a path as somebody typed it, cleaned and of bounded length."""
    return clean(code)[:MAX_CODE]
