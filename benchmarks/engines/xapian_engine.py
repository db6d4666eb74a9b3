"""Xapian through its Python binding, which distributions install for their own Python (no pip package)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.as_of import LIVE
from benchmarks.corpus import Corpus
from benchmarks.engines.base import PAGE, Answer, Session
from benchmarks.queries import Query

try:
    import xapian  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    xapian = None

_DATABASE = "database"
_BETWEEN = "\x1f"
# Prefixes of terms, as Xapian's conventions want them; words have none.
_KEY, _LIVE, _FACET = "K", "XLIVE", "XF"
_MOST_TERM = 240


class Xapian:
    """Words with positions, boolean terms for keys and facets, value slots counted by match spies."""

    name = "xapian"
    label = "Xapian"
    most_records: int | None = 1_000_000
    every = 1
    most_rounds: int | None = 3
    one_session = False

    def missing(self) -> str:
        """See `Engine`."""
        if xapian:
            return ""
        return "the module xapian cannot be imported (Debian: python3-xapian, for the system's Python only)"

    def build(self, corpus: Corpus, folder: Path) -> None:
        """See `Engine`."""
        flags = xapian.DB_CREATE | xapian.DB_NO_SYNC
        database = xapian.WritableDatabase(str(folder / _DATABASE), flags)
        facets, several = corpus.plan.facets, corpus.plan.several
        for row in corpus.rows():
            document = xapian.Document()
            for position, word in enumerate(row["words"].split()):
                document.add_posting(word, position)
            for key in row["keys"].split():
                document.add_boolean_term(_KEY + key)
            document.add_boolean_term(_LIVE + row["live"])
            for slot, name in enumerate(facets):
                values = row[name] if name in several else [row[name]]
                document.add_value(slot, _BETWEEN.join(values))
                for value in values:
                    document.add_boolean_term(_term(slot, value))
            document.set_data(f"{row['code']}\n{row['title'] or ''}")
            database.add_document(document)
        database.commit()
        database.close()

    def open(self, corpus: Corpus, folder: Path) -> Session:
        """See `Engine`."""
        return XapianSession(corpus, xapian.Database(str(folder / _DATABASE)))


def _term(slot: int, value: str) -> str:
    return f"{_FACET}{slot}:{value}".encode()[:_MOST_TERM].decode(errors="ignore")


class XapianSession:
    """An opened database; one for each thread."""

    def __init__(self, corpus: Corpus, database: Any) -> None:
        self._database = database
        self._facets = corpus.plan.facets
        self._several = corpus.plan.several
        self._all = max(1, database.get_doccount())

    def ask(self, query: Query) -> Answer:
        """See `Session`."""
        live = xapian.Query(_LIVE + LIVE)
        text = xapian.Query(xapian.Query.OP_FILTER, _text(query), live)
        own = query.filter[0] if query.filter else None
        wanted = text
        if query.filter:
            slot = self._facets.index(query.filter[0])
            values = [_term(slot, value) for value in query.filter[1]]
            chosen = xapian.Query(xapian.Query.OP_OR, values)
            wanted = xapian.Query(xapian.Query.OP_FILTER, text, chosen)
        found, counts = self._run(wanted, [name for name in self._facets if name != own], PAGE)
        if own:
            counts |= self._run(text, [own], 0)[1]
        hits = [match.document.get_data().decode().split("\n", 1) for match in found]
        shown = tuple((code, title or None) for code, title in hits)
        return Answer(found.get_matches_estimated(), counts, shown)

    def _run(self, wanted: Any, names: list[str], limit: int) -> tuple[Any, dict[str, dict[str, int]]]:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(wanted)
        spies = {name: xapian.ValueCountMatchSpy(self._facets.index(name)) for name in names}
        for spy in spies.values():
            enquire.add_matchspy(spy)
        # Checking all documents makes the estimate exact, and the spies see every match.
        found = enquire.get_mset(0, limit, self._all)
        return found, {name: self._values(name, spy) for name, spy in spies.items()}

    def _values(self, name: str, spy: Any) -> dict[str, int]:
        counts: dict[str, int] = {}
        for item in spy.values():
            text = item.term.decode()
            for value in text.split(_BETWEEN) if name in self._several else [text]:
                counts[value] = counts.get(value, 0) + item.termfreq
        return counts


def _text(query: Query) -> Any:
    make = xapian.Query
    if query.words:
        return make(make.OP_AND, list(query.words))
    keys = [make(_KEY + key) for key in query.keys]
    return make(make.OP_OR, [*keys, *(_phrase(phrase) for phrase in query.phrases)])


def _phrase(words: tuple[str, ...]) -> Any:
    make = xapian.Query
    return make(words[0]) if len(words) == 1 else make(make.OP_PHRASE, list(words))
