"""What a reader is: it recognises a file by its content and turns it into typed row tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from searchcore.errors import SourceFileError

if TYPE_CHECKING:
    import polars as pl

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Member:
    """One file as published: loose, or a member of an archive.

    Attributes:
        file: name of the outer file, without folders.
        path: names from the outer file inwards, `outer.zip!inner.txt`; what error lines show.
        name: name of the member itself, without folders and without a `.gz` ending.
        size: bytes once unpacked.
        read: returns all bytes, unpacked.
    """

    file: str
    path: str
    name: str
    size: int
    read: Callable[[], bytes] = field(repr=False, compare=False)

    @cached_property
    def content(self) -> bytes:
        """All bytes, unpacked. Kept until `forget` is called."""
        return self.read()

    @cached_property
    def head(self) -> bytes:
        """The first 64 kB, for recognition."""
        return self.content[:HEAD_BYTES]

    @cached_property
    def head_text(self) -> str:
        """The first 64 kB as text: UTF-8 if it is, else cp1252; without a BOM, line ends as \\n."""
        return decode(self.head, partial=True)

    def text(self) -> str:
        """The whole content as text, decoded as `head_text` is."""
        return decode(self.content)

    def forget(self) -> None:
        """Drop the content from memory, and what was found out about it."""
        for name in ("content", "harmless"):
            self.__dict__.pop(name, None)

    def error(self, what: str, *, line: int | None = None, mend: str = "") -> SourceFileError:
        """Return an error that names this member, and the line if given."""
        where = self.path if line is None else f"{self.path}, line {line}"
        return SourceFileError(what, where=where, mend=mend)


@dataclass(frozen=True)
class Release:
    """A dated issue of a source.

    Attributes:
        name: `FY2026`, `2024Q3`, `2025D`; unique within the source.
        start: first day that the release speaks for; None if the file does not say.
        end: last day of its natural window (a fiscal year, a quarter); None if open.
        part: of a release in several files or forms: `f1`, `txt`, a table's name.
    """

    name: str
    start: dt.date | None = None
    end: dt.date | None = None
    part: str = ""


@dataclass(frozen=True)
class Reject:
    """A row that does not parse: 1-based line (or sheet row), reason, and the first 120 characters."""

    line: int
    reason: str
    text: str


@dataclass
class Reading:
    """What a reader gives: tables by name (`indexer.tables`), rows read, rows rejected.

    `rows` counts the data rows of the file that were read; `rows + len(rejects)` is every data row there is.
    `checks`: counts by name that the import compares with a second file of the release (for example
    `billable`), and that `status` shows.
    """

    tables: dict[str, pl.DataFrame]
    rows: int
    rejects: list[Reject] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)


class Reader(Protocol):
    """Reads one file format. `options` come from `reader_options` in the source's source.yaml."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell from the content alone (head, at most) whether this is such a file."""

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release that name and content give; None if neither says.

        Raises:
            SourceFileError: name and content contradict each other (a file of the wrong year).
        """

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows.

        Raises:
            SourceFileError: a column is missing or the file is damaged.
        """


def decode(data: bytes, *, partial: bool = False) -> str:
    """Decode agency text: UTF-8 (BOM dropped) where valid, else cp1252; line ends become \\n."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if partial and error.start >= len(data) - 4:
            text = data[: error.start].decode("utf-8-sig")
        else:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_blank(line: str) -> bool:
    """Tell whether a line holds nothing but white space, NUL and the end mark of old DOS files."""
    return not line.replace("\x00", "").replace("\x1a", "").strip()


def parse_yyyymmdd(text: str) -> dt.date | None:
    """Return the date of an 8-digit field, None for blank; raise ValueError for anything else."""
    text = text.strip()
    if not text:
        return None
    return dt.datetime.strptime(text, "%Y%m%d").date()


def quarter_window(year: int, quarter: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a calendar quarter (1 to 4)."""
    start = dt.date(year, 3 * quarter - 2, 1)
    after = dt.date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return start, after - dt.timedelta(days=1)


def fiscal_year_window(year: int, *, april: bool = False) -> tuple[dt.date, dt.date]:
    """Return the window of an ICD-10 fiscal year (1 October to 30 September), or of its April update."""
    start = dt.date(year, 4, 1) if april else dt.date(year - 1, 10, 1)
    return start, dt.date(year, 9, 30)


def year_in(name: str) -> int | None:
    """Return the one plausible year (2000 to 2099) that stands in a file name, else None."""
    years = {int(found) for found in re.findall(r"(?<!\d)(20\d\d)(?!\d{3,})", name)}
    return years.pop() if len(years) == 1 else None
