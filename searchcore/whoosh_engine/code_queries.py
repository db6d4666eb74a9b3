"""Our own query nodes for many codes at once: lists, ranges and patterns, and parts by name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from searchcore.codes import SYSTEMS
from searchcore.query import Code, CodeRange
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.column_queries import DocsQuery
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.known_codes import docs_of

_LAST = "\U0010ffff"


class ListedCodes(DocsQuery):
    """Records with one of these codes, in every system that has it or in those that the person named."""

    def __init__(
        self, columns: Columns, codes: tuple[Code, ...], score: float = 1.0, boost: float = 1.0
    ) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.codes = codes

    def find(self) -> Docs:
        """See `DocsQuery`."""
        return docs_of(self._columns, self.codes)

    def _asked(self) -> tuple[Any, ...]:
        return self.codes, self.score


class BetweenCodes(DocsQuery):
    """Records with a code of a range, those below its last code included.

    Of several systems that have such codes, those count that have both ends, or else one of them: J0120-J9999
    are drugs, though J01.20 is a diagnosis.
    """

    def __init__(self, columns: Columns, wanted: CodeRange, score: float = 1.0, boost: float = 1.0) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.wanted = wanted

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems in which the range is looked for."""
        ends = (self.wanted.low.code, self.wanted.high.code)
        having = {
            system: sum(len(self._columns.with_codes((end,), (system,))) > 0 for end in ends)
            for system in self.wanted.systems
        }
        most = max(having.values())
        return tuple(system for system, count in having.items() if count == most)

    @property
    def said(self) -> str:
        """How the range was read, as a sentence."""
        names = " and ".join(SYSTEMS[system].name for system in self.systems)
        low, high = self.wanted.low.code, self.wanted.high.code
        return f"{low}-{high} was read as the {names} codes from {low} to {high}"

    def find(self) -> Docs:
        """See `DocsQuery`."""
        low, high = self.wanted.low.code, self.wanted.high.code
        found = [self._of_system(system, low, high) for system in self.systems]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, np.uint32)

    def _of_system(self, system: str, low: str, high: str) -> Docs:
        docs = self._columns.with_codes_between(low, high, (system,))
        if system != "CPT":
            return docs
        return docs[[same_category(self._columns.codes.code(doc), low) for doc in docs.tolist()]]

    def _asked(self) -> tuple[Any, ...]:
        return self.wanted, self.score


class CodesLike(DocsQuery):
    """Records whose stored code fits a pattern: a beginning, then `?` for characters, then perhaps `*`."""

    def __init__(self, columns: Columns, pattern: str, score: float = 1.0, boost: float = 1.0) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self.pattern = pattern

    def find(self) -> Docs:
        """See `DocsQuery`."""
        pattern = self.pattern.replace(".", "")
        begin = re.split(r"[?*]", pattern, maxsplit=1)[0]
        if not begin or self._columns.joined:
            return np.zeros(0, np.uint32)  # every code would have to be looked at
        docs = self._columns.with_code_prefix(begin)
        fits = re.compile(_expression(pattern[len(begin) :]), re.DOTALL).fullmatch
        code = self._columns.codes.code
        keep = [fits(code(doc), len(begin)) is not None for doc in docs.tolist()]
        return docs[np.array(keep, np.bool_)]

    def _asked(self) -> tuple[Any, ...]:
        return self.pattern, self.score


class PartsNamed(DocsQuery):
    """Parts of a joined kind by their names: a query over parts, not over records."""

    def __init__(self, parts: Any, names: Iterable[str], score: float = 1.0, boost: float = 1.0) -> None:
        super().__init__(score, boost)
        self._parts = parts
        self.names = tuple(sorted(set(names)))

    @classmethod
    def between(cls, parts: Any, wanted: CodeRange, score: float = 1.0) -> PartsNamed:
        """Return the parts whose names are codes of a range."""
        low, high = wanted.low.code, wanted.high.code
        names = _slice(parts.names, low, high + _LAST)
        return cls(parts, [name for name in names if same_category(name, low)], score)

    @classmethod
    def beginning(cls, parts: Any, code: str, score: float = 1.0) -> PartsNamed:
        """Return the parts whose names begin so."""
        return cls(parts, _slice(parts.names, code, code + _LAST), score)

    def find(self) -> Docs:
        """See `DocsQuery`."""
        known: Sequence[str] = self._parts.names
        places = (bisect_left(known, name) for name in self.names)
        pairs = zip(places, self.names, strict=True)
        return np.array([at for at, name in pairs if at < len(known) and known[at] == name], np.uint32)

    def _asked(self) -> tuple[Any, ...]:
        return self.names, self.score


def same_category(code: str, end: str) -> bool:
    """Tell whether a CPT number is of the category of the ends of a range: with the same letter, or none."""
    if not end[0].isdigit():
        return True
    return code[-1] == end[-1] or (code[-1] + end[-1]).isdigit()


def _slice(names: Sequence[str], low: str, high: str) -> Sequence[str]:
    first = bisect_left(names, low)
    return names[first : bisect_left(names, high, first)]


def _expression(pattern: str) -> str:
    """Return a pattern as a regular expression that never goes back over what a `*` has taken."""
    first, *others = re.split(r"\*+", pattern)
    found = _literal(first)
    for number, piece in enumerate(others, 1):
        found += ".*" + _literal(piece) if number == len(others) else f"(?>.*?{_literal(piece)})"
    return found


def _literal(text: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in text)
