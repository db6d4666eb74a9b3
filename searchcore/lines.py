"""Text from outside, made safe for one line of a terminal or a log."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Return a text without line ends and control characters: a file's name must not forge output."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
