"""An answer that lacks something for want of time says so, and nobody keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchapp.app import create_app
from searchcore.library import Library
from searchcore.schema import KINDS
from tests.web.html_check import Page, squeezed

SAID = "not every part of the text was looked at"
ADDRESSES = (
    "/search?q=(knee+OR+burn)+3",
    "/facet/code/system?q=(knee+OR+burn)+3",
    "/api/search?q=(knee+OR+burn)+3",
)


@pytest.fixture(scope="module")
def hurried(sample_data_dir: Path) -> Iterator[Library]:
    """The sample, with no time at all for a search."""
    library = Library.open(sample_data_dir)
    allow(library, 0.0)
    yield library
    library.close()


def allow(library: Library, seconds: float) -> None:
    for kind in KINDS:
        index: Any = library._opened.index(kind)
        context = index._context
        index._context = replace(context, ranking=replace(context.ranking, seconds=seconds))


@pytest.fixture
def client(hurried: Library) -> FlaskClient:
    return create_app(hurried).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_whole_is_said_and_not_kept(client: FlaskClient, hurried: Library, address: str) -> None:
    cut = client.get(address)
    assert (cut.status_code, SAID in squeezed(cut.text)) == (200, True)
    assert "ETag" not in cut.headers and "no-store" in cut.headers["Cache-Control"]
    allow(hurried, 60.0)
    whole = client.get(address)
    allow(hurried, 0.0)
    assert "ETag" in whole.headers and SAID not in squeezed(whole.text)
    # What was whole once is so as long as the generation is served.
    assert client.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_a_tab_gives_no_number_that_is_not_right(client: FlaskClient, hurried: Library) -> None:
    page = Page(client.get(ADDRESSES[0]).text)
    assert page.check() == []
    (tabs,) = page.all("nav", **{"class": "tabs"})
    assert "?" in tabs.text
