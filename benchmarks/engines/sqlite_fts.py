"""SQLite FTS5 for the words, tables for the facets, GROUP BY for their counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from benchmarks.as_of import LIVE
from benchmarks.corpus import Corpus
from benchmarks.engines.base import PAGE, Answer, Session
from benchmarks.queries import Query

_FILE = "index.sqlite"
_FAST = ("pragma journal_mode=off", "pragma synchronous=off", "pragma cache_size=-400000")
_READ = ("pragma cache_size=-400000", "pragma mmap_size=4000000000", "pragma temp_store=memory")


class SqliteFts:
    """A contentless FTS5 table; a narrow table of facet ordinals, and one for each multi-valued facet."""

    name = "sqlite-fts5"
    label = "SQLite FTS5"
    most_records: int | None = 1_000_000
    every = 1
    most_rounds: int | None = 3
    one_session = False

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
            connection.execute("create table shown(id integer primary key, code, title)")
            connection.execute("create table ordinal(facet text, number integer, value text)")
            facets = ", ".join(f'"{name}" integer' for name in single)
            connection.execute(f"create table r(id integer primary key, live integer, {facets})")
            for name in plan.several:
                key = "primary key(id, number)"
                connection.execute(
                    f'create table "m_{name}"(id integer, number integer, {key}) without rowid'
                )
            ordinals: dict[str, dict[str, int]] = {name: {} for name in plan.facets}
            for part in corpus.parts():
                _insert(connection, part, single, plan.several, ordinals)
            rows = [(name, number, value) for name in ordinals for value, number in ordinals[name].items()]
            connection.executemany("insert into ordinal values(?, ?, ?)", rows)
            for line in ("insert into f(f) values('optimize')", "commit"):
                connection.execute(line)

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return SqliteSession(corpus, folder / _FILE)


def _insert(
    connection: sqlite3.Connection,
    part: pl.DataFrame,
    single: list[str],
    several: tuple[str, ...],
    ordinals: dict[str, dict[str, int]],
) -> None:
    for name, known in ordinals.items():
        for value in part[name].explode().unique().sort() if name in several else part[name].unique().sort():
            known.setdefault(value, len(known))
    numbers = [pl.col(name).replace_strict(ordinals[name], return_dtype=pl.Int64) for name in single]
    lines = {
        "f(rowid, words, keys)": part.select("number", "words", "keys"),
        "shown": part.select("number", "code", "title"),
        "r": part.select("number", pl.col("live") == LIVE, *numbers),
    }
    for name in several:
        number = pl.col(name).replace_strict(ordinals[name], return_dtype=pl.Int64)
        lines[f'"m_{name}"'] = part.select("number", name).explode(name).select("number", number)
    for table, frame in lines.items():
        marks = ", ".join("?" * frame.width)
        connection.executemany(f"insert into {table} values({marks})", frame.iter_rows())


class SqliteSession:
    """A connection. Matches, scores and facets go into a temporary table, which is then grouped."""

    def __init__(self, corpus: Corpus, path: Path) -> None:
        self._several = corpus.plan.several
        self._single = [name for name in corpus.plan.facets if name not in self._several]
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for line in _READ:
            self._connection.execute(line)
        self._values: dict[str, dict[int, str]] = {name: {} for name in corpus.plan.facets}
        for name, number, value in self._connection.execute("select * from ordinal"):
            self._values[name][number] = value
        self._numbers = {
            name: {value: number for number, value in values.items()} for name, values in self._values.items()
        }
        columns = ", ".join(f'"{name}" integer' for name in self._single)
        self._connection.execute(f"create temp table m(id integer primary key, score real, {columns})")

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        run = self._connection.execute
        columns = ", ".join(f'r."{name}"' for name in self._single)
        run("delete from m")
        # A cross join keeps the order: words first, then a look at each match.
        run(
            f"insert into m select r.id, bm25(f), {columns} from f cross join r on r.id = f.rowid "
            "where f match ? and r.live",
            (_match(query),),
        )
        where = self._filter(query)
        total = run(f"select count(*) from m where {where}").fetchone()[0]
        best = f"select id from m where {where} order by score limit {PAGE}"
        hits = run(f"select code, title from ({best}) cross join shown using(id)").fetchall()
        return Answer(total, dict(self._counts(query, where)), tuple(hits))

    def _filter(self, query: Query) -> str:
        if query.filter is None:
            return "1"
        name, values = query.filter
        numbers = ", ".join(str(self._numbers[name][value]) for value in values)
        if name in self._several:
            return f'exists(select 1 from "m_{name}" x where x.id = m.id and x.number in ({numbers}))'
        return f'm."{name}" in ({numbers})'

    def _counts(self, query: Query, where: str) -> Iterator[tuple[str, dict[str, int]]]:
        for name in (*self._single, *self._several):
            own = query.filter is not None and query.filter[0] == name
            source, column = "m", f'm."{name}"'
            if name in self._several:
                source, column = f'm cross join "m_{name}" v on v.id = m.id', "v.number"
            lines = self._connection.execute(
                f"select {column}, count(*) from {source} where {'1' if own else where} group by 1"
            )
            yield name, {self._values[name][number]: count for number, count in lines}


def _match(query: Query) -> str:
    if query.words:
        return "words: (" + " AND ".join(f'"{word}"' for word in query.words) + ")"
    keys = [f'keys: "{key}"' for key in query.keys]
    phrases = [f'words: "{" ".join(phrase)}"' for phrase in query.phrases]
    return " OR ".join([*keys, *phrases])
