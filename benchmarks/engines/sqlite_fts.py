"""SQLite FTS5 for the words, tables for the facets, GROUP BY for their counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from benchmarks.corpus import LIVE, Corpus
from benchmarks.engines.base import PAGE, Answer, Session
from benchmarks.queries import Query

_FILE = "index.sqlite"
_FAST = ("pragma journal_mode=off", "pragma synchronous=off", "pragma cache_size=-400000")
_READ = ("pragma cache_size=-400000", "pragma mmap_size=4000000000", "pragma temp_store=memory")


class SqliteFts:
    """One contentless FTS5 table, one table of records, one table for each multi-valued facet."""

    name = "sqlite-fts5"
    label = "SQLite FTS5"
    most_records: int | None = None
    every = 1
    most_rounds: int | None = 3

    def missing(self) -> str:
        """See `Engine`."""
        try:
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.execute("create virtual table t using fts5(words)")
        except sqlite3.OperationalError:
            return "this SQLite has no FTS5"
        return ""

    def build(self, corpus: Corpus, folder: Path) -> None:
        """See `Engine`."""
        plan = corpus.plan
        single = [name for name in plan.facets if name not in plan.several]
        with closing(sqlite3.connect(folder / _FILE, isolation_level=None)) as connection:
            for line in (*_FAST, "begin"):
                connection.execute(line)
            # The tokenizer splits at blanks only: all other characters of our words count as letters.
            connection.execute("create virtual table f using fts5(words, keys, content='', tokenize='ascii')")
            facets = ", ".join(f'"{name}" text' for name in single)
            connection.execute(f"create table r(id integer primary key, code, title, live, {facets})")
            for name in plan.several:
                connection.execute(f'create table "m_{name}"(id integer, value text)')
            for part in corpus.parts():
                _insert(connection, part, single, plan.several)
            connection.execute("insert into f(f) values('optimize')")
            for name in plan.several:
                connection.execute(f'create index "i_{name}" on "m_{name}"(id, value)')
            for line in ("commit", "analyze"):
                connection.execute(line)

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return SqliteSession(corpus, folder / _FILE)


def _insert(
    connection: sqlite3.Connection, part: pl.DataFrame, single: list[str], several: tuple[str, ...]
) -> None:
    words = part.select("number", "words", "keys").iter_rows()
    connection.executemany("insert into f(rowid, words, keys) values(?, ?, ?)", words)
    columns = ["number", "code", "title", "live", *single]
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"insert into r values({marks})", part.select(columns).iter_rows())
    for name in several:
        values = part.select("number", name).explode(name).iter_rows()
        connection.executemany(f'insert into "m_{name}" values(?, ?)', values)


class SqliteSession:
    """A connection. Matches go into a temporary table, which is then grouped by each facet."""

    def __init__(self, corpus: Corpus, path: Path) -> None:
        self._several = corpus.plan.several
        self._single = [name for name in corpus.plan.facets if name not in self._several]
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for line in _READ:
            self._connection.execute(line)
        columns = ", ".join(f'"{name}" text' for name in self._single)
        self._connection.execute(f"create temp table m(id integer primary key, {columns})")

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        run = self._connection.execute
        match = _match(query)
        columns = ", ".join(f'r."{name}"' for name in self._single)
        run("delete from m")
        run(
            f"insert into m select r.id, {columns} from f join r on r.id = f.rowid "
            f"where f match ? and r.live = '{LIVE}'",
            (match,),
        )
        where, values = self._filter(query)
        total = run(f"select count(*) from m where {where}", values).fetchone()[0]
        hits = run(
            "select r.code, r.title from f join m on m.id = f.rowid join r on r.id = m.id "
            f"where f match ? and {where} order by bm25(f) limit {PAGE}",
            (match, *values),
        ).fetchall()
        return Answer(total, dict(self._counts(query, where, values)), tuple(hits))

    def _filter(self, query: Query) -> tuple[str, tuple[str, ...]]:
        if query.filter is None:
            return "1", ()
        name, values = query.filter
        marks = ", ".join("?" * len(values))
        if name in self._several:
            return f'm.id in (select id from "m_{name}" where value in ({marks}))', values
        return f'm."{name}" in ({marks})', values

    def _counts(
        self, query: Query, where: str, values: tuple[str, ...]
    ) -> Iterator[tuple[str, dict[str, int]]]:
        for name in (*self._single, *self._several):
            own = query.filter is not None and query.filter[0] == name
            condition, given = ("1", ()) if own else (where, values)
            source, column = "m", f'm."{name}"'
            if name in self._several:
                source, column = f'm join "m_{name}" v on v.id = m.id', "v.value"
            lines = self._connection.execute(
                f"select {column}, count(*) from {source} where {condition} group by 1", given
            )
            yield name, dict(lines)


def _match(query: Query) -> str:
    if query.words:
        return "words: (" + " AND ".join(f'"{word}"' for word in query.words) + ")"
    keys = [f'keys: "{key}"' for key in query.keys]
    phrases = [f'words: "{" ".join(phrase)}"' for phrase in query.phrases]
    return " OR ".join([*keys, *phrases])
