"""Asks engines all queries of a set. Ours is asked through `Library`, as the pages and the API do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.relevance.judged import JudgedSet, Key
from benchmarks.relevance.measures import DEPTH, Answers
from searchcore.library import Library
from searchcore.request import Request
from searchcore.whoosh_engine import reader
from searchcore.whoosh_engine.ranking import read_ranking

# Text to the system and code of the first hits, best first.
Ask = Callable[[str], Sequence[Key]]

# Further values of a `Request`: what is switched off.
Switches = dict[str, Any]


def ask_all(judged: JudgedSet, ask: Ask) -> Answers:
    """Ask all queries of a set, one after the other, and time each."""
    ranks, found, ms = [], [], []
    for row in judged.rows:
        begin = time.perf_counter()
        hits = ask(row.text)[:DEPTH]
        ms.append((time.perf_counter() - begin) * 1000)
        ranks.append(judged.rank(row, hits))
        found.append(len(hits))
    return Answers(np.array(ranks, np.int64), np.array(found, np.int64), np.array(ms))


def asker(library: Library, judged: JudgedSet, *, filtered: bool, switches: Switches) -> Ask:
    """Return what asks our engine.

    Args:
        library: of the generation that is asked.
        judged: the set; its day is asked about.
        filtered: only for codes of the system of the set.
        switches: what is switched off.
    """
    blank = request_of(judged, filtered=filtered, **switches)

    def ask(text: str) -> list[Key]:
        hits = library.search(blank.with_(text=text)).hits
        return [(hit.record.system, hit.record.code) for hit in hits]

    return ask


def request_of(judged: JudgedSet, *, filtered: bool = True, **values: Any) -> Request:
    """Return a request for the day of a set."""
    filters = (("system", (judged.system,)),) if filtered else ()
    return Request(**{"filters": filters, "as_of": judged.day, "per_page": DEPTH, **values})


@contextmanager
def opened(data_dir: Path, ranking: Path | None = None) -> Iterator[Library]:
    """Open the served generation, with the ranking of a file if one is given."""
    with patch.object(reader, "load_ranking", lambda: read_ranking(ranking)) if ranking else nullcontext():
        library = Library.open(data_dir, ("code",))
    with closing(library):
        yield library
