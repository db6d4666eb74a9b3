"""PTP edits: one record per row of an edit file; the two sets are never mixed (design, decision 4)."""

from __future__ import annotations

import datetime as dt

import polars as pl

from indexer.link.cpt import SHAPE
from indexer.link.hand_facts import fact_rows
from indexer.link.inputs import Inputs
from indexer.link.records import as_json, origin, origins
from searchcore.validity import Bound

SETS = {"PTPPRA": "ncci-ptp-practitioner", "PTPOPH": "ncci-ptp-hospital"}
PAIR = ["column_1", "column_2"]
NEVER = dt.date(1900, 1, 1)
COUNT_TYPES = {
    "code": pl.String,
    "system": pl.String,
    "as_column_1": pl.UInt32,
    "as_column_2": pl.UInt32,
    "not_ended": pl.UInt32,
    "last_end": pl.Date,
    "release": pl.String,
}


def dated_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one set with `valid_from`, `valid_to`, `start`, `end` and `never`.

    A start that the file gives is known. Where it is blank, a row starts the day after the row before it
    of the same pair ended (inferred); else its start is not given. Indicator 9, or an end before the
    start, means that the edit was never in force.
    """
    rows = rows.sort(*PAIR, "deletion", "row", nulls_last=True)
    again = pl.all_horizontal(pl.col(column) == pl.col(column).shift() for column in PAIR)
    before = pl.when(again).then(pl.col("deletion").shift() + dt.timedelta(days=1))
    start = pl.coalesce("effective", before)
    return rows.with_columns(
        valid_from=start,
        valid_to=pl.col("deletion"),
        start=pl.when(pl.col("effective").is_not_null())
        .then(pl.lit(str(Bound.KNOWN)))
        .when(before.is_not_null())
        .then(pl.lit(str(Bound.INFERRED)))
        .otherwise(pl.lit(str(Bound.UNKNOWN))),
        end=pl.when(pl.col("deletion").is_null())
        .then(pl.lit(str(Bound.OPEN)))
        .otherwise(pl.lit(str(Bound.KNOWN))),
        never=(pl.col("indicator") == "9") | (pl.col("deletion") <= pl.col("effective")).fill_null(False),
    )


def code_counts(inputs: Inputs) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return per set and code how many rows name it, and the number of rows of each set.

    Reads one set at a time: together they would need twice the memory.
    """
    frames, totals = [], {}
    for system, source in SETS.items():
        if not inputs.releases(source):
            continue
        rows = inputs.table(source, "ptp", newest=True)
        totals[system] = rows.height
        live = (pl.col("indicator") != "9") & pl.col("deletion").is_null()
        sides = [
            rows.group_by(code=column).agg(
                pl.len().alias(f"as_{column}"),
                live.sum().alias(f"live_{column}"),
                pl.col("deletion").max().alias(f"end_{column}"),
            )
            for column in PAIR
        ]
        joined = sides[0].join(sides[1], on="code", how="full", coalesce=True)
        frames.append(
            joined.select(
                "code",
                system=pl.lit(system),
                as_column_1=pl.col("as_column_1").fill_null(0),
                as_column_2=pl.col("as_column_2").fill_null(0),
                not_ended=pl.col("live_column_1").fill_null(0) + pl.col("live_column_2").fill_null(0),
                last_end=pl.max_horizontal("end_column_1", "end_column_2"),
                release=pl.lit(rows["release"][0]) if rows.height else pl.lit(None, pl.String),
            ).cast(COUNT_TYPES)  # type: ignore[arg-type]
        )
        if not inputs.sample:
            inputs.drop(source)
    counts = pl.concat(frames) if frames else pl.DataFrame(schema=COUNT_TYPES)
    return counts.sort("code", "system"), totals


def ptp_records(inputs: Inputs, titles: pl.DataFrame) -> pl.DataFrame:
    """Return the records of kind `ptp_edit` of both sets.

    Args:
        inputs: the loaded releases.
        titles: (code, words): the text by which each code can be found.
    """
    frames = [
        _set_records(inputs, system, source) for system, source in SETS.items() if inputs.releases(source)
    ]
    if not frames:
        return pl.DataFrame()
    records = pl.concat(frames)
    for side in PAIR:
        words = titles.select(pl.col("code").alias(side), pl.col("words").alias(f"words_{side}"))
        records = records.join(words, on=side, how="left", maintain_order="left")
    synonyms = pl.concat_list("words_column_1", "words_column_2").list.drop_nulls()
    return records.with_columns(synonyms=synonyms)


def _set_records(inputs: Inputs, system: str, source: str) -> pl.DataFrame:
    rows = dated_rows(inputs.table(source, "ptp", newest=True))
    newest = inputs.newest(source)
    # Without a start an edit surely holds from the release on; one that had ended by then, on its last day.
    seen = pl.lit(newest.start if newest else None, pl.Date)
    alias = {name: row["id"] for row in fact_rows("rationales") for name in row["aliases"]}
    stated = pl.col("rationale").str.to_lowercase().str.strip_chars()
    return rows.with_columns(
        as_json(
            {
                "rationale_stated": pl.col("rationale"),
                "prior_1996": pl.col("prior_1996"),
                "never": pl.col("never"),
            }
        ),
        origins({"title": origin()}),
        system=pl.lit(system),
        code=pl.concat_str("column_1", pl.lit("/"), "column_2"),
        title=pl.concat_str("column_1", pl.lit(" / "), "column_2"),
        rationale=stated.replace(alias),
        rationale_text=pl.col("rationale"),
        effective_year=pl.col("effective").dt.year().cast(pl.String),
        deletion_year=pl.col("deletion").dt.year().cast(pl.String),
        column_1_system=_system_of("column_1"),
        column_2_system=_system_of("column_2"),
        releases=pl.concat_list("release"),
        since=pl.when("never")
        .then(NEVER)
        .when(pl.col("valid_from").is_null())
        .then(pl.min_horizontal("valid_to", seen)),
        until=pl.when("never").then(NEVER - dt.timedelta(days=1)),
    )


def _system_of(column: str) -> pl.Expr:
    return pl.when(pl.col(column).str.contains(SHAPE)).then(pl.lit("CPT")).otherwise(pl.lit("HCPCS"))


def rationale_labels() -> list[tuple[str, str, str | None]]:
    """Return (facet value, label, parent) of the known rationales."""
    return [(row["id"], row["label"], None) for row in fact_rows("rationales")]
