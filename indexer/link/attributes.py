"""Attributes of codes that other files give: fee schedule, MUE, add-on edits, RBCS. They become facets.

A release speaks for its window, the newest one until it is superseded and the oldest one for the days before
it. Add-on edits carry dates, so their newest release speaks for the past. Where a facet changes, the version
of the code is split; RVU amounts are no facets. A version without a start has the attributes of its end.
"""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl

from indexer.link.cpt import MUE_SETTINGS, RVU
from indexer.link.inputs import Inputs
from indexer.link.versions import ONE_DAY, window_end
from searchcore.validity import Bound

_RVU_FACETS = {
    "payment_status": "status",
    "global_days": "global_days",
    "pctc": "pctc",
    "bilateral": "bilateral",
    "multiple_procedure": "multiple_procedure",
    "assistant": "assistant",
}
_FACETS = (*_RVU_FACETS, "mue_basis", "add_on", "rbcs")
_EARLIEST, _LATEST = dt.date(1, 1, 1), dt.date(9999, 12, 31)


def with_attributes(records: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Add the attribute facets to records of HCPCS codes and CPT numbers; split where one changes."""
    pieces = _pieces(records.with_row_index("version"), inputs)
    for source in (RVU, *MUE_SETTINGS, "rbcs"):
        values = _values(inputs, source)
        spoken = (
            pieces.select("piece", "code", "day").sort("day").join_asof(_speaking(inputs, source), on="day")
        )
        found = spoken.join(values, on=["code", "rel"], how="inner").drop("code", "day", "rel")
        pieces = pieces.join(found, on="piece", how="left", maintain_order="left")
    settings = [pl.col(source) for source in MUE_SETTINGS]
    several = pl.concat_list(settings).list.drop_nulls().list.unique().list.sort()
    pieces = pieces.with_columns(
        mue_basis=pl.when(pl.any_horizontal(each.is_not_null() for each in settings)).then(several)
    )
    pieces = pieces.join(_add_on(inputs, pieces), on="piece", how="left", maintain_order="left")
    return _merged(pieces).drop("version", "piece", "day", "bound", *MUE_SETTINGS)


def _pieces(versions: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Cut each version at the days on which an attribute of its code may change; `day` is a piece's first."""
    days = _changes(versions.select("code").unique(), inputs)
    last = pl.col("valid_to").fill_null(_LATEST)
    first = versions.with_columns(day=pl.coalesce("valid_from", last), bound=pl.lit(None, pl.String))
    inside = (pl.col("day") > pl.col("valid_from")) & (pl.col("day") <= last)
    later = versions.join(days, on="code").filter(inside).select(first.columns)
    return pl.concat([first, later]).sort("version", "day").with_row_index("piece")


def _changes(codes: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Return (code, day, bound): the days on which a release begins, or an add-on edit begins or ends."""
    starts = []
    for source in (RVU, *MUE_SETTINGS, "rbcs"):
        releases = inputs.releases(source)
        for before, after in itertools.pairwise(releases):
            starts.append((after.start, window_end(before, after)[1]))
    windows = pl.DataFrame(starts, schema={"day": pl.Date, "bound": pl.String}, orient="row")
    edits = _lived(inputs)
    known = pl.lit(str(Bound.KNOWN)).alias("bound")
    dated = [
        edits.select("code", pl.col("effective").alias("day"), known),
        edits.select("code", (pl.col("deletion") + ONE_DAY).alias("day"), known),
    ]
    days = pl.concat([codes.join(windows, how="cross"), *dated]).drop_nulls("day")
    return days.unique(["code", "day"], keep="first", maintain_order=True)


def _merged(pieces: pl.DataFrame) -> pl.DataFrame:
    """Join pieces of a version that follow each other and have the same facets; give each its dates."""
    changed = pl.col("version").ne_missing(pl.col("version").shift())
    for facet in _FACETS:
        changed = changed | pl.col(facet).ne_missing(pl.col(facet).shift())
    kept = pieces.filter(changed)
    lone = pl.col("bound").is_null()
    next_day = pl.when(pl.col("version") == pl.col("version").shift(-1)).then(pl.col("day").shift(-1))
    return kept.with_columns(
        valid_from=pl.when(lone).then("valid_from").otherwise("day"),
        start=pl.coalesce("bound", "start"),
        valid_to=pl.coalesce(next_day - ONE_DAY, "valid_to"),
        end=pl.when(next_day.is_null()).then("end").otherwise(pl.col("bound").shift(-1)),
        origins=_without(
            "valid_to", next_day.is_not_null(), _without("valid_from", ~lone, pl.col("origins"))
        ),
    )


def _without(field: str, when: pl.Expr, origins: pl.Expr) -> pl.Expr:
    """Return origins without one field, where that date is not the one that the origin gives."""
    rest = origins.str.replace(rf',?"{field}":"[^"]*"', "").str.replace(r"^\{,", "{")
    return pl.when(when).then(rest).otherwise(origins)


def _speaking(inputs: Inputs, source: str) -> pl.DataFrame:
    """Return (day, rel): from which day on which release of a source speaks."""
    rows = [(rel.start or _EARLIEST, rel.position) for rel in inputs.releases(source)]
    rows[:1] = [(_EARLIEST, position) for _, position in rows[:1]]
    return pl.DataFrame(rows, schema={"day": pl.Date, "rel": pl.Int32}, orient="row")


def _values(inputs: Inputs, source: str) -> pl.DataFrame:
    """Return (code, rel, facets) of one source."""
    if source == RVU:
        rows = inputs.table(RVU, "rvu").filter(pl.col("modifier").fill_null("") == "")
        facets = [pl.col(column).alias(name) for name, column in _RVU_FACETS.items()]
    elif source == "rbcs":
        rows = inputs.table("rbcs", "rbcs")
        levels = ["category", pl.concat_str("category", "subcategory"), "rbcs"]
        facets = [pl.concat_list(levels).list.drop_nulls().list.unique(maintain_order=True).alias("rbcs")]
    else:
        rows = inputs.table(source, "mue")
        facets = [pl.col("basis").alias(source)]
    return rows.select("code", "rel", *facets).unique(["code", "rel"], keep="first", maintain_order=True)


def _lived(inputs: Inputs) -> pl.DataFrame:
    """Return (code, role, effective, deletion) of add-on edits; one that ended as it began never lived."""
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    lived = rows.filter((pl.col("effective") < pl.col("deletion")).fill_null(True))
    dates = ("effective", "deletion")
    add_ons = lived.select(*dates, code="add_on", role="edit_type")
    primaries = lived.select(*dates, code="primary", role=pl.lit("primary"))
    return pl.concat([add_ons, primaries]).drop_nulls(["code", "role"])


def _add_on(inputs: Inputs, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return (piece, add_on): the roles in add-on edits in force on the first day of each piece."""
    rows = pieces.select("piece", "code", "day").join(_lived(inputs), on="code")
    begun = (pl.col("effective") <= pl.col("day")).fill_null(True)
    live = begun & (pl.col("deletion") >= pl.col("day")).fill_null(True)
    return rows.filter(live).group_by("piece").agg(add_on=pl.col("role").unique().sort())
