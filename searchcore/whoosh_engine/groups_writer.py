"""Writes the groups of an index: for each way to group its records, one number a record."""

from __future__ import annotations

import numpy as np
import polars as pl

from searchcore.schema import KindSchema
from searchcore.whoosh_engine.sections import ArraysWriter


def write_groups(file: ArraysWriter, schema: KindSchema, records: pl.DataFrame) -> None:
    """Write the group of each record: the same text, the same number; a record without one is by itself."""
    counts = file.values["groups"] = {}
    for group in schema.groups.values():
        text = records[group.column].cast(pl.String).replace("", None)
        named = text.n_unique() - bool(text.null_count())
        ranks = text.rank("dense").fill_null(0).to_numpy().astype(np.uint32)
        alone = text.is_null().to_numpy()
        # Named groups from 0 on, behind them one for each record without a name.
        file.add_array(
            f"group.{group.name}", np.where(alone, named + np.cumsum(alone), ranks).astype(np.uint32) - 1
        )
        counts[group.name] = named + int(alone.sum())
