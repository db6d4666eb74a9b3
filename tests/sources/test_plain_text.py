"""HTML fields as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.plain_text import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Bill with the &#8211;KX modifier &amp; a note.</p>", "Bill with the –KX modifier & a note."),
        ("&lt;p&gt;One&amp;nbsp;two&lt;/p&gt;&lt;p&gt;three&lt;/p&gt;", "One two\nthree"),
        ("A &amp;gt; B and &amp;amp; C", "A > B and & C"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("p < 0.05 and x<y", "p < 0.05 and x<y"),
        ("<p>x<sup>2</sup></p>", "x2"),
        ("<script>alert(1)</script><style>p{}</style><p>kept</p>", "kept"),
        ("<!-- hidden --><p>shown</p>", "shown"),
        ("criteria specified in\\nthe attached", "criteria specified in\nthe attached"),
        ("  many \t blanks \r\n\r\n here ", "many blanks\nhere"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<p>&nbsp;</p>", None),
        ("", None),
        (None, None),
    ],
)
def test_markup_becomes_text(markup: str | None, text: str | None) -> None:
    assert plain_text(markup) == text


@given(st.text(st.sampled_from("<>/&;pbr!- '\"=ltgamx#0123\n"), max_size=200))
def test_no_markup_breaks_it_and_no_block_tag_survives(markup: str) -> None:
    text = plain_text(markup)
    assert text is None or (text.strip() == text and "\n\n" not in text)


def test_a_megabyte_is_read() -> None:
    text = plain_text("<p>word &amp; more</p>" * 60_000)
    assert text is not None and text.count("\n") == 59_999
