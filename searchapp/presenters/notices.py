"""Notices: what a page must say before anything else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """A sentence with a tone (info, warn, stop, quiet) and perhaps a way on."""

    text: str
    tone: str = "info"
    url: str | None = None
    link: str = ""


def notices(texts: tuple[str, ...], tone: str = "info") -> tuple[Notice, ...]:
    """Return plain sentences as notices, each with a capital at its beginning."""
    return tuple(Notice(text[:1].upper() + text[1:], tone) for text in texts)
