"""PTP rows: one set read at a time, dated and counted; the two sets are never mixed (design, decision 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from indexer.link.hand_facts import fact_rows
from indexer.link.inputs import Inputs, Rel
from indexer.link.joined import spread, years
from indexer.link.records import as_json
from indexer.tables import numbered
from searchcore.validity import Bound

SETS = {"PTPOPH": "ncci-ptp-hospital", "PTPPRA": "ncci-ptp-practitioner"}
PAIR = ["column_1", "column_2"]
BOUNDS = pl.Enum([str(bound) for bound in Bound])
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


@dataclass(frozen=True)
class EditSet:
    """The edits of one set as slim rows.

    Attributes:
        records: the columns of a joined kind; `column_1`, `column_2` and `rationale_text` are places in
            `codes` and `rationales`.
        codes: the codes that the set names, ascending; `rationales`: its rationales as they stand.
        counts: per code how many rows name it.
    """

    records: pl.DataFrame
    codes: pl.Series
    rationales: pl.Series
    counts: pl.DataFrame


def edit_sets(inputs: Inputs) -> dict[str, EditSet]:
    """Read the newest release of each set; the rows of one are in memory at a time."""
    found = {}
    for system, source in SETS.items():
        if newest := inputs.newest_table(source, "ptp"):
            found[system] = _edit_set(system, *newest)
    return found


def _edit_set(system: str, rel: Rel, rows: pl.DataFrame) -> EditSet:
    rows, codes = _with_numbers(rows)
    counts = _code_counts(rows, codes).with_columns(system=pl.lit(system), release=pl.lit(rel.id))
    dated = dated_rows(rows).sort(*PAIR, "valid_from", "valid_to", nulls_last=False, maintain_order=True)
    del rows
    records, rationales = _slim(dated, system, rel)
    return EditSet(records, codes, rationales, counts.select(*COUNT_TYPES).cast(COUNT_TYPES))  # type: ignore[arg-type]


def _with_numbers(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows with the place of each code in place of the code, and the codes, ascending."""
    numbers, codes = numbered(pl.concat([rows[name].alias("code") for name in PAIR]))
    places = {name: numbers.slice(start * rows.height, rows.height) for start, name in enumerate(PAIR)}
    return rows.with_columns(**places), codes


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
        .then(pl.lit(str(Bound.KNOWN), BOUNDS))
        .when(before.is_not_null())
        .then(pl.lit(str(Bound.INFERRED), BOUNDS))
        .otherwise(pl.lit(str(Bound.UNKNOWN), BOUNDS)),
        end=pl.when(pl.col("deletion").is_null())
        .then(pl.lit(str(Bound.OPEN), BOUNDS))
        .otherwise(pl.lit(str(Bound.KNOWN), BOUNDS)),
        never=((pl.col("indicator") == "9") | (pl.col("deletion") <= pl.col("effective"))).fill_null(False),
    )


def _code_counts(rows: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """Return per code how many rows name it, and when they ended."""
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
    return joined.select(
        code=codes.gather(joined["code"]),
        as_column_1=pl.col("as_column_1").fill_null(0),
        as_column_2=pl.col("as_column_2").fill_null(0),
        not_ended=pl.col("live_column_1").fill_null(0) + pl.col("live_column_2").fill_null(0),
        last_end=pl.max_horizontal("end_column_1", "end_column_2"),
    )


def code_counts(sets: dict[str, EditSet]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return per set and code how many rows name it, and the number of rows of each set."""
    frames = [each.counts for each in sets.values()]
    counts = pl.concat(frames) if frames else pl.DataFrame(schema=COUNT_TYPES)
    return counts.sort("code", "system"), {system: each.records.height for system, each in sets.items()}


def _slim(rows: pl.DataFrame, system: str, rel: Rel) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records of a set, and its rationales."""
    numbers, rationales = numbered(rows["rationale"])
    # Without a start an edit surely holds from the release on; one that had ended by then, on its last day.
    seen = pl.lit(rel.start, pl.Date)
    constant = {"system": system, "releases": rel.id, "origins": f'{{"title":"{rel.id}#?"}}'}
    return rows.select(
        *(pl.lit(text, pl.Enum([text])).alias(name) for name, text in constant.items()),
        *PAIR,
        numbers.alias("rationale_text"),
        "valid_from",
        "valid_to",
        "start",
        "end",
        pl.col("row").cast(pl.UInt32),
        pl.col("indicator").cast(pl.Enum(["0", "1", "9"])),
        spread(numbers, _rationale_ids(rationales)).alias("rationale"),
        _extra(rows, numbers, rationales),
        years(rows["effective"]).alias("effective_year"),
        years(rows["deletion"]).alias("deletion_year"),
        since=pl.when("never")
        .then(NEVER)
        .when(pl.col("valid_from").is_null())
        .then(pl.min_horizontal("valid_to", seen)),
        until=pl.when("never").then(NEVER - dt.timedelta(days=1)),
    ), rationales


def _rationale_ids(rationales: pl.Series) -> list[str]:
    """Return the facet value of each rationale: spellings of one are one value."""
    alias = {name: row["id"] for row in fact_rows("rationales") for name in row["aliases"]}
    stated = [text.lower().strip() for text in rationales]
    return [alias.get(text, text) for text in stated]


def _extra(rows: pl.DataFrame, numbers: pl.Series, rationales: pl.Series) -> pl.Series:
    """Return what is stored of each row beside its columns, as JSON: there are only a few different ones."""
    frames = [
        pl.DataFrame({"rationale_stated": pl.concat([rationales, pl.Series([None], dtype=pl.String)])}),
        pl.DataFrame({"prior_1996": [None, False, True]}),
        pl.DataFrame({"never": [False, True]}),
    ]
    every = frames[0]
    for frame in frames[1:]:
        every = every.join(frame, how="cross", maintain_order="left_right")
    texts = every.select(as_json({name: pl.col(name) for name in every.columns}))["extra"]
    prior = (pl.col("prior_1996").cast(pl.UInt32) + 1).fill_null(0)
    places = rows.select((numbers.fill_null(len(rationales)) * 3 + prior) * 2 + pl.col("never")).to_series()
    return spread(places, texts.to_list()).alias("extra")


def rationale_labels() -> list[tuple[str, str, str | None]]:
    """Return (facet value, label, parent) of the known rationales."""
    return [(row["id"], row["label"], None) for row in fact_rows("rationales")]
