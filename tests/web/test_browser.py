"""The pages in a real browser: the box of suggestions by keyboard, no page wider than the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.web.chromium import Chromium, installed

# The browser starts once for all of these tests.
pytestmark = pytest.mark.xdist_group("browser")

BOX = "document.getElementById('q')"
STATE = f"""(() => {{
  const box = {BOX}, list = document.getElementById(box.getAttribute("aria-controls"));
  const of = (name) => box.getAttribute(`aria-${{name}}`);
  const active = of("activedescendant");
  return {{
    value: box.value, open: of("expanded") === "true", shown: !list.hidden, active,
    options: [...list.querySelectorAll("[role=option]")].map((option) => option.dataset.text),
    selected: [...list.querySelectorAll("[aria-selected=true]")].map((option) => option.id),
  }};
}})()"""
PAGES = (
    "",
    "search?q=diabetes",
    "search?q=90862",
    "search?q=11042%2097597",
    "search?q=250.00",
    "search?q=zzzqqq",
    "facet/code/chapter",
    "record/code/ICD10CM/E11.22",
    "record/code/CPT/90862",
    "about",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser, where one is installed; the gate tries to install one."""
    program = installed()
    if program is None:
        pytest.skip("Chromium is not installed")
    started = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """The address of the sample, served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()


@pytest.fixture
def start(browser: Chromium, site: str) -> Chromium:
    """The browser on the start page, with the focus in the box by the key `/`."""
    browser.complaints.clear()
    browser.resize(1280)
    browser.open(site)
    browser.press("/")
    assert browser.evaluate(f"document.activeElement === {BOX}")
    return browser


def typed(browser: Chromium, text: str) -> dict[str, Any]:
    """Type a text and return the box when its suggestions are there."""
    browser.type(text)
    browser.wait_for(f"{STATE}.open")
    return dict(browser.evaluate(STATE))


def pressed(browser: Chromium, key: str) -> dict[str, Any]:
    """Press a key and return the box."""
    browser.press(key)
    return dict(browser.evaluate(STATE))


def test_the_box_is_a_combobox(start: Chromium) -> None:
    assert start.evaluate(f"{BOX}.getAttribute('role')") == "combobox"
    assert start.evaluate(f"{BOX}.getAttribute('aria-autocomplete')") == "list"
    assert not start.evaluate(STATE)["open"]
    box = typed(start, "diab")
    assert box["shown"] and box["active"] is None and box["value"] == "diab"
    assert len(box["options"]) > 2 and "diab" not in box["options"]
    assert start.complaints == []


def test_arrows_walk_through_the_list_both_ways(start: Chromium) -> None:
    options = typed(start, "diab")["options"]
    for wanted in options[:2]:
        box = pressed(start, "ArrowDown")
        assert box["value"] == wanted and box["selected"] == [box["active"]]
    assert pressed(start, "ArrowUp")["value"] == options[0]
    box = pressed(start, "ArrowUp")
    assert (box["value"], box["active"], box["selected"], box["open"]) == ("diab", None, [], True)
    assert pressed(start, "ArrowUp")["value"] == options[-1]
    assert pressed(start, "ArrowDown")["value"] == "diab"


def test_escape_gives_back_what_was_typed_and_the_arrow_opens_again(start: Chromium) -> None:
    typed(start, "diab")
    pressed(start, "ArrowDown")
    box = pressed(start, "Escape")
    assert (box["value"], box["open"], box["shown"], box["active"]) == ("diab", False, False, None)
    start.press("ArrowDown")
    start.wait_for(f"{STATE}.open")
    assert start.evaluate(STATE)["value"] == "diab"


def test_enter_searches_for_the_suggestion(start: Chromium) -> None:
    typed(start, "e11.2")
    chosen = pressed(start, "ArrowDown")["value"]
    assert chosen == "E11.2"
    start.press("Enter")
    start.wait_for(f"location.pathname === '/search' && {BOX}.value === {chosen!r}")


def test_enter_searches_for_what_was_typed(start: Chromium) -> None:
    typed(start, "heart")
    start.press("Enter")
    start.wait_for("location.search.includes('q=heart') && document.readyState === 'complete'")
    assert not start.evaluate(STATE)["open"]


@pytest.mark.parametrize("width", (1280, 390))
def test_no_page_is_wider_than_the_window_or_complains(browser: Chromium, site: str, width: int) -> None:
    browser.complaints.clear()
    browser.resize(width)
    for page in PAGES:
        browser.open(site + page)
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, page
    assert browser.complaints == []
