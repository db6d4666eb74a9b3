"""Which words of a title matched."""

from __future__ import annotations

from dataclasses import dataclass

from searchcore.query import Code, Field, Node, Not, Phrase, Prefix, Word
from searchcore.whoosh_engine.analysis import places, stems


@dataclass(frozen=True)
class Highlighter:
    """The stems and the prefixes that a query looks for in a title."""

    stems: frozenset[str]
    prefixes: tuple[str, ...]

    def spans(self, title: str | None) -> tuple[tuple[int, int], ...]:
        """Return start and end of the words that matched, in their order."""
        if not title or not (self.stems or self.prefixes):
            return ()
        found = []
        for place in places(title):
            if place.stem in self.stems or place.surface.startswith(self.prefixes):
                found.append((place.start, place.end))
        return tuple(found)


def highlighter(node: Node) -> Highlighter:
    """Return the highlighter of a query; what is asked for in other fields than the title is left out."""
    words: set[str] = set()
    prefixes: list[str] = []
    stack = [node]
    while stack:
        part = stack.pop()
        match part:
            case Word(text=text) | Phrase(text=text) | Code(text=text):
                words.update(stems(text))
            case Prefix(text=text):
                found = places(text)
                words.update(place.stem for place in found[:-1])
                prefixes += [place.surface for place in found[-1:]]
            case Not():
                continue
            case Field(name=name) if name != "title":
                continue
        stack.extend(part.children)
    return Highlighter(frozenset(words), tuple(prefixes))
