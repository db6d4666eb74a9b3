"""Coverage records: NCDs, LCDs and articles of the Medicare Coverage Database (export and API listing)."""

from __future__ import annotations

import polars as pl

from indexer.link.inputs import Inputs
from indexer.link.records import as_json, origin, origins
from searchcore.validity import Bound

EXPORT, LISTING = "mcd", "mcd-listing"
_SYSTEMS = {"lcd": "LCD", "proposed lcd": "LCD", "article": "ARTICLE", "ncd": "NCD"}


def coverage_records(inputs: Inputs) -> pl.DataFrame:
    """Return one record per document: its newest version, each field from the export or else the listing.

    The effective date of a version says nothing of earlier versions that are not loaded, so a start is
    "on or before"; a retirement date is the known end.
    """
    rows = pl.concat(
        [
            inputs.table(source, "mcd_documents").with_columns(order=pl.lit(order))
            for order, source in enumerate((LISTING, EXPORT))
        ]
    )
    if not rows.height:
        return pl.DataFrame()
    rows = rows.sort("document", "order", pl.col("version").cast(pl.Int32, strict=False), nulls_last=False)
    filled = [
        pl.col(name).drop_nulls().last()
        for name in (
            "title",
            "version",
            "status",
            "effective",
            "ended",
            "keywords",
            "text",
            "url",
            "release",
            "row",
        )
    ]
    documents = rows.group_by("document", maintain_order=True).agg(
        pl.col("doc_type").last(),
        *filled,
        contractor=pl.col("contractors").drop_nulls().last(),
        releases=pl.col("release").unique(maintain_order=True).alias("releases"),
    )
    kind = pl.col("doc_type").str.to_lowercase().str.strip_chars()
    return (
        documents.with_columns(
            as_json({name: pl.col(name) for name in ("version", "url", "status")}),
            origins({"title": origin()}),
            code=pl.col("document"),
            system=kind.replace_strict(_SYSTEMS, default="ARTICLE"),
            description=pl.col("text"),
            synonyms=pl.col("keywords").str.split(";").list.drop_nulls(),
            valid_from=pl.col("effective"),
            valid_to=pl.col("ended"),
            start=pl.when(pl.col("effective").is_null())
            .then(pl.lit(str(Bound.UNKNOWN)))
            .otherwise(pl.lit(str(Bound.ON_OR_BEFORE))),
            end=pl.when(pl.col("ended").is_null())
            .then(pl.lit(str(Bound.OPEN)))
            .otherwise(pl.lit(str(Bound.KNOWN))),
            start_year=pl.col("effective").dt.year().cast(pl.String),
        )
        .join(_codes(inputs), on="document", how="left", maintain_order="left")
        .join(_places(inputs), on="document", how="left", maintain_order="left")
        .with_columns(contractor=pl.coalesce("named", "contractor"))
    )


def _codes(inputs: Inputs) -> pl.DataFrame:
    """Return per document the codes that it lists, as words, and of which systems."""
    rows = inputs.table(EXPORT, "mcd_codes", newest=True)
    return (
        rows.drop_nulls("code")
        .group_by("document", maintain_order=True)
        .agg(
            codes=pl.col("code").unique(maintain_order=True),
            code_system=pl.col("system").drop_nulls().unique().sort(),
        )
    )


def _places(inputs: Inputs) -> pl.DataFrame:
    """Return per document the names of its contractors and the abbreviations of their states.

    A document names its contractors, and sometimes states itself; `contractor_jurisdiction` gives the states
    of each contractor (id, type and version together: the id alone may be an A and a B contractor).
    """
    places = inputs.table(EXPORT, "mcd_places", newest=True).select("document", "contractor", "state")
    names = inputs.table(EXPORT, "mcd_contractors", newest=True).select("contractor", "name")
    covered = inputs.table(EXPORT, "mcd_jurisdictions", newest=True).filter(pl.col("last").is_null())
    states = inputs.table(EXPORT, "mcd_states", newest=True).select("state", "abbreviation")
    theirs = places.select("document", "contractor").join(
        covered.select("contractor", "state"), on="contractor"
    )
    found = pl.concat([places.select("document", "state"), theirs.select("document", "state")]).drop_nulls()
    short = found.join(states, on="state", how="left").select(
        "document", state=pl.coalesce("abbreviation", "state")
    )
    named = places.join(names, on="contractor", how="inner")
    return (
        named.group_by("document")
        .agg(named=pl.col("name").drop_nulls().unique().sort())
        .join(
            short.group_by("document").agg(pl.col("state").unique().sort()),
            on="document",
            how="full",
            coalesce=True,
        )
    )
