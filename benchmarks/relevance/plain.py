"""Other engines with the same texts: any word may match, BM25, Porter stemming, a title counts double."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from benchmarks.relevance.asking import Ask
from benchmarks.relevance.judged import Key
from benchmarks.relevance.measures import DEPTH
from benchmarks.relevance.texts import ABOVE, COLUMNS, NAMES, TITLE

try:
    import tantivy
except ImportError:
    tantivy = None  # type: ignore[assignment]

WEIGHTS = {TITLE: 2.0, NAMES: 1.0, ABOVE: 0.3}
_WORD = re.compile(r"\w+")
_HEAP = 300_000_000

Build = Callable[[pl.DataFrame], Ask]


def sqlite_fts5(texts: pl.DataFrame) -> Ask:
    """Build an FTS5 index in memory and return what asks it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    columns = ", ".join(COLUMNS)
    connection.execute(
        f"create virtual table f using fts5(system unindexed, code unindexed, {columns}, "
        "tokenize='porter unicode61')"
    )
    connection.execute("begin")
    rows = texts.select("system", "code", *COLUMNS).iter_rows()
    connection.executemany("insert into f values(?, ?, ?, ?, ?)", rows)
    connection.execute("insert into f(f) values('optimize')")
    connection.execute("commit")
    weights = ", ".join(str(WEIGHTS[name]) for name in COLUMNS)
    connection.execute(f"insert into f(f, rank) values('rank', 'bm25(0, 0, {weights})')")

    def ask(text: str) -> Sequence[Key]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        if not words:
            return []
        found = "select system, code from f where f match ? order by rank limit ?"
        return connection.execute(found, (words, DEPTH)).fetchall()

    return ask


def tantivy_index(texts: pl.DataFrame) -> Ask:
    """Build a tantivy index in memory and return what asks it."""
    builder = tantivy.SchemaBuilder()
    for name in ("system", "code"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in COLUMNS:
        builder.add_text_field(name, tokenizer_name="en_stem", index_option="freq")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for row in texts.select("system", "code", *COLUMNS).iter_rows(named=True):
        writer.add_document(tantivy.Document.from_dict(row, index.schema))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> Sequence[Key]:
        words = " ".join(_WORD.findall(text)).lower()
        if not words:
            return []
        wanted = index.parse_query(words, list(COLUMNS), field_boosts=WEIGHTS)
        docs: list[Any] = [searcher.doc(address) for _, address in searcher.search(wanted, DEPTH).hits]
        return [(doc["system"][0], doc["code"][0]) for doc in docs]

    return ask


def engines() -> dict[str, Build]:
    """Return the engines that can run here, by the names that people see."""
    found: dict[str, Build] = {"SQLite FTS5": sqlite_fts5}
    if tantivy:
        found["tantivy"] = tantivy_index
    return found
