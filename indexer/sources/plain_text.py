"""Plain text out of the HTML that the Medicare Coverage Database keeps in its fields."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(("script", "style", "head", "title"))
# Tags that show that the markup was escaped once more than it should be; "x<y" alone must not count as a tag.
_TAG = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|table|tbody|tr|td|th|strong|em|b|i|u|a|sup|sub|h[1-6])(?:\s[^<>]*)?/?>",
    re.I,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,12}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
# The exports escape up to twice; more is not followed.
_PASSES = 3


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(markup: str | None) -> str | None:
    """Return the text of a field: tags gone, entities (also doubly escaped ones) resolved, blocks as lines.

    Returns:
        None if nothing is left.
    """
    text = markup or ""
    for _ in range(_PASSES):
        if _TAG.search(text) or "<!--" in text:
            text = _strip(text)
        elif _ENTITY.search(text):
            text = html.unescape(text)
        else:
            break
    # Some exports write a line break as the two characters backslash and n.
    lines = (" ".join(line.split()) for line in text.replace("\\n", "\n").split("\n"))
    return "\n".join(line for line in lines if line) or None


def _strip(markup: str) -> str:
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return "".join(parser.parts)
