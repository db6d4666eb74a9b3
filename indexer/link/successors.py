"""Successors as rows: the hand-kept ones, the ICD-10-CM conversion tables, the HCPCS cross references."""

from __future__ import annotations

import datetime as dt

import polars as pl

from indexer.link.hand_facts import SUCCESSOR_TYPES, successor_rows
from indexer.link.inputs import Inputs


def all_successors(inputs: Inputs, codes: pl.DataFrame) -> pl.DataFrame:
    """Return every successor row.

    Args:
        inputs: the loaded releases.
        codes: the newest version of each record of kind `code` (`system`, `code`, `header`, `valid_to`).
    """
    kept = successor_rows()
    frames = [kept, _conversions(inputs, codes), _cross_references(inputs, codes, kept)]
    return pl.concat([frame.select(list(SUCCESSOR_TYPES)).cast(SUCCESSOR_TYPES) for frame in frames]).sort(  # type: ignore[arg-type]
        "system", "code", "position", maintain_order=True
    )


def _conversions(inputs: Inputs, codes: pl.DataFrame) -> pl.DataFrame:
    """Return new codes of the conversion table for former codes that can no longer be billed."""
    rows = (
        inputs.table("icd10cm-conversion", "icd_conversion", newest=True)
        .explode("previous")
        .drop_nulls("previous")
    )
    ended = codes.filter(
        (pl.col("system") == "ICD10CM") & (pl.col("header") | pl.col("valid_to").is_not_null())
    )
    known = codes.filter(pl.col("system") == "ICD10CM")
    rows = rows.join(ended.select(previous="code"), on="previous", how="semi").join(
        known.select("code"), on="code", how="semi"
    )
    several = pl.len().over("previous") > 1
    return rows.filter(pl.col("code") != pl.col("previous")).select(
        system=pl.lit("ICD10CM"),
        code="previous",
        last_day=pl.col("effective") - dt.timedelta(days=1),
        kind=pl.when(several).then(pl.lit("split")).otherwise(pl.lit("replaced")),
        summary=pl.lit(None, pl.String),
        to_system=pl.lit("ICD10CM"),
        to_code="code",
        to_end=pl.lit(None, pl.String),
        condition=pl.when(several).then(pl.lit("whichever of the new codes the record supports")),
        unit_change=pl.lit(None, pl.String),
        add_on=pl.lit(None, pl.Boolean),
        position=pl.col("row"),
        source=pl.concat_str(pl.lit("ICD-10-CM conversion table, "), "release"),
        release="release",
        row="row",
    )


def _cross_references(inputs: Inputs, codes: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the cross references of HCPCS codes that have ended: a hint of the agency, not a verdict.

    References to nothing that is loaded, and those of codes with hand-kept successors, are left out, as are
    those of codes that are in use again.
    """
    rows = inputs.table("hcpcs", "hcpcs").filter(pl.col("record") == "code")
    rows = (
        rows.sort("code", "rel")
        .unique("code", keep="last", maintain_order=True)
        .filter(pl.col("terminated").is_not_null())
        .explode("xref")
        .drop_nulls("xref")
    )
    single = pl.col("xref").str.extract(r"^([0-9A-Z]{5})$")
    first = pl.col("xref").str.extract(r"^([0-9A-Z]{5})")
    last = pl.col("xref").str.extract(r"^[0-9A-Z]{5}\s*-\s*([0-9A-Z]{5})$")
    rows = rows.with_columns(
        to_code=pl.coalesce(single, first),
        to_end=last,
        position=pl.int_range(pl.len()).over("code").cast(pl.Int32),
    )
    targets = codes.filter(pl.col("system").is_in(["HCPCS", "CPT"])).select(
        to_code="code", to_system="system"
    )
    hand = kept.filter(pl.col("system") == "HCPCS").select("code")
    return (
        rows.join(targets, on="to_code")
        .join(hand, on="code", how="anti")
        .select(
            system=pl.lit("HCPCS"),
            code="code",
            last_day="terminated",
            kind=pl.lit("cross_reference"),
            summary=pl.lit(None, pl.String),
            to_system="to_system",
            to_code="to_code",
            to_end="to_end",
            condition=pl.lit("a cross reference in the HCPCS file, a hint and no rule"),
            unit_change=pl.lit(None, pl.String),
            add_on=pl.lit(None, pl.Boolean),
            position="position",
            source=pl.concat_str(pl.lit("HCPCS file, cross reference, "), "release"),
            release="release",
            row="row",
        )
    )
