"""Reads the fact tables. One connection a thread and process; the file is opened immutable and read-only."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from searchcore.codes import display_form
from searchcore.errors import GenerationError
from searchcore.facts.schema import LIST_COLUMNS, TABLES
from searchcore.result import Successor

_MOST_AT_ONCE = 500


@dataclass(frozen=True)
class ReleaseInfo:
    """One loaded release: `id` is `source/release`; days as ISO text; rows read and rejected."""

    id: str
    source: str
    title: str
    release: str
    start: str | None
    end: str | None
    rows: int
    rejected: int
    file: str
    sha256: str


class Facts:
    """The facts of one generation. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._connection()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None
        # A forked process must not go on with a connection: the place of reading in the file would be shared.
        process, connection = getattr(self._local, "opened", (0, None))
        if connection is None or process != os.getpid():
            try:
                uri = f"file:{quote(str(self._path))}?mode=ro&immutable=1"
                connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
                connection.row_factory = sqlite3.Row
                connection.execute("SELECT 1 FROM release LIMIT 1")
            except sqlite3.Error as error:
                raise GenerationError(
                    "the facts are damaged", where=str(self._path), mend="run: codefacet rollback"
                ) from error
            self._local.opened = os.getpid(), connection
            with self._lock:
                self._open.append(connection)
        return connection

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()

    def rows(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        """Return the rows of a table whose columns equal the values given, in file order; lists decoded.

        A value that is a list or tuple matches any of its members.
        """
        if table not in TABLES:
            raise GenerationError(f"there is no fact table {table!r}")
        clauses: list[str] = []
        values: list[Any] = []
        for column, value in where.items():
            if isinstance(value, (list, tuple)):
                clauses.append(f'"{column}" IN ({",".join("?" * len(value))})')
                values += value
            else:
                clauses.append(f'"{column}" IS ?')
                values.append(value)
        condition = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        cursor = self._connection().execute(f'SELECT * FROM "{table}"{condition} ORDER BY rowid', values)
        return [_decoded(row) for row in cursor]

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self._connection().execute(f'SELECT count(*) FROM "{TABLES[table].name}"').fetchone()[0])

    @cached_property
    def releases(self) -> list[ReleaseInfo]:
        """All loaded releases, by source and window."""
        return [ReleaseInfo(**row) for row in self.rows("release")]

    @cached_property
    def facet_values(self) -> dict[tuple[str, str], dict[str, tuple[str, str | None]]]:
        """(kind, facet) to value to (label, parent)."""
        found: dict[tuple[str, str], dict[str, tuple[str, str | None]]] = {}
        for row in self.rows("facet_value"):
            found.setdefault((row["kind"], row["facet"]), {})[row["value"]] = (row["label"], row["parent"])
        return found

    def successors(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[Successor, ...]]:
        """Return the successors of each (system, code), in the order of their conditions."""
        found: dict[tuple[str, str], list[Successor]] = {}
        codes = sorted({code for _, code in keys})
        wanted = set(keys)
        for chunk in _chunks(codes):
            for row in self.rows("successor", code=chunk):
                key = (row["system"], row["code"])
                if key in wanted and row["to_code"]:
                    found.setdefault(key, []).append(_successor(row))
        return {key: tuple(rows) for key, rows in found.items()}


def _successor(row: dict[str, Any]) -> Successor:
    return Successor(
        system=row["to_system"],
        code=row["to_code"],
        display=display_form(row["to_system"], row["to_code"]),
        to=row["to_end"],
        kind=row["kind"],
        condition=row["condition"],
        unit_change=row["unit_change"],
        source=row["source"],
    )


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    return {
        key: json.loads(value) if key in LIST_COLUMNS and value is not None else value
        for key, value in zip(row.keys(), row, strict=True)
    }


def _chunks(values: list[str]) -> Iterable[list[str]]:
    for begin in range(0, len(values), _MOST_AT_ONCE):
        yield values[begin : begin + _MOST_AT_ONCE]
