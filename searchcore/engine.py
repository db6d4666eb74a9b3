"""The engine protocol: what an engine must do so that CodeFacet can serve from it.

An engine holds the index of one kind in one directory of a generation. The contract suite in
`tests/contract/` runs against every engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from searchcore.result import Reason, Record
from searchcore.suggestion import Suggestion

if TYPE_CHECKING:
    import polars as pl

    from searchcore.request import Request
    from searchcore.schema import KindSchema

# Columns that every records frame has, in addition to the text fields and facets of its kind.
BASE_COLUMNS = (
    "system",  # str: id of the code system
    "code",  # str: stored form
    "valid_from",  # date or null
    "valid_to",  # date or null: last usable day
    "since",  # date or null: first day on which it surely holds, where valid_from does not say; arrays use it
    "until",  # date or null: last such day, where valid_to does not say (an edit that was never in force)
    "start",  # str: Bound of valid_from
    "end",  # str: Bound of valid_to
    "undecided",  # bool: no loaded release decides on this key's life
    "header",  # bool: exists, but is not billable
    "releases",  # list[str]: release ids that say so, oldest first
    "origins",  # str: JSON object, field -> "release#row"
    "extra",  # str: JSON object of further stored values, not searched
)

Progress = Callable[[int, int], None]


class RawHit(NamedTuple):
    """A hit before labels and successors are added; `members` as in `searchcore.result.Hit`."""

    record: Record
    score: float
    spans: Sequence[tuple[int, int]]
    exact: bool
    members: Sequence[RawHit] = ()
    members_total: int | None = None
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True)
class RawResult:
    """What an engine answers: the page, the total and per facet the count of every value.

    `counts` leave out the facet's own selection (disjunctive counts); `-` stands for "not specified". They
    and `total` count records, grouped or not; `groups` counts groups, and is None where none were asked for.
    `suggestion` is the text of another search, which surely finds something. Where records with some of the
    words are among the hits, `complete` says how many have all of them; else it is None. `warnings` say
    what is missing from the answer.
    """

    total: int
    hits: tuple[RawHit, ...]
    counts: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...] = ()
    groups: int | None = None
    suggestion: str | None = None
    complete: int | None = None
    warnings: tuple[str, ...] = ()


class IndexWriter(Protocol):
    """Writes the index of one kind."""

    def write(
        self,
        schema: KindSchema,
        records: pl.DataFrame,
        directory: Path,
        progress: Progress,
        parts: pl.DataFrame | None = None,
    ) -> None:
        """Write all records; rows stand by system and code, versions of a key oldest first.

        The records of a joined kind (`KindSchema.joined`) have no code and no text: their text columns hold
        row numbers of `parts`, `releases` is one release id, `origins` a JSON template in which `#?` stands
        for the number in the column `row`; a base column that is missing stands for its neutral value.

        Args:
            schema: the kind.
            records: one row a version, with `BASE_COLUMNS`, the text fields, the facets (a list[str] column
                where the field or facet holds several) and the columns of groups of the kind.
            directory: an empty directory.
            progress: called with (done, total).
            parts: of a joined kind: `name` (by which it is sorted), the other text fields of parts, and a
                column for each attribute that a facet shows; None for all other kinds.
        """


class KindIndex(Protocol):
    """The index of one kind, opened for reading. Safe to use from several threads."""

    def search(self, request: Request) -> RawResult:
        """Answer a request.

        An exact code is the first hit. With an as-of day one version stands for each key; without, every
        version counts. A page behind the last one gives no hits and the right total.

        Where the request names a group, a hit is the best record of its group by the sort in use (ties by
        code, system and version), and pages are pages of groups, which stand in the order of these records.
        """

    def suggest(self, text: str, limit: int, as_of: dt.date | None) -> list[Suggestion]:
        """Return what a text may become while somebody types it: codes, then phrases, the best first."""

    def versions(self, code: str, systems: Sequence[str] | None, as_of: dt.date | None) -> list[Record]:
        """Return all versions of a stored code, oldest first; `status` is that of the key on the day."""

    def representative(self, code: str, systems: Sequence[str] | None, as_of: dt.date) -> list[Record]:
        """Return, for each system that knows the code, the version that stands for it on the day."""

    def beside(self, system: str, code: str, as_of: dt.date, count: int) -> tuple[list[Record], list[Record]]:
        """Return the records before and behind a code in its system, in code order, at most `count` each.

        The code itself need not exist. Each key is there once, by the version that stands for it on the day.
        """

    def among(self, codes: Sequence[str], as_of: dt.date, most: int) -> tuple[list[Record], int]:
        """Return the records of a joined kind both of whose codes are among some, and how many there are.

        Those in force on the day go first, then by system and code; at most `most`. Other kinds have none.
        """

    def check(self) -> int:
        """Verify the index against itself and return its number of versions; raise GenerationError."""

    def close(self) -> None:
        """Free the files."""
