"""Random corpora of many fields for the query nodes, written as a segment, for all that can search it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count as numbers_from
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st
from whoosh.reading import SegmentReader
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from searchcore.schema import KindSchema, TextField, load_kind
from searchcore.whoosh_engine.codec import ColumnarCodec, ColumnarSegment
from searchcore.whoosh_engine.columns import Numbers
from searchcore.whoosh_engine.execute import Executor, make_scoring
from searchcore.whoosh_engine.layout import INDEX_NAME, WEIGHT_UNITS, whoosh_schema
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.segment_file import SegmentFile, SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_merged, write_places
from searchcore.whoosh_engine.stored_writer import write_stored

from .both_codecs import WORDS, postings_of

# Stems that are themselves: near each other, beginning alike, of one to four bytes a character.
NEAR = (
    "k",
    "kn",
    "kne",
    "knees3",
    "bo",
    "bon",
    "bun",
    "burn2",
    "胃痛",
    "胃潰瘍",
    "𐐨",
    "𐐨𐐨",
    "βet",
    "жук",
    "רגל",
)
VOCABULARY = (*WORDS, *NEAR)
# Weight of a word of each field. A value of `terms` is a list of texts, any other is one text.
UNITS = {"title": 20, "note": 10, "terms": 5, "code": 1, "rare": 37}
LISTS = frozenset({"terms"})
K1, B = 1.3, 0.6
MISSING_DAY = -(2**31)
_CLASSES = 7
_numbered = numbers_from()

Texts = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Corpus:
    """Records as they stand before they are written.

    Attributes:
        texts: of each record the texts of each field.
        days, shares, classes: columns; a day or a share may be missing, and each class has a year.
    """

    texts: tuple[Texts, ...]
    days: tuple[int | None, ...]
    shares: tuple[float | None, ...]
    classes: tuple[int, ...]
    years: tuple[int | None, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return f"Corpus({[{k: v for k, v in each.items() if v} for each in self.texts]})"

    def column(self, name: str) -> list[float | None]:
        """Return the values of a column as a person reads them."""
        if name == "year":
            return [self.years[number] for number in self.classes]
        return list(self.days if name == "day" else self.shares)


class Columns:
    """The columns of the corpus that is searched just now: `ColumnRange` asks it."""

    corpus: Corpus

    def numbers(self, name: str) -> Numbers:
        """See `searchcore.whoosh_engine.column_queries.NumberColumns`."""
        if name == "year":
            years = [0 if year is None else year for year in self.corpus.years]
            return Numbers(np.array(years, np.int16), 0, np.array(self.corpus.classes, np.uint8))
        if name == "day":
            days = [MISSING_DAY if day is None else day for day in self.corpus.days]
            return Numbers(np.array(days, np.int32), MISSING_DAY)
        shares = [np.nan if share is None else share for share in self.corpus.shares]
        return Numbers(np.array(shares, np.float64))


COLUMNS = Columns()


def some_corpus(seed: int, count: int, longest: int = 8) -> Corpus:
    """Return a corpus; one with another seed has other words, other lengths and other empty fields."""
    rng = random.Random(seed)
    vocabulary = rng.sample(VOCABULARY, rng.randint(1, len(VOCABULARY)))
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    fill = {name: rng.choice((0.0, 0.3, 0.9, 1.0)) for name in UNITS}

    def text(name: str) -> str:
        if rng.random() > fill[name]:
            return ""
        words = rng.choices(vocabulary, weights, k=rng.choice((1, rng.randint(1, longest))))
        return " ".join(words * 150 if rng.random() < 0.01 else words)

    texts = tuple(
        {name: tuple(text(name) for _ in range(rng.randint(0, 3) if name in LISTS else 1)) for name in UNITS}
        for _ in range(count)
    )
    years = tuple(rng.choice((None, 2019, 2020, 2024)) for _ in range(_CLASSES))
    return Corpus(
        texts,
        tuple(rng.choice((None, rng.randint(-50, 50))) for _ in range(count)),
        tuple(rng.choice((None, rng.random())) for _ in range(count)),
        tuple(rng.randrange(_CLASSES) for _ in range(count)),
        years,
    )


corpora = st.builds(some_corpus, st.integers(0, 2**32 - 1), st.sampled_from((0, 1, 2, 3, 8, 20, 45)))


def nodes_schema() -> KindSchema:
    """Return a schema with these fields, all of them without facets and sorts."""
    text = {name: TextField(name, name, units / WEIGHT_UNITS) for name, units in UNITS.items()}
    return replace(load_kind("code"), text=text, facets={}, sorts={})


@dataclass(frozen=True)
class Opened:
    """A corpus that was written, for our executor and for Whoosh's own searcher."""

    corpus: Corpus
    segment: OpenSegment

    @cached_property
    def searcher(self) -> Any:
        """Whoosh's own searcher over the segment."""
        own = ColumnarSegment(INDEX_NAME, len(self.corpus))
        reader = SegmentReader(None, whoosh_schema(nodes_schema()), own, codec=ColumnarCodec(self.segment))
        return Searcher(reader, weighting=BM25F(B=B, K1=K1))

    @cached_property
    def executor(self) -> Executor:
        """The executor over the segment."""
        scoring = make_scoring(self.segment.lengths, K1, B)
        return Executor(self.segment, scoring, lambda: self.searcher)


@contextmanager
def opened(corpus: Corpus, folder: Path) -> Iterator[Opened]:
    """Write a corpus into a file of its own, which is deleted afterwards."""
    path = folder / f"{next(_numbered)}.segment"
    columns = {
        name: pl.Series([list(each[name]) for each in corpus.texts], dtype=pl.List(pl.String))
        for name in UNITS
    }
    texts, places, merged = postings_of(UNITS, columns)
    with SegmentFileWriter(path) as file:
        for name, postings in places.items():
            write_places(file, name, texts.terms, postings, len(corpus))
        write_merged(file, texts.terms, *merged, len(corpus))
        write_stored(file, pl.DataFrame({"number": list(range(len(corpus)))}))
        file.finish()
    COLUMNS.corpus = corpus
    try:
        yield Opened(corpus, OpenSegment(SegmentFile(path)))
    finally:
        path.unlink()
