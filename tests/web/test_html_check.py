"""The checker of pages finds what it is there to find."""

from __future__ import annotations

import pytest

from tests.web.html_check import Page

GOOD = (
    "<!doctype html><html lang='en'><head><title>t</title></head>"
    "<body><main><h1>One</h1>{}</main></body></html>"
)


def test_accepts_a_sound_page() -> None:
    assert Page(GOOD.format("<p>Text <a href='/x'>there</a></p>")).check() == []


@pytest.mark.parametrize(
    ("fragment", "word"),
    [
        ("<p>open", "closes nothing"),
        ("<h1>Two</h1>", "2 elements <h1>"),
        ("<h3>Three</h3>", "jumps"),
        ("<input type='search' name='q'>", "no label"),
        ("<p style='color:red'>x</p>", "<p style>"),
        ("<p onclick='x()'>x</p>", "<p onclick>"),
        ("<script>x()</script>", "inline script"),
        ("<style>p{}</style>", "inline <style>"),
        ("<a href='/x'></a>", "no words"),
        ("<a href='javascript:x()'>x</a>", "out of the site"),
        ("<p id='a'></p><p id='a'></p>", "occurs twice"),
        ("<section aria-labelledby='none'></section>", "not there"),
        ("<p><div></div></p>", "inside <p>"),
        ("<nav><a href='/x'>x</a></nav>", "nav has no name"),
    ],
)
def test_finds_what_is_wrong(fragment: str, word: str) -> None:
    assert any(word in problem for problem in Page(GOOD.format(fragment)).check())
