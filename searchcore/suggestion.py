"""What a text may become while somebody types it, and its stable JSON shape (docs/json.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Suggestion:
    """What a text may become while somebody types it.

    Attributes:
        group: `code`, or `term` for the words of a search.
        text: the code as people write it, or the words.
        spans: (start, end) of what was typed of it.
        system, title, status: of a code.
    """

    group: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()
    system: str | None = None
    title: str | None = None
    status: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "group": self.group,
            "text": self.text,
            "highlight": [list(span) for span in self.spans],
            "system": self.system,
            "title": self.title,
            "status": self.status,
        }
