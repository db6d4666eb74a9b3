"""The state of the app: one object at `app.extensions["codefacet"]`, read through `state()`."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from searchapp.presenters.urls import Urls

if TYPE_CHECKING:
    from searchcore.library import Library

KEY = "codefacet"
REFRESH_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass
class AppState:
    """The served library and when it was last asked for a newer generation."""

    library: Library
    refresh_seconds: float = REFRESH_SECONDS
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _checked: float = field(default=float("-inf"), repr=False)

    def refresh(self) -> None:
        """Look for a newer generation in the background; at most once in `refresh_seconds`.

        Its checksums and its first searches take a while, so no request waits for them.
        """
        if time.monotonic() - self._checked < self.refresh_seconds or not self._lock.acquire(blocking=False):
            return
        self._checked = time.monotonic()
        threading.Thread(target=self._switch, name="refresh", daemon=True).start()

    def _switch(self) -> None:
        """Switch to a newer generation if there is one; a damaged one is logged and not served."""
        try:
            before = self.library.last_error
            if self.library.refresh():
                log.info("now serving generation %s", self.library.generation)
            elif self.library.last_error and str(self.library.last_error) != str(before):
                log.error("the newer generation cannot be served: %s", self.library.last_error)
        except Exception:
            # A fault here must neither end a request nor stop later looks.
            log.exception("looking for a newer generation failed")
        finally:
            self._lock.release()


def state() -> AppState:
    """Return the state of the current app."""
    return cast(AppState, current_app.extensions[KEY])


def library() -> Library:
    """Return the library for the current HTTP request; its generation stays the same throughout."""
    if "library" not in g:
        g.library = state().library.pinned()
    return cast("Library", g.library)


def urls() -> Urls:
    """Return the maker of addresses for the current HTTP request; its `today` stays the same throughout."""
    if "urls" not in g:
        g.urls = Urls(request.script_root, dt.date.today())
    return cast(Urls, g.urls)
