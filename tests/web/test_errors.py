"""Errors as pages and as problem+json, in the same words, and the headers that everything carries."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchapp.app import create_app
from searchcore.errors import BuildError, GenerationError
from searchcore.library import Library
from tests.web.conftest import Browse
from tests.web.html_check import Page

BAD = [
    ("/search?page=0", 400, "out of range"),
    ("/search?page=many", 400, "is not a number"),
    ("/search?per_page=100000", 400, "out of range"),
    ("/search?as_of=2026-02-30", 400, "is not a date"),
    ("/search?as_of=soon", 400, "is not a date"),
    ("/search?f.nonsense=1", 400, "has no facet"),
    ("/search?kind=nonsense", 400, "no kind"),
    ("/search?sort=nonsense", 400, "no sort"),
    ("/nonsense", 404, "no such page"),
    ("/record/code/CPT/00000", 404, "00000"),
]
EVERYWHERE = [
    "/",
    "/search?q=x",
    "/health",
    "/api/search?q=x",
    "/nonsense",
    "/static/style.css",
    "/code/E119",
]


@pytest.mark.parametrize(("address", "status", "words"), BAD)
def test_a_page_says_what_is_wrong_and_what_helps(
    browse: Browse, address: str, status: int, words: str
) -> None:
    page = browse(address, status=status)
    assert words in page.text
    assert "What helps:" in page.text or status == 400
    assert page.all("input", id="q"), "one can search on from here"


@pytest.mark.parametrize(("address", "status", "words"), BAD)
def test_the_same_words_as_problem_json(client: FlaskClient, address: str, status: int, words: str) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    data = answer.get_json(force=True)
    assert data["status"] == status
    assert words in data["detail"]
    assert set(data) == {"type", "title", "status", "detail", "error", "where", "mend"}


def test_the_api_answers_with_problem_json_whatever_is_accepted(client: FlaskClient) -> None:
    answer = client.get("/api/search?page=0", headers={"Accept": "text/html"})
    assert answer.mimetype == "application/problem+json"
    assert client.get("/api/nonsense").mimetype == "application/problem+json"


def test_browsers_get_pages(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert client.get("/search?page=0", headers={"Accept": accept}).mimetype == "text/html"
    assert client.get("/search?page=0", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_other_methods_are_refused(client: FlaskClient) -> None:
    answer = client.post("/search", data={"q": "x"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert client.head("/search?q=x").status_code == 200


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_is_locked_down(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers


@pytest.fixture
def broken(sample_library: Library) -> Flask:
    """Return the app with pages that fail in ways that no real page should."""
    app = create_app(sample_library)
    secret = "/srv/secret/place"
    faults = {
        "bug": ValueError(secret),
        "generation": GenerationError("the index is damaged", where=secret, mend="run: codefacet rollback"),
        "other": BuildError("it stopped", where=secret),
    }
    for name, fault in faults.items():

        def fail(fault: Exception = fault) -> str:
            raise fault

        app.add_url_rule(f"/{name}", name, fail)
    return app


@pytest.mark.parametrize(("name", "status"), [("bug", 500), ("generation", 503), ("other", 500)])
def test_a_fault_shows_neither_traceback_nor_paths(broken: Flask, name: str, status: int) -> None:
    client = broken.test_client()
    for accept in ("text/html", "application/json"):
        answer = client.get(f"/{name}", headers={"Accept": accept})
        assert answer.status_code == status
        for inside in ("Traceback", "/srv/secret", "ValueError", ".py"):
            assert inside not in answer.text
    if name == "generation":
        assert "codefacet rollback" in answer.text


def test_a_fault_is_logged(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    broken.test_client().get("/bug")
    assert "/srv/secret/place" in caplog.text
    assert "Traceback" in caplog.text


def test_a_library_that_fails_still_gives_pages(sample_data_dir: Path) -> None:
    library = Library.open(sample_data_dir)
    client = create_app(library).test_client()
    assert client.get("/health").status_code == 200
    library.close()
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert Page(answer.text).check() == []
    health = client.get("/health")
    assert (health.status_code, health.get_json()["status"]) == (503, "failing")


def test_a_redirect_of_the_address_stays_one(client: FlaskClient) -> None:
    answer = client.get("/facet//code/system?q=x")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/facet/code/system?q=x")
