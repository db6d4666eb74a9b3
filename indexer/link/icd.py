"""ICD-10-CM and ICD-10-PCS: the order files decide which codes exist and are billable; the rest adds text."""

from __future__ import annotations

import polars as pl

from indexer.link.cm_texts import with_cm_texts
from indexer.link.icd_tree import CATEGORY
from indexer.link.inputs import Inputs
from indexer.link.pcs_texts import with_pcs_texts
from indexer.link.records import origin, origins
from indexer.link.texts import text_rules, with_words
from indexer.link.title_facets import title_facets
from indexer.link.versions import merge_versions
from searchcore.validity import Bound

ORDER_SOURCES = {"ICD10CM": "icd10cm-order", "ICD10PCS": "icd10pcs-order"}
_IDENTITY = ("title", "billable")


def icd_records(inputs: Inputs) -> pl.DataFrame:
    """Return the records of both ICD-10 systems."""
    frames = [_system_records(inputs, system) for system in ORDER_SOURCES]
    filled = [frame for frame in frames if frame.height]
    return pl.concat(filled, how="diagonal_relaxed") if filled else pl.DataFrame()


def _system_records(inputs: Inputs, system: str) -> pl.DataFrame:
    source = ORDER_SOURCES[system]
    rows = inputs.table(source, "icd_order")
    if not rows.height:
        return pl.DataFrame()
    versions = merge_versions(rows, inputs.releases(source), _IDENTITY).with_columns(
        begun_at=origin("first_release", "first_row")
    )
    if system == "ICD10CM":
        versions = _true_starts(versions, inputs)
    versions = versions.with_columns(
        system=pl.lit(system),
        header=~pl.col("billable"),
        billable=pl.when("billable").then(pl.lit("yes")).otherwise(pl.lit("no")),
        text_licence=pl.lit("own" if inputs.sample else "public"),
        start_year=_known_year(),
        origins=origins(
            {
                **{name: origin() for name in ("title", "short_title", "billable")},
                "valid_from": pl.col("begun_at"),
                "valid_to": pl.when(pl.col("valid_to").is_not_null()).then(origin()),
            }
        ),
    ).with_columns(title_facets())
    versions = versions.with_columns(
        short_title=pl.when(pl.col("short_title") != pl.col("title")).then("short_title"),
    )
    return _with_chapter(_with_texts(versions, inputs, system), inputs, system)


def _known_year() -> pl.Expr:
    known = pl.col("start") == str(Bound.KNOWN)
    return pl.when(known).then(pl.col("valid_from").dt.year().cast(pl.String))


def _true_starts(versions: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Give first versions the effective date of the conversion table, which reaches back to 2016."""
    table = inputs.table("icd10cm-conversion", "icd_conversion", newest=True)
    dates = table.drop_nulls("effective").sort("effective", "row").unique("code", keep="last")
    dates = dates.select("code", "effective", effective_at=origin())
    first = pl.col("code").ne_missing(pl.col("code").shift()) & (pl.col("start") == str(Bound.ON_OR_BEFORE))
    use = first & pl.col("effective").is_not_null() & (pl.col("effective") <= pl.col("valid_from"))
    return (
        versions.join(dates, on="code", how="left", maintain_order="left")
        .with_columns(
            valid_from=pl.when(use).then("effective").otherwise("valid_from"),
            start=pl.when(use).then(pl.lit(str(Bound.KNOWN))).otherwise("start"),
            begun_at=pl.when(use).then("effective_at").otherwise("begun_at"),
        )
        .drop("effective", "effective_at")
    )


def _with_texts(versions: pl.DataFrame, inputs: Inputs, system: str) -> pl.DataFrame:
    titles = versions.group_by("code", maintain_order=True).agg(pl.col("title", "header").last())
    add = with_cm_texts if system == "ICD10CM" else with_pcs_texts
    return add(versions, with_words(titles), inputs, text_rules())


def _with_chapter(versions: pl.DataFrame, inputs: Inputs, system: str) -> pl.DataFrame:
    """Add the facet `chapter`: the system, chapter and section (or section and body system), category."""
    root, category = pl.lit(system), pl.col("code").str.slice(0, 3)
    if system == "ICD10PCS":
        levels = [
            root,
            *(pl.concat_str(pl.lit("ICD10PCS:"), pl.col("code").str.slice(0, n)) for n in (1, 2, 3)),
        ]
        return versions.with_columns(chapter=pl.concat_list(levels))
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True)
    section = nodes.filter(pl.col("node_type") == "section").select(section="node", ch="parent")
    placed = (
        nodes.filter(pl.col("code").is_not_null() & (pl.col("code").str.len_chars() == CATEGORY))
        .select(category="code", section="parent")
        .join(section, on="section", how="left")
        .unique("category")
    )
    joined = versions.with_columns(category=category).join(
        placed, on="category", how="left", maintain_order="left"
    )
    parts = [pl.concat_str(pl.lit("ICD10CM:"), pl.col(name)) for name in ("ch", "section", "category")]
    return joined.with_columns(chapter=pl.concat_list([root, *parts]).list.drop_nulls()).drop(
        "category", "section", "ch"
    )
