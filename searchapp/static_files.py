"""Fingerprints of the static files, so that browsers keep each for long and never a stale one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request

MAX_AGE = 365 * 24 * 3600


def fingerprints(app: Flask) -> dict[str, str]:
    """Return a short hash of every static file, and let browsers keep what is asked for with its hash."""
    folder = Path(app.static_folder or "")
    prints = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.iterdir())
        if path.is_file()
    }

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            name = (request.view_args or {}).get("filename", "")
            if request.args.get("v") and request.args.get("v") == prints.get(name):
                response.cache_control.no_cache = None
                response.cache_control.max_age = MAX_AGE
                response.cache_control.immutable = True
        return response

    return prints
