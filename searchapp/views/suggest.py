"""Suggestions while somebody types, as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from searchapp.caching import conditional
from searchapp.params import suggest_asked
from searchapp.state import library, urls

blueprint = Blueprint("suggest", __name__)


@blueprint.get("/suggest")
@conditional
def suggest() -> Response:
    """Answer with what a text may become (docs/json.md)."""
    asked = suggest_asked(request.args, urls().today)
    served = library()
    found = served.suggest(asked.text, asked.kind, asked.limit, asked.day)
    return jsonify(
        q=asked.text,
        kind=asked.kind,
        as_of=asked.day.isoformat(),
        suggestions=[suggestion.as_dict() for suggestion in found],
        generation=served.generation,
    )
