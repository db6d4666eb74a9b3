"""The records of kind `ptp_edit`, and the parts that they name: codes and rationales, in name order."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from indexer.link.cpt import SHAPE
from indexer.link.joined import united
from indexer.link.ptp import PAIR, EditSet
from indexer.link.records import empty_joined

Joined = tuple[pl.DataFrame, pl.DataFrame]


def ptp_records(sets: Mapping[str, EditSet], texts: pl.DataFrame) -> Joined:
    """Return the records of kind `ptp_edit` of all sets, and the parts that they name.

    Args:
        sets: `ptp.edit_sets`, by system in order.
        texts: `code`, `words` (the texts by which it is found) and `family` (the facet value).
    """
    if not sets:
        return empty_joined("ptp_edit")
    parts = _parts(sets, texts)
    return united(_with_parts(each, parts["name"]) for each in sets.values()), parts


def _parts(sets: Mapping[str, EditSet], texts: pl.DataFrame) -> pl.DataFrame:
    codes = pl.concat([each.codes for each in sets.values()]).unique()
    names = pl.concat([codes, *(each.rationales for each in sets.values())]).unique().sort()
    system = pl.when(pl.col("name").str.contains(SHAPE)).then(pl.lit("CPT")).otherwise(pl.lit("HCPCS"))
    return (
        pl.DataFrame({"name": names})
        .join(texts, left_on="name", right_on="code", how="left", maintain_order="left")
        .select(
            "name",
            words=pl.col("words").fill_null(pl.lit([], pl.List(pl.String))),
            system=pl.when(pl.col("name").is_in(codes.implode())).then(system),
            family="family",
        )
    )


def _with_parts(each: EditSet, names: pl.Series) -> pl.DataFrame:
    """Return the records of a set with rows of `parts` in place of the places in its own lists."""
    places = pl.DataFrame({"name": names}).with_row_index("place")

    def moved(column: str, own: pl.Series) -> pl.Series:
        known = own.to_frame("name").join(places, on="name", how="left", maintain_order="left")
        return known["place"].gather(each.records[column]).alias(column)

    return each.records.with_columns(
        *(moved(name, each.codes) for name in PAIR), moved("rationale_text", each.rationales)
    )
