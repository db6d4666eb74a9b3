"""Modifier records: those of HCPCS from the files, those of CPT and places of service from the facts."""

from __future__ import annotations

import polars as pl

from indexer.link.hand_facts import fact_rows
from indexer.link.hcpcs import hcpcs_versions
from indexer.link.inputs import Inputs
from indexer.link.records import origins
from searchcore.validity import Bound

_SYSTEM = {"HCPCS": "HCPCSMOD", "CPT": "CPTMOD"}


def modifier_records(inputs: Inputs) -> pl.DataFrame:
    """Return the records of kind `modifier`.

    A hand-kept modifier that a file also has adds its description, its category and a later end only.
    """
    kept = _from_facts()
    filed = _from_files(inputs)
    if filed.height:
        both = kept.join(filed.select("system", "code").unique(), on=["system", "code"], how="semi")
        kept = kept.join(both.select("system", "code"), on=["system", "code"], how="anti")
        overlay = both.select("system", "code", "description", "category", "fact", fact_end="valid_to")
        filed = filed.join(overlay, on=["system", "code"], how="left", maintain_order="left")
        last = pl.col("code").ne_missing(pl.col("code").shift(-1))
        ends = last & pl.col("valid_to").is_null() & pl.col("fact_end").is_not_null()
        filed = filed.with_columns(
            valid_to=pl.when(ends).then("fact_end").otherwise("valid_to"),
            end=pl.when(ends).then(pl.lit(str(Bound.KNOWN))).otherwise("end"),
            origins=_overlaid(ends),
        )
    frames = [frame for frame in (filed, kept, _places()) if frame.height]
    records = pl.concat(frames, how="diagonal_relaxed")
    listed = {row["code"] for row in fact_rows("ncci_modifiers")}
    lifts = pl.col("code").is_in(sorted(listed))
    return records.with_columns(
        ncci=pl.when(pl.col("system") == "POS")
        .then(None)
        .when(lifts)
        .then(pl.lit("yes"))
        .otherwise(pl.lit("no"))
    )


def _overlaid(ends: pl.Expr) -> pl.Expr:
    """Return the origins of a modifier from a file, with those of what a fact adds to it."""
    added = pl.concat_str(
        pl.lit(',"description":"'),
        "fact",
        pl.when(ends).then(pl.concat_str(pl.lit('","valid_to":"'), "fact")).otherwise(pl.lit("")),
        pl.lit('"}'),
    )
    own = pl.col("origins").str.strip_suffix("}")
    return pl.when(pl.col("fact").is_null()).then("origins").otherwise(pl.concat_str(own, added))


def _from_files(inputs: Inputs) -> pl.DataFrame:
    versions = hcpcs_versions(inputs, "modifier")
    if not versions.height:
        return versions
    return versions.with_columns(
        system=pl.lit("HCPCSMOD"),
        short_title=pl.when(pl.col("short_title") != pl.col("title")).then("short_title"),
    )


def _from_facts() -> pl.DataFrame:
    rows = [
        {
            "system": _SYSTEM[row["system"]],
            "code": row["code"],
            "title": row["title"],
            "description": row.get("description"),
            "category": row.get("category"),
            "valid_from": row.get("valid_from"),
            "valid_to": row.get("valid_to"),
            "fact": f"facts/modifiers#{row['row']}",
        }
        for row in fact_rows("modifiers")
    ]
    return _dated(rows)


def _places() -> pl.DataFrame:
    rows = [
        {
            "system": "POS",
            "code": row["code"],
            "title": row["title"],
            "category": "place of service",
            "facility": {True: "yes", False: "no", None: None}[row.get("facility")],
            "valid_from": row.get("valid_from"),
            "valid_to": None,
            "fact": f"facts/pos#{row['row']}",
        }
        for row in fact_rows("pos")
    ]
    return _dated(rows)


def _dated(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return facts as records; a fact without a start has been in use longer than its source says."""
    types = {"valid_from": pl.Date, "valid_to": pl.Date, "facility": pl.String, "description": pl.String}
    frame = pl.DataFrame(rows, schema_overrides={k: v for k, v in types.items() if rows and k in rows[0]})
    return frame.with_columns(
        start=pl.when(pl.col("valid_from").is_null())
        .then(pl.lit(str(Bound.UNKNOWN)))
        .otherwise(pl.lit(str(Bound.KNOWN))),
        end=pl.when(pl.col("valid_to").is_null())
        .then(pl.lit(str(Bound.OPEN)))
        .otherwise(pl.lit(str(Bound.KNOWN))),
        releases=pl.lit(["facts"], pl.List(pl.String)),
        origins=origins(
            {
                name: pl.when(pl.col(name).is_not_null()).then("fact")
                for name in ("title", "description", "valid_from", "valid_to")
                if name in frame.columns
            }
        ),
        start_year=pl.col("valid_from").dt.year().cast(pl.String),
    )
