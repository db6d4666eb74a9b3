"""In which records language rules hold: of some code systems or chapters, or in all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.whoosh_engine.postings import Ints


class RulePlaces:
    """Tells where rules hold among some records.

    Args:
        records: one row a record; the columns `system` and `chapter` tell where it is.
    """

    def __init__(self, records: pl.DataFrame) -> None:
        self._records = records
        self._masks: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {}

    def hold(self, withins: Sequence[tuple[str, ...]], rules: Ints, records: Ints) -> npt.NDArray[np.bool_]:
        """Tell of each pair of rule and record whether the rule holds there.

        Args:
            withins: where each rule holds; see `searchcore.language.Rule`.
            rules, records: numbers of the rule and of the record of each pair.
        """
        places = {within: number for number, within in enumerate(dict.fromkeys(withins))}
        place = np.array([places[within] for within in withins], np.int64)
        masks = np.array([self._mask(within) for within in places], np.bool_)
        return np.asarray(masks.reshape(len(places), len(self._records))[place[rules], records], np.bool_)

    def _mask(self, within: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        if within not in self._masks:
            self._masks[within] = _mask(within, self._records)
        return self._masks[within]


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
