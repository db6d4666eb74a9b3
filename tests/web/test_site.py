"""The start page, the page about the data, the frame, health and the whole site by its links."""

from __future__ import annotations

import re
from collections import Counter, deque
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

import searchapp
from searchapp.app import create_app
from searchcore.library import Library
from searchcore.request import Request
from tests.web.conftest import Browse

SITE_LINKS = 160
PER_KIND_OF_PAGE = 30


def test_the_start_page_says_what_is_loaded_and_what_to_try(browse: Browse, sample_library: Library) -> None:
    page = browse("/")
    assert page.all("input", id="q")
    for kind, count in sample_library.counts(Request()).items():
        assert f"{count:,}" in page.text, kind
    assert sample_library.releases()[0].title in page.text


def test_every_example_finds_something(browse: Browse) -> None:
    page = browse("/")
    examples = [
        link for link in page.links() if link.parent and link.parent.parent and link.inside("section")
    ]
    searches = [link for link in examples if link.attributes["href"].startswith("/search?q=")]
    assert len(searches) >= 5
    for link in searches:
        assert "Nothing found here" not in browse(link.attributes["href"]).text, link.text


def test_the_sample_says_so_and_how_to_load_the_full_files(browse: Browse) -> None:
    for address in ("/", "/search?q=diabetes", "/record/code/ICD10CM/E119"):
        assert "Sample data." in browse(address).text
    about = browse("/about")
    for command in ("codefacet fetch", "codefacet import", "codefacet build"):
        assert command in about.text
    assert about.all("h2", id="load")


def test_every_release_is_named_with_its_rows(browse: Browse, sample_library: Library) -> None:
    text = browse("/about").text
    for release in sample_library.releases():
        assert release.title in text
        assert f"{release.rows:,}" in text
        assert release.sha256 in text


def test_the_whole_site_can_be_walked_without_a_script(browse: Browse) -> None:
    waiting, seen, visited = deque(["/", "/search", "/search?q=90862"]), {"/"}, Counter[str]()
    while waiting and sum(visited.values()) < SITE_LINKS:
        address = waiting.popleft()
        family = urlsplit(address).path.split("/")[1]
        if visited[family] >= PER_KIND_OF_PAGE:
            continue
        visited[family] += 1
        for link in browse(address).links():
            found = link.attributes["href"].split("#")[0]
            if found and not found.startswith("/api/") and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert {"search", "record", "facet", "about"} <= set(visited)


def test_templates_hold_no_site_of_others_and_stay_small() -> None:
    folder = Path(searchapp.__file__).parent / "templates"
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://", text), path.name
        assert len(text.splitlines()) <= 80, path.name
        assert "|safe" not in re.sub(r"'[^'{}]*'\s*\|\s*safe", "", text), (
            "only fixed texts may be marked safe"
        )


def test_a_site_below_a_path_keeps_it_in_every_address(client: FlaskClient) -> None:
    answer = client.get("/search?q=diabetes", environ_overrides={"SCRIPT_NAME": "/codes"})
    inner = list(re.findall(r'(?:href|action|src)="([^"#]+)"', answer.text))
    assert inner
    assert all(address.startswith("/codes/") for address in inner)


def test_health_says_what_is_served(client: FlaskClient, sample_library: Library) -> None:
    answer = client.get("/health")
    data = answer.get_json()
    assert answer.status_code == 200
    assert data["status"] == "ok"
    assert data["generation"] == sample_library.generation
    assert data["releases"] == len(sample_library.releases())
    assert set(data["records"]) == {"code", "modifier", "ptp_edit", "coverage"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_json_search_is_the_documented_result(client: FlaskClient, sample_library: Library) -> None:
    data = client.get("/api/search?q=diabetes&f.system=ICD10CM&per_page=3").get_json()
    expected = sample_library.search(
        Request("diabetes", filters=(("system", ("ICD10CM",)),), per_page=3)
    ).as_dict()
    answers = data.pop("answers")
    assert {**data, "took_ms": 0} == {**expected, "took_ms": 0}
    assert answers == {"shown_as": None, "codes": [], "codes_left_out": 0, "edits": None, "headers": []}


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    for address in ("/", "/search?q=diabetes", "/record/code/ICD10CM/E119", "/about", "/api/search?q=x"):
        first = client.get(address)
        tag = first.headers["ETag"]
        assert tag.startswith("W/")
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        other = client.get(address, headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200
    assert client.get("/search?q=other").headers["ETag"] != client.get("/search?q=diabetes").headers["ETag"]
    assert "ETag" not in client.get("/search?page=0").headers


def test_static_files_are_kept_under_their_fingerprint_only(client: FlaskClient, browse: Browse) -> None:
    address = browse("/").all("link", rel="stylesheet")[0].attributes["href"]
    kept = client.get(address)
    assert kept.status_code == 200
    assert kept.mimetype == "text/css"
    assert "immutable" in kept.headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0]).headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0] + "?v=old").headers["Cache-Control"]


def test_the_state_stands_in_one_place(app: Flask, sample_library: Library) -> None:
    assert app.extensions["codefacet"].library is sample_library
    other = create_app(sample_library)
    assert other.extensions["codefacet"] is not app.extensions["codefacet"]
