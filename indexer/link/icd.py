"""ICD-10-CM and ICD-10-PCS: the order files decide which codes exist and are billable; the rest adds text."""

from __future__ import annotations

import polars as pl

from indexer.link.inputs import Inputs
from indexer.link.records import origin, origins
from indexer.link.title_facets import title_facets
from indexer.link.versions import merge_versions
from searchcore.validity import Bound

ORDER_SOURCES = {"ICD10CM": "icd10cm-order", "ICD10PCS": "icd10pcs-order"}
INDEX_SOURCES = ("icd10cm-index", "icd10cm-eindex", "icd10cm-drug", "icd10cm-neoplasm")
MOST_CARRIED_DOWN = 60
_IDENTITY = ("title", "billable")
_SHORTEST, _LONGEST = 3, 7


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
    return _with_chapter(_with_text(versions, inputs, system), inputs, system)


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


def prefixes(codes: pl.DataFrame, *, proper: bool = True) -> pl.DataFrame:
    """Return (code, prefix, length) for each prefix of 3 to 7 characters of each code."""
    longest = pl.col("code").str.len_chars()
    lengths = pl.DataFrame({"length": list(range(_SHORTEST, _LONGEST + 1))}, schema={"length": pl.UInt32})
    fits = pl.col("length") < longest if proper else pl.col("length") <= longest
    return (
        codes.select("code")
        .unique()
        .join(lengths, how="cross")
        .filter(fits)
        .with_columns(prefix=pl.col("code").str.slice(0, pl.col("length")))
    )


def _with_text(versions: pl.DataFrame, inputs: Inputs, system: str) -> pl.DataFrame:
    """Add `ancestors`, `inclusion_terms` and `index_terms`."""
    titles = versions.group_by("code", maintain_order=True).agg(pl.col("title", "header").last())
    above = (
        prefixes(titles)
        .join(titles.select(prefix="code", above="title"), on="prefix")
        .sort("code", "length")
        .group_by("code")
        .agg(ancestors=pl.col("above"))
    )
    found = versions.join(above, on="code", how="left", maintain_order="left")
    if system == "ICD10PCS":
        return found.join(_pcs_terms(inputs), on="code", how="left", maintain_order="left")
    exact, carried = _index_terms(titles, inputs)
    return (
        found.join(_inclusion_terms(titles, inputs), on="code", how="left", maintain_order="left")
        .join(exact, on="code", how="left", maintain_order="left")
        .join(carried, on="code", how="left", maintain_order="left")
        .with_columns(ancestors=pl.concat_list(_or_empty("ancestors"), _or_empty("carried")))
        .drop("carried")
    )


def _or_empty(name: str) -> pl.Expr:
    return pl.col(name).fill_null(pl.lit([], pl.List(pl.String)))


def _inclusion_terms(titles: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Return the inclusion terms of each code; a 7th-character code takes those of the node it completes."""
    notes = inputs.table("icd10cm-tabular", "icd_notes", newest=True)
    terms = notes.filter(pl.col("note_type").is_in(["inclusionTerm", "includes"]))
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True).filter(pl.col("code").is_not_null())
    nearest = (
        prefixes(titles, proper=False)
        .join(nodes.select(prefix="code", node="node"), on="prefix")
        .sort("code", "length")
        .group_by("code")
        .agg(pl.col("node").last())
    )
    listed = terms.group_by("node").agg(inclusion_terms=pl.col("text"))
    return nearest.join(listed, on="node").select("code", "inclusion_terms")


def _index_terms(titles: pl.DataFrame, inputs: Inputs) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return index paths per code, and those of headers carried down to their billable codes."""
    entries = pl.concat(
        [
            inputs.table(source, "icd_index", newest=True).select("code", "path", "column")
            for source in INDEX_SOURCES
        ]
    ).filter(pl.col("code").is_not_null())
    column = pl.col("column").str.replace_all("_", " ")
    terms = entries.select(
        code=pl.col("code").str.strip_chars_end("-"),
        term=pl.when(column.is_null()).then("path").otherwise(pl.concat_str("path", pl.lit(", "), column)),
    ).unique(maintain_order=True)
    exact = terms.group_by("code", maintain_order=True).agg(index_terms=pl.col("term"))
    headers = titles.filter("header").select(prefix="code")
    below = prefixes(titles.filter(~pl.col("header"))).join(headers, on="prefix").select("code", "prefix")
    few = below.group_by("prefix").len().filter(pl.col("len") <= MOST_CARRIED_DOWN).select("prefix")
    carried = below.join(few, on="prefix").join(terms.rename({"code": "prefix"}), on="prefix")
    return exact, carried.group_by("code").agg(carried=pl.col("term"))


def _pcs_terms(inputs: Inputs) -> pl.DataFrame:
    """Return the index paths of the ICD-10-PCS index, at the table or code that they name."""
    index = inputs.table("icd10pcs-index", "pcs_index", newest=True).filter(pl.col("code").is_not_null())
    at = pl.col("code").str.slice(0, 3)
    whole = pl.col("code").str.len_chars() == _LONGEST
    return (
        index.with_columns(code=pl.when(whole).then("code").otherwise(at))
        .unique(["code", "path"], maintain_order=True)
        .group_by("code", maintain_order=True)
        .agg(index_terms=pl.col("path"))
    )


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
        nodes.filter(pl.col("code").is_not_null() & (pl.col("code").str.len_chars() == _SHORTEST))
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
