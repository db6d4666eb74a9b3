"""Coverage records: NCDs, LCDs and articles of the Medicare Coverage Database (export and API listing)."""

from __future__ import annotations

import polars as pl

from indexer.link.inputs import Inputs
from indexer.link.records import as_json, origin, origins
from searchcore.validity import Bound

EXPORT, LISTING = "mcd", "mcd-listing"
_SYSTEMS = {"lcd": "LCD", "proposed lcd": "LCD", "article": "ARTICLE", "ncd": "NCD"}


def newest_versions(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the newest version of each document; an export can hold all versions."""
    number = pl.col("version").cast(pl.Int32, strict=False).fill_null(-1)
    return rows.filter(number == number.max().over("document"))


def coverage_records(inputs: Inputs) -> pl.DataFrame:
    """Return one record per document: its newest version, each field from the export or else the listing.

    The effective date of a version says nothing of earlier versions that are not loaded, so a start is
    "on or before"; a retirement date is the known end. Dates and status are those of the newest version
    only: that an older one ended does not end the document.
    """
    rows = pl.concat(
        [
            inputs.table(source, "mcd_documents").with_columns(order=pl.lit(order))
            for order, source in enumerate((LISTING, EXPORT))
        ]
    )
    if not rows.height:
        return pl.DataFrame()
    rows = rows.with_columns(number=pl.col("version").cast(pl.Int32, strict=False).fill_null(-1), at=origin())
    rows = rows.sort("document", "number", "order", "rel", maintain_order=True)
    newest = pl.col("number") == pl.col("number").max()
    dated = [
        pl.col(name).filter(newest).drop_nulls().last().alias(name)
        for name in ("version", "status", "effective", "ended")
    ]
    filled = [pl.col(name).drop_nulls().last() for name in ("title", "keywords", "text", "url")]
    given = {
        f"{name}_at": pl.col("at").filter(newest & pl.col(name).is_not_null()).last()
        for name in ("effective", "ended")
    }
    documents = rows.group_by("document", maintain_order=True).agg(
        pl.col("doc_type").last(),
        *dated,
        *filled,
        contractor=pl.col("contractors").drop_nulls().last(),
        releases=pl.col("release").unique(maintain_order=True),
        title_at=pl.col("at").filter(pl.col("title").is_not_null()).last(),
        **given,
    )
    return (
        _with_dates(documents)
        .join(_codes(inputs), on="document", how="left", maintain_order="left")
        .join(_places(inputs), on="document", how="left", maintain_order="left")
        .with_columns(contractor=pl.coalesce("named", "contractor"))
    )


def _with_dates(documents: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("doc_type").str.to_lowercase().str.strip_chars()
    known, unknown = pl.lit(str(Bound.KNOWN)), pl.lit(str(Bound.UNKNOWN))
    found = {"title": "title_at", "valid_from": "effective_at", "valid_to": "ended_at"}
    return documents.with_columns(
        as_json({name: pl.col(name) for name in ("version", "url", "status")}),
        origins({name: pl.col(at) for name, at in found.items()}),
        code=pl.col("document"),
        system=kind.replace_strict(_SYSTEMS, default="ARTICLE"),
        description=pl.col("text"),
        synonyms=pl.col("keywords").str.split(";").list.drop_nulls(),
        valid_from=pl.col("effective"),
        valid_to=pl.col("ended"),
        start=pl.when(pl.col("effective").is_null()).then(unknown).otherwise(pl.lit(str(Bound.ON_OR_BEFORE))),
        end=pl.when(pl.col("ended").is_null()).then(pl.lit(str(Bound.OPEN))).otherwise(known),
        start_year=pl.col("effective").dt.year().cast(pl.String),
    )


def _codes(inputs: Inputs) -> pl.DataFrame:
    """Return per document the codes that it lists, as words, and of which systems."""
    rows = newest_versions(inputs.table(EXPORT, "mcd_codes", newest=True))
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
    places = newest_versions(inputs.table(EXPORT, "mcd_places", newest=True))
    places = places.select("document", "contractor", "state")
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
