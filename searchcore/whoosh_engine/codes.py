"""Codes and systems of the records. Records stand by system, then code, so that each system is one block."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from searchcore.whoosh_engine.sections import Arrays

Docs = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.unsignedinteger]
SLASH = "/"


class Codes(Protocol):
    """The stored code of each record.

    Attributes:
        kept_ranks: numbers that order all records by code, then system, then version; empty where these have
            to be worked out.
    """

    kept_ranks: npt.NDArray[np.int32]

    def code(self, doc: int) -> str:
        """Return the code of a record."""

    def span(self, code: str, low: int, high: int) -> tuple[int, int]:
        """Return where the records low..high of one system that have this code begin and end."""

    def prefix_span(self, prefix: str, low: int, high: int) -> tuple[int, int]:
        """Return where the records low..high of one system whose code starts so begin and end."""

    def between_span(self, first: str, last: str, low: int, high: int) -> tuple[int, int]:
        """Return where the records low..high of one system begin and end whose code is at least `first` and
        not above `last`, or starts with `last`."""

    def ranks(self, docs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Return numbers that order records by code, then system, then version."""

    def check(self) -> str:
        """Return what contradicts itself; empty if nothing does."""


class Systems:
    """The blocks of the code systems.

    Args:
        blocks: the system and the first record of each block, in order.
        count: number of records.
    """

    def __init__(self, blocks: Sequence[tuple[str, int]], count: int) -> None:
        self.names = tuple(name for name, _ in blocks)
        self.begins = [begin for _, begin in blocks]
        self.ends = [*self.begins[1:], count][: len(self.begins)]

    def of(self, doc: int) -> str:
        """Return the system of a record."""
        return self.names[bisect_right(self.begins, doc) - 1]

    def blocks(self, systems: Sequence[str] | None = None) -> Iterator[tuple[int, int]]:
        """Yield first record and end of each block, only of some systems if given."""
        for name, begin, end in zip(self.names, self.begins, self.ends, strict=True):
            if systems is None or name in systems:
                yield begin, end


class TextCodes:
    """Codes that are kept as text."""

    def __init__(self, file: Arrays) -> None:
        self._codes: npt.NDArray[np.bytes_] = file.array("codes")
        self.kept_ranks: npt.NDArray[np.int32] = file.array("code_rank")

    def code(self, doc: int) -> str:
        """See `Codes`."""
        return bytes(self._codes[doc]).decode()

    def span(self, code: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`."""
        if "\0" in code:  # numpy drops trailing zeros, and no code holds one
            return low, low
        wanted = _encoded(code)
        return self._between(wanted, wanted + b"\0", low, high)

    def prefix_span(self, prefix: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`."""
        # No byte of UTF-8 is 0xff, so that every code with the prefix sorts before the upper bound.
        return self._between(_encoded(prefix), _encoded(prefix) + b"\xff", low, high)

    def between_span(self, first: str, last: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`."""
        return self._between(_encoded(first), _encoded(last) + b"\xff", low, high)

    def ranks(self, docs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """See `Codes`."""
        ranks: npt.NDArray[np.int64] = self.kept_ranks[docs].astype(np.int64)
        return ranks

    def check(self) -> str:
        """See `Codes`."""
        if not np.array_equal(np.sort(self.kept_ranks), np.arange(len(self._codes))):
            return "the ranks of the codes do not hold every version once"
        ordered = self._codes[np.argsort(self.kept_ranks)]
        if np.any(ordered[1:] < ordered[:-1]):
            return "the codes are not in order"
        return ""

    def _between(self, begin: bytes, end: bytes, low: int, high: int) -> tuple[int, int]:
        # bisect looks at a few codes; numpy.searchsorted would first copy all of them to a common width.
        first = bisect_left(self._codes, begin, low, high)
        return first, bisect_left(self._codes, end, first, high)


class PartCodes:
    """Codes made up of the names of two parts, with a slash between.

    Args:
        names: the names of parts, in order.
        first, second: for each record the number of the part, from 1; 0 for none.
    """

    def __init__(
        self,
        names: Sequence[str],
        first: npt.NDArray[np.unsignedinteger],
        second: npt.NDArray[np.unsignedinteger],
    ) -> None:
        self._names = names
        self._texts = ("", *names)
        self._first = first
        self._second = second
        self.kept_ranks = np.zeros(0, np.int32)

    def code(self, doc: int) -> str:
        """See `Codes`."""
        return f"{self._texts[self._first.item(doc)]}{SLASH}{self._texts[self._second.item(doc)]}"

    def span(self, code: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`."""
        first, slash, second = code.partition(SLASH)
        if not slash:
            return low, low
        low, high = self._run(*self._numbers(first, first + "\0"), low, high)
        begin, end = self._numbers(second, second + "\0")
        return _places(self._second, begin, end, low, high)

    def prefix_span(self, prefix: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`."""
        first, slash, second = prefix.partition(SLASH)
        if not slash:
            return self._run(*self._numbers(first, first + "\U0010ffff"), low, high)
        low, high = self._run(*self._numbers(first, first + "\0"), low, high)
        return _places(self._second, *self._numbers(second, second + "\U0010ffff"), low, high)

    def among(self, codes: Sequence[str], low: int, high: int) -> Docs:
        """Return the records low..high of one system both of whose parts are among these, ascending."""
        numbers = sorted({begin for code in codes for begin in range(*self._numbers(code, code + "\0"))})
        wanted = np.zeros(len(self._names) + 1, bool)
        wanted[numbers] = True
        found = [np.zeros(0, np.int64)]
        for number in numbers:
            begin, end = self._run(number, number + 1, low, high)
            found.append(np.flatnonzero(wanted[self._second[begin:end]]) + begin)
        return np.concatenate(found).astype(np.uint32)

    def between_span(self, first: str, last: str, low: int, high: int) -> tuple[int, int]:
        """See `Codes`; only the first part counts."""
        return self._run(*self._numbers(first, last + "\U0010ffff"), low, high)

    def ranks(self, docs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """See `Codes`."""
        pair = self._first[docs].astype(np.int64) * (len(self._names) + 1) + self._second[docs]
        ranks: npt.NDArray[np.int64] = pair * len(self._first) + docs
        return ranks

    def check(self) -> str:
        """See `Codes`."""
        most = max(self._first.max(initial=0), self._second.max(initial=0))
        return "a code names a part that there is not" if most > len(self._names) else ""

    def _numbers(self, begin: str, end: str) -> tuple[int, int]:
        """Return the numbers of the parts whose name is at least `begin` and below `end`: first and end."""
        low = bisect_left(self._names, begin)
        return low + 1, bisect_left(self._names, end, low) + 1

    def _run(self, begin: int, end: int, low: int, high: int) -> tuple[int, int]:
        return _places(self._first, begin, end, low, high)


def part_name(names: Sequence[str], number: Any) -> str | None:
    """Return the name of a part, numbered from 1; None for 0, which is no part."""
    return names[int(number) - 1] if number else None


def _places(column: Numbers, begin: int, end: int, low: int, high: int) -> tuple[int, int]:
    """Return where the ascending column[low:high] is at least `begin` and below `end`."""
    first = bisect_left(column, begin, low, high)
    return first, bisect_left(column, end, first, high)


def _encoded(code: str) -> bytes:
    return code.encode("utf-8", "replace")
