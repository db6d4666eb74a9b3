"""Suggestions over HTTP: the documented shape, ETags, hostile parameters; the page works without script."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.params import MAX_SUGGEST_TEXT
from tests.web.conftest import Browse

SCRIPT = Path(__file__).parents[2] / "searchapp" / "static" / "suggest.js"


def test_codes_come_first_then_words(client: FlaskClient) -> None:
    answer = client.get("/suggest?q=e11.2")
    assert answer.status_code == 200
    first = answer.json["suggestions"][0]
    assert (first["group"], first["text"], first["system"]) == ("code", "E11.2", "ICD10CM")
    assert first["highlight"] == [[0, 5]]
    words = client.get("/suggest?q=diab&limit=3").json["suggestions"]
    assert len(words) == 3
    assert {each["group"] for each in words} == {"term"}
    groups = [each["group"] for each in client.get("/suggest?q=d").json["suggestions"]]
    assert groups == sorted(groups) and set(groups) == {"code", "term"}


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert client.get("/suggest").json["suggestions"] == []
    assert client.get("/suggest?q=%20").json["suggestions"] == []


def test_the_answer_is_kept_while_the_build_is_the_same(client: FlaskClient) -> None:
    first = client.get("/suggest?q=dia")
    again = client.get("/suggest?q=dia", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    other = client.get("/suggest?q=dib", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "query", ["kind=x", "limit=0", "limit=11", "limit=-1", "limit=٣", "limit=x", "as_of=soon"]
)
def test_what_does_not_fit_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/suggest?q=d&{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json["error"] == "QueryError"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(("code", "modifier", "ptp_edit", "coverage")),
)
def test_any_text_is_answered(client: FlaskClient, text: str, kind: str) -> None:
    answer = client.get("/suggest?" + urlencode({"q": text, "kind": kind}))
    assert answer.status_code == 200
    assert len(answer.json["suggestions"]) <= 10


def test_long_text_is_cut(client: FlaskClient) -> None:
    assert len(client.get("/suggest?q=" + "a" * 5000).json["q"]) == MAX_SUGGEST_TEXT


def test_the_page_is_the_same_without_script_and_lets_the_script_ask(
    browse: Browse, client: FlaskClient
) -> None:
    page = browse("/")
    box = next(each for each in page.all("input") if each.attributes.get("name") == "q")
    assert "role" not in box.attributes  # the script makes it a combobox
    addresses = [each.attributes.get("src", "") for each in page.all("script")]
    (address,) = [each for each in addresses if "suggest.js" in (each or "")]
    assert client.get(address).status_code == 200
    assert "connect-src 'self'" in client.get("/").headers["Content-Security-Policy"]


def test_the_script_makes_no_markup_from_text() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\.style\b", text)
    assert not re.search(r"https?://", text)
