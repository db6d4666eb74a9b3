"""The records that are indexed, as frames: what `codefacet build` links from the imported files."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl

from benchmarks.plans import TITLED_EDITS
from indexer.link.inputs import Inputs, imported_inputs, sample_inputs
from indexer.link.kinds import Linked, edits, link
from indexer.link.ptp import PAIR, SETS
from indexer.link.records import conform_records, in_order
from searchcore.schema import KINDS

SEED = 20250801


def records_of(name: str, data_dir: Path | None, rows: int | None = None) -> pl.DataFrame:
    """Return the records of a kind, in the order that the engine wants.

    Args:
        name: a kind, or `TITLED_EDITS`.
        data_dir: a data folder into which files are imported; None for the sample.
        rows: keep about so many records, spread evenly over all keys; None keeps all.
    """
    inputs = imported_inputs(data_dir) if data_dir else sample_inputs()
    linked = link(inputs)
    if name == TITLED_EDITS:
        frame = _titled_edits(inputs, linked)
    elif name == "ptp_edit":
        frame = edits(inputs, linked)
    else:
        assert name in KINDS
        frame = getattr(linked, name)
    return thinned(in_order(conform_records(name.partition("+")[0], frame)), rows)


def thinned(frame: pl.DataFrame, rows: int | None) -> pl.DataFrame:
    """Return every n-th key of a frame with all its versions, so that about `rows` rows remain."""
    if rows is None or frame.height <= rows:
        return frame
    step = -(-frame.height // rows)
    return frame.filter(pl.struct("system", "code").rle_id() % step == 0)


def _titled_edits(inputs: Inputs, linked: Linked) -> pl.DataFrame:
    """Return the edits with a made-up title on every code that they name."""
    from indexer.link.ptp import ptp_records

    named = [
        inputs.table(source, "ptp", newest=True).select(pl.col(side).alias("code"))
        for source in SETS.values()
        if inputs.releases(source)
        for side in PAIR
    ]
    codes = pl.concat(named).unique().sort("code")["code"].to_list()
    titles = made_up_titles(codes, linked.newest_codes["title"].drop_nulls().to_list())
    frame = pl.DataFrame({"code": codes, "words": titles})
    return conform_records("ptp_edit", ptp_records(inputs, frame))


def made_up_titles(codes: list[str], texts: list[str]) -> list[str]:
    """Return a title for each code: four to twelve words, drawn as often as they stand in some texts."""
    chance = random.Random(SEED)
    words = [word for text in chance.sample(texts, min(len(texts), 20_000)) for word in text.split()]
    return [" ".join(chance.choices(words, k=chance.randint(4, 12))) for _ in codes]
