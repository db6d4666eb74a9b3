"""A title cut into the parts that matched and the parts between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A piece of text; `match` where the search found it."""

    text: str
    match: bool = False


def parts(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Part, ...]:
    """Cut a text at spans of character offsets.

    Spans may overlap, touch, stand in any order or reach past the text; the parts always join to the text.
    """
    cut: list[Part] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            cut.append(Part(text[at:start]))
        cut.append(Part(text[start:end], match=True))
        at = end
    if at < len(text) or not cut:
        cut.append(Part(text[at:]))
    return tuple(cut)
