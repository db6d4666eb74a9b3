"""In which records language rules hold: of some code systems or chapters, or in all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.whoosh_engine.postings import Ints


def places_of(
    withins: Sequence[tuple[str, ...]], records: pl.DataFrame
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return for each of some rules the number of a mask, and all masks, one row each.

    Args:
        withins: where each rule holds; see `searchcore.language.Rule`.
        records: one row a record; the columns `system` and `chapter` tell where it is.
    """
    places: dict[tuple[str, ...], int] = {}
    numbers = [places.setdefault(within, len(places)) for within in withins]
    masks = [_mask(within, records) for within in places]
    return np.array(numbers, np.int64), np.array(masks, np.bool_).reshape(len(masks), len(records))


def _mask(within: Sequence[str], records: pl.DataFrame) -> npt.NDArray[np.bool_]:
    if not within:
        return np.ones(len(records), np.bool_)
    found = np.zeros(len(records), np.bool_)
    if "system" in records.columns:
        found |= records["system"].is_in(list(within)).fill_null(False).to_numpy()
    if "chapter" in records.columns:
        inside = records["chapter"].list.set_intersection(list(within)).list.len() > 0
        found |= inside.fill_null(False).to_numpy()
    return found
