"""The health of the server, for monitors."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from searchapp.state import library, state
from searchcore.request import Request

blueprint = Blueprint("health", __name__)

log = logging.getLogger(__name__)


@blueprint.get("/health")
def health() -> Response:
    """Answer 200 with what is served when a search works, else 503.

    `not_served` says why a newer generation could not be taken up; what is served stays good meanwhile.
    """
    try:
        served = library()
        failed = state().library.last_error
        served.search(Request(text="health", per_page=1))
        releases = len(served.releases())
    except Exception as error:
        # Whatever keeps a search from working, a monitor must read it here.
        log.exception("the server is not healthy")
        response = jsonify(status="failing", error=type(error).__name__)
        response.status_code = 503
    else:
        response = jsonify(
            status="ok",
            generation=served.generation,
            sample=served.is_sample,
            releases=releases,
            records=served.manifest.records,
            not_served=failed.what if failed else None,
        )
    response.cache_control.no_store = True
    return response
