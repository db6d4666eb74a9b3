"""HCPCS Level II codes and modifiers: rows carry their dates, the newest release speaks for the past."""

from __future__ import annotations

import polars as pl

from indexer.link.families import families
from indexer.link.hand_facts import life_rows
from indexer.link.inputs import Inputs, Rel
from indexer.link.records import as_json, origin, origins
from indexer.link.versions import apply_dates, merge_versions
from searchcore.validity import Bound

SOURCE = "hcpcs"
_IDENTITY = ("title", "coverage", "pricing_key", "betos")
_TEXTS = ("title", "short_title")
_ROW_FIELDS = {"code": (*_TEXTS, "coverage", "pricing", "betos"), "modifier": _TEXTS}


def hcpcs_versions(inputs: Inputs, record: str) -> pl.DataFrame:
    """Return the versions of codes or modifiers, with all columns of the `hcpcs` table.

    Args:
        inputs: the loaded releases.
        record: `code` or `modifier`. A release without any row of that sort says nothing of it
            (the 2024-07 file has no modifiers, and none is thereby deleted).
    """
    rows = inputs.table(SOURCE, "hcpcs").filter(pl.col("record") == record)
    if not rows.height:
        return rows
    silent = set(range(len(inputs.releases(SOURCE)))) - set(rows["rel"].unique())
    rels = [rel for rel in inputs.releases(SOURCE) if rel.position not in silent]
    renumbered = {rel.position: number for number, rel in enumerate(rels)}
    rows = rows.with_columns(
        rel=pl.col("rel").replace_strict(renumbered, return_dtype=pl.Int32),
        pricing_key=pl.col("pricing").list.join(","),
    )
    numbered = [Rel(rel.source, rel.name, number, rel.start, rel.end) for number, rel in enumerate(rels)]
    merged = merge_versions(rows, numbered, _IDENTITY)
    dated = apply_dates(merged, "added", "terminated")
    return _with_origins(dated, rows, _ROW_FIELDS[record]).with_columns(
        start_year=pl.when(pl.col("start") == str(Bound.KNOWN)).then(
            pl.col("valid_from").dt.year().cast(pl.String)
        ),
    )


def _with_origins(versions: pl.DataFrame, rows: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    """Add `origins`: of a start or an end the row that gives the date, else the first or last that has it."""
    gives = rows.sort("rel").unique(["code", "terminated"], keep="last")
    gives = gives.select("code", valid_to="terminated", ended_at=origin()).drop_nulls("valid_to")
    given = pl.col("added") == pl.col("valid_from")
    begun_at = pl.when(given).then(origin()).otherwise(origin("first_release", "first_row"))
    ended_at = pl.when(pl.col("valid_to").is_not_null()).then(pl.coalesce("ended_at", origin()))
    return versions.join(gives, on=["code", "valid_to"], how="left", maintain_order="left").with_columns(
        origins({**{name: origin() for name in fields}, "valid_from": begun_at, "valid_to": ended_at})
    )


def hcpcs_records(inputs: Inputs) -> pl.DataFrame:
    """Return the records of HCPCS Level II codes."""
    versions = hcpcs_versions(inputs, "code")
    if not versions.height:
        return pl.DataFrame()
    versions = _kept_ends(versions, inputs)
    betos = pl.col("betos")
    levels = [betos.str.slice(0, 1), betos.str.slice(0, 2), betos]
    return versions.with_columns(
        as_json(
            {
                "dose_quantity": pl.col("dose_quantity"),
                "dose_unit": pl.col("dose_unit"),
                "action": pl.col("action"),
                "action_date": pl.col("action_date").cast(pl.String),
                "xref": pl.col("xref"),
                "statute": pl.col("statute"),
                "type_of_service": pl.col("type_of_service"),
                "multiple_pricing": pl.col("multiple_pricing"),
            }
        ),
        system=pl.lit("HCPCS"),
        text_licence=pl.when(pl.col("title").is_null())
        .then(pl.lit("none"))
        .otherwise(pl.lit("own" if inputs.sample else "public")),
        short_title=pl.when(pl.col("short_title") != pl.col("title")).then("short_title"),
        betos=pl.when(betos.is_not_null()).then(pl.concat_list(levels).list.unique(maintain_order=True)),
    ).pipe(_with_families)


def _with_families(versions: pl.DataFrame) -> pl.DataFrame:
    """Add the facet `chapter`, and the names and words of families as `ancestors`."""
    found = families(versions.select("code"), "HCPCS").select(
        "code", narrower=pl.col("chapter").list.slice(1), ancestors=pl.concat_list("family", "words")
    )
    letter = pl.concat_str(pl.lit("HCPCS:"), pl.col("code").str.slice(0, 1))
    broader = pl.concat_list(pl.lit("HCPCS"), letter)
    none = pl.lit([], pl.List(pl.String))
    return (
        versions.join(found, on="code", how="left", maintain_order="left")
        .with_columns(chapter=pl.concat_list(broader, pl.col("narrower").fill_null(none)))
        .drop("narrower")
    )


def _kept_ends(versions: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """End codes on their documented last day (`corpora/facts`) where no newer file lists them.

    So a code that ended after the newest loaded file does not stay in force for ever.
    """
    starts = {rel.id: rel.start for rel in inputs.releases(SOURCE)}
    listed = pl.col("releases").list.last().replace_strict(starts, default=None, return_dtype=pl.Date)
    facts = life_rows("HCPCS").select("code", "last_day", "fact").drop_nulls("last_day")
    newest = pl.col("code").ne_missing(pl.col("code").shift(-1))
    ends = newest & pl.col("valid_to").is_null() & (pl.col("last_day") >= listed)
    noted = pl.concat_str(
        pl.col("origins").str.strip_suffix("}"), pl.lit(',"valid_to":"'), "fact", pl.lit('"}')
    )
    return (
        versions.join(facts, on="code", how="left", maintain_order="left")
        .with_columns(
            valid_to=pl.when(ends).then("last_day").otherwise("valid_to"),
            end=pl.when(ends).then(pl.lit(str(Bound.KNOWN))).otherwise("end"),
            origins=pl.when(ends).then(noted).otherwise("origins"),
        )
        .drop("last_day", "fact")
    )


def hcpcs_drug_names(inputs: Inputs) -> pl.DataFrame:
    """Return (code, synonyms): drug and brand names of the ASP NDC crosswalk."""
    names = inputs.table("asp-ndc", "ndc", newest=True).filter(pl.col("drug").is_not_null())
    return names.group_by("code", maintain_order=True).agg(
        synonyms=pl.col("drug").str.strip_chars().unique(maintain_order=True)
    )
