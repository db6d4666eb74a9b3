"""The records that are indexed, as frames: what `codefacet build` links from the imported files."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import polars as pl

from benchmarks.plans import TITLED_EDITS, base_kind, load_plan
from indexer.link.inputs import imported_inputs
from indexer.link.kinds import edits, link
from indexer.link.records import conform_records, in_order
from indexer.link.sample import sample_inputs
from searchcore.schema import load_kind

SEED = 20250801


class Frames(NamedTuple):
    """The records of a kind and, of a joined kind, the parts that they name; see `searchcore.engine`."""

    records: pl.DataFrame
    parts: pl.DataFrame | None = None


def frames_of(name: str, data_dir: Path | None, rows: int | None = None) -> Frames:
    """Return the records of a kind, in the order that the engine wants.

    Args:
        name: a kind, or `TITLED_EDITS`.
        data_dir: a data folder into which files are imported; None for the sample.
        rows: keep about so many records, spread evenly over all keys; None keeps all.
    """
    kind = base_kind(name)
    linked = link(imported_inputs(data_dir) if data_dir else sample_inputs())
    if not load_kind(kind).joined:
        found = Frames(in_order(conform_records(kind, getattr(linked, kind))))
    else:
        found = Frames(*edits(linked))
    if name == TITLED_EDITS:
        found = with_made_up_titles(found, linked.newest_codes["title"].drop_nulls().to_list())
    return found._replace(records=thinned(found.records, rows, load_plan(name).key))


def thinned(records: pl.DataFrame, rows: int | None, key: tuple[str, ...]) -> pl.DataFrame:
    """Return every n-th key of records with all its versions, so that about `rows` rows remain."""
    if rows is None or records.height <= rows:
        return records
    step = -(-records.height // rows)
    return records.filter(pl.struct(key).rle_id() % step == 0)


def with_made_up_titles(frames: Frames, texts: list[str]) -> Frames:
    """Return edits whose codes have one more text each, as a licensed file would give it.

    Args:
        frames: records, and parts of which those with a code system are codes.
        texts: what words are drawn from, as often as they stand there.
    """
    assert frames.parts is not None
    titles = pl.Series(made_up_titles(frames.parts.height, texts))
    titled = pl.concat_list(titles, "words")
    words = pl.when(pl.col("system").is_not_null()).then(titled).otherwise("words")
    return frames._replace(parts=frames.parts.with_columns(words=words))


def made_up_titles(count: int, texts: list[str]) -> list[str]:
    """Return titles of four to twelve words, drawn as often as they stand in some texts."""
    chance = random.Random(SEED)
    words = [word for text in chance.sample(texts, min(len(texts), 20_000)) for word in text.split()]
    return [" ".join(chance.choices(words, k=chance.randint(4, 12))) for _ in range(count)]
