"""Errors as pages, or as problem+json (RFC 9457) when JSON is asked for, in the same words."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from searchapp.params import clean
from searchcore.errors import CodeFacetError, GenerationError, NotFoundError, QueryError

log = logging.getLogger(__name__)

# Our words for what the HTTP layer refuses by itself.
HTTP_WORDS = {
    404: ("there is no such page", "search for a code or words instead"),
    405: ("this address cannot be used in that way", "open it as a page"),
    413: ("the request is too large", "send less"),
}


@dataclass(frozen=True)
class Problem:
    """An error as it is shown: the words of `CodeFacetError`, and an HTTP status."""

    status: int
    error: str
    what: str
    where: str = ""
    mend: str = ""

    @property
    def title(self) -> str:
        """Return the standard name of the HTTP status."""
        return HTTPStatus(self.status).phrase

    @property
    def sentence(self) -> str:
        """Return what happened as a sentence."""
        return f"{self.what[:1].upper()}{self.what[1:]}."


def problem_of(error: Exception) -> Problem:
    """Return how an error is shown. Faults of the server say nothing of its inside."""
    if isinstance(error, CodeFacetError):
        status = _status(error)
        where = error.where if status < 500 else ""
        return Problem(status, type(error).__name__, clean(error.what), clean(where), clean(error.mend))
    if isinstance(error, HTTPException) and error.code in {status.value for status in HTTPStatus}:
        code = error.code or 500
        what, mend = HTTP_WORDS.get(code, (HTTPStatus(code).phrase.lower(), ""))
        return Problem(code, "HTTPError", what, mend=mend)
    return Problem(500, "InternalError", "the server failed to answer", mend="try again; it is logged")


def _status(error: CodeFacetError) -> int:
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, QueryError):
        return 400
    return 503 if isinstance(error, GenerationError) else 500


def wants_json() -> bool:
    """Tell whether the client asked for JSON: by the address, or by preferring it to a page."""
    if request.path.startswith("/api/") or request.path in ("/health", "/suggest"):
        return True
    accepts = request.accept_mimetypes
    best = accepts.best_match(["text/html", "application/json", "application/problem+json"], "text/html")
    return best != "text/html" and accepts[best] > accepts["text/html"]


def answer(error: Exception) -> Response:
    """Return the answer to a request that failed."""
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("%s %s failed: %s", request.method, request.path, error, exc_info=error)
    if wants_json():
        response = jsonify(
            type="about:blank",
            title=problem.title,
            status=problem.status,
            detail=problem.what,
            error=problem.error,
            where=problem.where,
            mend=problem.mend,
        )
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("error.html", problem=problem))
    response.status_code = problem.status
    if isinstance(error, HTTPException):
        # Headers such as Allow and Location belong to the answer; its own body and type do not.
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                response.headers.setdefault(name, value)
    return response


def register_errorhandlers(app: Flask) -> None:
    """Answer every error of an app; redirects that routing raises stay redirects."""

    @app.errorhandler(Exception)
    def handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error
        return answer(error)
