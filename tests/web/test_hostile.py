"""Whatever comes in, a sound page goes out: never a 500, and never a word of it as markup."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coding.detail import Cell, Detail, Link, Section
from searchapp.presenters.record_page import record_page
from searchapp.presenters.search_page import search_page
from searchapp.presenters.urls import Urls
from searchcore.request import Request
from searchcore.result import FacetValue, Hit, Result, Successor
from tests.web.html_check import Page
from tests.web.test_presenters import record

HOSTILE = "<script>alert('1')</script>\"' onmouseover=x javascript:&amp;</textarea>{{ 7*7 }}"
NAMES = ["q", "kind", "as_of", "sort", "page", "per_page", "f.system", "f.chapter", "f.status", "f.", "f.x"]
ODD = [
    "",
    "-",
    "all",
    "code",
    "0",
    "1e3",
    "٣",
    "9" * 400,
    "\x00",
    "a\x00b",
    "\ud7ff",
    "\U0010ffff",
    "2026-13-01",
]
anything = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(st.sampled_from("\"()*?-:^~[]{}\\/|&<>'+ANDORNT .,;0119E"), max_size=40),
)
calm = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(client: FlaskClient, address: str, allowed: tuple[int, ...]) -> None:
    """Open an address; the page must be sound and its status one of these."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code in allowed, (address, answer.status_code, answer.text[:300])
    if answer.mimetype == "text/html":
        assert "\x00" not in answer.text
        assert Page(answer.text).check() == [], address


@calm
@given(anything)
@example("a" * 50_000)
@example("E119 " * 2_000)
@example('"' * 999)
@example("((((((((((" * 60)
@example("-" * 500)
@example("*")
@example("title:(")
@example(HOSTILE)
def test_any_text_gives_a_page(client: FlaskClient, text: str) -> None:
    check(client, "/search?" + urlencode({"q": text}), (200,))


@calm
@given(st.lists(st.tuples(st.sampled_from(NAMES), anything), max_size=5))
def test_any_parameters_give_a_page(client: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs)
    check(client, f"/search?{query}", (200, 400))
    check(client, f"/facet/code/system?{query}", (200, 400))


@calm
@given(anything, anything, anything)
def test_any_path_gives_a_page(client: FlaskClient, kind: str, system: str, code: str) -> None:
    kind, system, code = (quote(part, safe="") or "x" for part in (kind, system, code))
    for address in (
        f"/record/code/ICD10CM/{code}",
        f"/record/{kind}/{system}/{code}",
        f"/code/{code}",
        f"/facet/{kind}/{system}",
        f"/{code}",
    ):
        check(client, address, (200, 400, 404))


@pytest.mark.parametrize(
    "query",
    ["q=%ff%fe", "q=%", "%00=%00", "f.system=%ff", "q=a&q=b", "page=1&page=2", "&&&==", "as_of=%F0%9F"],
)
def test_broken_encodings_give_a_page(client: FlaskClient, query: str) -> None:
    check(client, f"/search?{query}", (200, 400))


def test_too_many_or_too_long_values_are_refused(client: FlaskClient) -> None:
    many = urlencode([("f.system", f"v{number}") for number in range(2_000)])
    assert client.get(f"/search?{many}").status_code == 400
    assert client.get("/search?" + urlencode({"f.system": "v" * 5_000})).status_code == 400


def test_hostile_text_is_shown_as_text(client: FlaskClient) -> None:
    answer = client.get("/search?" + urlencode({"q": HOSTILE, "f.system": HOSTILE[:150]}))
    page = Page(answer.text)
    assert page.check() == []
    assert "<script>alert" not in answer.text
    assert "49" not in [element.attributes.get("value") for element in page.all("input")]
    assert page.all("input", id="q")[0].attributes["value"] == HOSTILE
    assert "<script>alert" in page.links("chip")[0].text


def test_hostile_records_are_shown_as_text(app: Flask) -> None:
    bad = record(
        title=HOSTILE,
        display=HOSTILE,
        releases=(HOSTILE,),
        code="A&B<",
        fields={"family": f"{HOSTILE}; {HOSTILE}"},
    )
    follows = Successor("HCPCS", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    result = Result(
        kind="code",
        total=1,
        as_of=dt.date(2026, 1, 1),
        hits=(Hit(bad, 1.0, ((0, 8), (20, 30)), (follows,), HOSTILE),),
        facets={"system": (FacetValue(HOSTILE, HOSTILE, 1, False),)},
        generation=HOSTILE,
        took_ms=1.0,
        notes=(HOSTILE,),
        warnings=(HOSTILE,),
    )
    link = Link("code", "HCPCS", HOSTILE, HOSTILE, HOSTILE, "deleted")
    row = (Cell(HOSTILE, link), Cell("https://x.example/ onclick=x"))
    detail = Detail(
        record=bad,
        headline=(HOSTILE,),
        successors=(follows,),
        ancestors=(link,),
        children=(link,),
        elsewhere=(link,),
        versions=(bad, bad),
        sections=(Section("s", HOSTILE, (HOSTILE, HOSTILE), (row,), (HOSTILE,), HOSTILE),),
    )
    with app.test_request_context("/"):
        urls = Urls()
        request = Request(HOSTILE, as_of=dt.date(2026, 1, 1))
        shown = search_page(request, result, {}, lambda *names: HOSTILE, urls)
        pages = [
            render_template("search.html", page=shown, loaded=(HOSTILE,)),
            render_template("record.html", page=record_page(detail, dt.date(2026, 1, 1), urls)),
        ]
    for html in pages:
        assert "<script>alert" not in html
        assert Page(html).check() == []
        assert HOSTILE in Page(html).all("body")[0].text
