"""Characters that stand for others: quotation marks, dashes, full-width letters and digits, blanks."""

from __future__ import annotations

_QUOTES = "“”„‟«»″＂"
_DASHES = "‐‑‒–—―−﹘﹣－"
_COMMAS = "،、，;；؛"
# Nothing is seen of these; they come along from web pages and word processors.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

_SAME_LENGTH: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, _QUOTES), '"'),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _COMMAS), ","),
    **dict.fromkeys(map(ord, "≥⩾"), "≥"),
    **dict.fromkeys(map(ord, "≤⩽"), "≤"),
    0x3000: " ",
}
_DROPPED = dict.fromkeys(map(ord, _UNSEEN))


def plain(text: str) -> str:
    """Return a text with plain quotation marks, dashes, commas, letters and digits; of the same length."""
    return text if text.isascii() else text.translate(_SAME_LENGTH)


def seen(text: str) -> str:
    """Return a text without the characters of which nothing is seen."""
    return text if text.isascii() else text.translate(_DROPPED)
