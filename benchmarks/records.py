"""The records that are indexed, as frames: what `codefacet build` links from the imported files."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl

from benchmarks.plans import TITLED_EDITS
from indexer.link.edits import Joined, ptp_records
from indexer.link.inputs import imported_inputs, sample_inputs
from indexer.link.kinds import Linked, edits, link
from indexer.link.ptp import PAIR
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
        return thinned(plain_edits(*_titled_edits(linked)), rows)
    if name == "ptp_edit":
        return thinned(plain_edits(*edits(linked)), rows)
    assert name in KINDS
    return thinned(in_order(conform_records(name, getattr(linked, name))), rows)


def plain_edits(records: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return edits with the texts of the parts that they name, as engines without parts need them."""
    sides = {name: parts.select(pl.all().gather(records[name])) for name in PAIR}
    words = pl.concat([frame.select(words=pl.col("words").list.join("; ")) for frame in sides.values()])
    halves = [words["words"].head(records.height), words["words"].tail(records.height)]
    systems = {f"{name}_{of}": frame[of] for name, frame in sides.items() for of in ("system", "family")}
    return records.with_columns(
        pl.selectors.enum().cast(pl.String),
        rationale_text=parts["name"].gather(records["rationale_text"]),
        undecided=pl.lit(False),
        header=pl.lit(False),
        **{name: frame["name"] for name, frame in sides.items()},
        **systems,
    ).with_columns(
        code=pl.concat_str(PAIR, separator="/"),
        title=pl.concat_str(PAIR, separator=" / "),
        synonyms=pl.concat_list(halves),
    )


def thinned(frame: pl.DataFrame, rows: int | None) -> pl.DataFrame:
    """Return every n-th key of a frame with all its versions, so that about `rows` rows remain."""
    if rows is None or frame.height <= rows:
        return frame
    step = -(-frame.height // rows)
    return frame.filter(pl.struct("system", "code").rle_id() % step == 0)


def _titled_edits(linked: Linked) -> Joined:
    """Return the edits with a made-up title on every code that they name."""
    codes = pl.concat([each.codes for each in linked.edit_sets.values()]).unique().sort().to_list()
    titles = made_up_titles(codes, linked.newest_codes["title"].drop_nulls().to_list())
    texts = {"code": codes, "words": [[title] for title in titles], "family": [None] * len(codes)}
    return ptp_records(linked.edit_sets, pl.DataFrame(texts, schema_overrides={"family": pl.String}))


def made_up_titles(codes: list[str], texts: list[str]) -> list[str]:
    """Return a title for each code: four to twelve words, drawn as often as they stand in some texts."""
    chance = random.Random(SEED)
    words = [word for text in chance.sample(texts, min(len(texts), 20_000)) for word in text.split()]
    return [" ".join(chance.choices(words, k=chance.randint(4, 12))) for _ in codes]
