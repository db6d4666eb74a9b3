"""The app factory."""

from __future__ import annotations

import logging

from flask import Flask
from jinja2 import StrictUndefined

from searchapp.errors import register_errorhandlers
from searchapp.presenters.site import Site, site
from searchapp.security import secure
from searchapp.state import KEY, AppState, library, state, urls
from searchapp.static_files import fingerprints
from searchapp.views import about, api, health, record, search, suggest
from searchcore import __version__
from searchcore.library import Library
from searchcore.settings import Settings, load_settings

log = logging.getLogger(__name__)


def create_app(source: Library | Settings | None = None, *, refresh_seconds: float = 1.0) -> Flask:
    """Return the app over one library.

    Args:
        source: an open library, or settings that say where one is; without it, the settings of the
            environment.
        refresh_seconds: how long, at least, between two looks for a newer generation.

    Raises:
        GenerationError: nothing is built there.
    """
    app = Flask(__name__)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    register_extensions(app, AppState(_library(source), refresh_seconds))
    register_blueprints(app)
    register_errorhandlers(app)
    # Read now: no request waits for them, and they are those of the program that was started.
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    return app


def _library(source: Library | Settings | None) -> Library:
    if isinstance(source, Library):
        return source
    opened = Library.open((source or load_settings()).data_dir)
    # Before the first request, and before a server forks: workers share what is there by then.
    opened.warm_up()
    return opened


def register_extensions(app: Flask, app_state: AppState) -> None:
    """Put the state in its one place, and what every page and answer needs around it."""
    app.extensions[KEY] = app_state
    secure(app)
    prints = fingerprints(app)

    @app.before_request
    def refresh() -> None:
        state().refresh()

    @app.context_processor
    def frame() -> dict[str, Site | dict[str, str]]:
        return {"site": _site(), "fingerprint": prints}


def _site() -> Site:
    try:
        served = library()
        return site(urls(), is_sample=served.is_sample, generation=served.generation, version=__version__)
    except Exception:
        # The error page has this frame too, so it must stand where the library does not.
        log.exception("the served generation cannot be named")
        return site(urls(), is_sample=False, generation="", version=__version__)


def register_blueprints(app: Flask) -> None:
    """Add the pages."""
    for module in (search, record, about, health, api, suggest):
        app.register_blueprint(module.blueprint)
