"""Downloads the agencies' files: resumed, checked, pinned by SHA-256, and never trusted.

What arrives lies in `<data-dir>/downloads/<source>/<file>`; `pins.json` beside it holds the SHA-256 of every
file ever fetched, and `<data-dir>/licences.json` who accepted which licence, and when.
"""

from __future__ import annotations

from indexer.fetch.fetcher import Fetched, Fetcher
from indexer.fetch.licences import Licences
from indexer.fetch.pins import Pins
from indexer.fetch.plan import Wanted, make_plan
from indexer.fetch.transfer import Patience

__all__ = ["Fetched", "Fetcher", "Licences", "Patience", "Pins", "Wanted", "make_plan"]
