"""The app over the sample corpus, and a browser that checks every page it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.app import create_app
from searchcore.library import Library
from tests.web.html_check import Page

Browse = Callable[..., Page]


@pytest.fixture(scope="session")
def app(sample_library: Library) -> Flask:
    """Return the app over the real sample."""
    return create_app(sample_library)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """Return a client without cookies kept between tests."""
    with app.test_client() as made:
        yield made


@pytest.fixture
def browse(client: FlaskClient) -> Browse:
    """Return a function that opens an address and returns its page, checked; redirects are followed."""

    def open_page(url: str, *, status: int = 200) -> Page:
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == status, f"{url}: {answer.status_code}\n{answer.text[:2000]}"
        assert answer.mimetype == "text/html"
        page = Page(answer.text)
        assert page.check() == [], url
        return page

    return open_page
