"""Attributes of codes that other files give: fee schedule, MUE, add-on edits, RBCS. They become facets.

They are those of the newest release of each file; the values of every release stand in the facts, and a
record's page picks the release of the day asked about.
"""

from __future__ import annotations

import polars as pl

from indexer.link.cpt import MUE_SETTINGS, RVU
from indexer.link.inputs import Inputs

_RVU_FACETS = {
    "payment_status": "status",
    "global_days": "global_days",
    "pctc": "pctc",
    "bilateral": "bilateral",
    "multiple_procedure": "multiple_procedure",
    "assistant": "assistant",
}


def with_attributes(records: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Add the attribute facets to records of HCPCS codes and CPT numbers."""
    for part in (_fee_schedule(inputs), _mue(inputs), _add_on(inputs), _rbcs(inputs)):
        records = records.join(part, on="code", how="left", maintain_order="left")
    return records


def _fee_schedule(inputs: Inputs) -> pl.DataFrame:
    rows = inputs.table(RVU, "rvu", newest=True).filter(pl.col("modifier").fill_null("") == "")
    facets = [pl.col(column).alias(name) for name, column in _RVU_FACETS.items()]
    return rows.select("code", *facets).unique("code", keep="first", maintain_order=True)


def _mue(inputs: Inputs) -> pl.DataFrame:
    rows = pl.concat(
        [inputs.table(source, "mue", newest=True).select("code", "basis") for source in MUE_SETTINGS]
    )
    return (
        rows.drop_nulls()
        .unique()
        .sort("code", "basis")
        .group_by("code", maintain_order=True)
        .agg(mue_basis="basis")
    )


def _add_on(inputs: Inputs) -> pl.DataFrame:
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    add_ons = rows.select(code="add_on", role="edit_type")
    primaries = rows.select(code="primary", role=pl.lit("primary"))
    roles = pl.concat([add_ons, primaries]).drop_nulls().unique().sort("code", "role")
    return roles.group_by("code", maintain_order=True).agg(add_on="role")


def _rbcs(inputs: Inputs) -> pl.DataFrame:
    rows = inputs.table("rbcs", "rbcs", newest=True)
    levels = ["category", pl.concat_str("category", "subcategory"), "rbcs"]
    return rows.select(
        "code", rbcs=pl.concat_list(levels).list.drop_nulls().list.unique(maintain_order=True)
    ).unique("code", keep="first", maintain_order=True)
