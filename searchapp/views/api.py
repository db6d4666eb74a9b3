"""The same searches and records as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from coding.answers import answers_for
from coding.describe import describe
from searchapp.caching import conditional, not_complete
from searchapp.params import as_of_day, asked
from searchapp.state import library, urls
from searchapp.views.record import typed

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/search")
@conditional
def search() -> Response:
    """Answer a search with the documented JSON of a result (docs/json.md)."""
    question = asked(request.args, max_text=None).request
    served = library()
    found = served.search(question)
    if found.warnings:
        not_complete()
    return jsonify({**found.as_dict(), "answers": answers_for(served, question, found).as_dict()})


@blueprint.get("/record/<kind>/<system>/<path:code>")
@conditional
def record(kind: str, system: str, code: str) -> Response:
    """Answer with everything about one record on a day."""
    day = as_of_day(request.args, urls().today)
    served = library()
    detail = describe(served, typed(code), kind=kind, system=system, as_of=day)[0]
    return jsonify(detail.as_dict(day, served.generation))
