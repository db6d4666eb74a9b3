"""Conditional answers: a page is the same while its address, the day and the generation are the same.

But one that lacks something for want of time is not: the next one may have it.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from searchapp.state import library, urls
from searchcore import __version__

View = Callable[..., ResponseReturnValue]


def conditional(view: View) -> View:
    """Answer 304 when the client already has the page; else add the ETag that makes this possible."""

    @functools.wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        tag = _tag()
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        if g.pop("incomplete", False):
            response.cache_control.no_store = True
            return response
        if response.status_code in (200, 304):
            response.set_etag(tag, weak=True)
            response.cache_control.no_cache = True
            response.cache_control.private = True
        return response

    return answer


def not_complete() -> None:
    """Say that the answer in the making lacks something, so that nobody may keep it."""
    g.incomplete = True


def _tag() -> str:
    where = (request.script_root, request.full_path)
    parts = (__version__, library().generation, urls().today.isoformat(), *where)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
