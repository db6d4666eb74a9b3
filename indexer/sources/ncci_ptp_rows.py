"""Rows of the PTP files: lines that are cut into both codes and the rest become typed rows, or rejects.

A million lines share some ten thousand codes and a thousand rests (dates, indicator, rationale), so each
distinct one is read once.
"""

from __future__ import annotations

import polars as pl

from indexer.sources.base import Reject
from indexer.sources.sifting import REJECT_CHARS, bad_code, bad_date, code_column, date_column
from indexer.tables import TABLES, numbered

CUT = ("column_1", "column_2", "rest")
COLUMNS = ("column_1", "column_2", "prior", "effective_text", "deletion_text", "indicator", "rationale")
_REST = COLUMNS[2:]
_FIELDS = f"the row does not have {len(COLUMNS)} fields"


def read_rows(lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    """Return the table `ptp` and the rejects.

    Args:
        lines: `row`, and the columns `CUT` as categories; null where a line has no such field.
    """
    keys, given = {}, {}
    for name in CUT:
        keys[name], given[name] = numbered(lines[name])
    codes = {name: _codes(given[name]) for name in CUT[:2]}
    rests = _rests(given["rest"])

    def spread(frame: pl.DataFrame, column: str, key: str) -> pl.Series:
        return frame[column].gather(keys[key])

    good = spread(rests, "fault", "rest").is_null() & keys["rest"].is_not_null()
    for name, frame in codes.items():
        good &= spread(frame, "good", name).fill_null(False)
    table = lines.select("row").with_columns(
        *(spread(frame, "code", name).alias(name) for name, frame in codes.items()),
        *(spread(rests, name, "rest") for name in TABLES["ptp"] if name in rests.columns),
    )
    rejects = [] if good.all() else _rejects(lines.filter(~good))
    return table.filter(good).select(
        pl.col(name).cast(dtype) for name, dtype in TABLES["ptp"].items()
    ), rejects


def _codes(given: pl.Series) -> pl.DataFrame:
    """Return each distinct code in stored form, and whether it is one."""
    return (
        pl.DataFrame({"code": given})
        .with_columns(code_column("code"))
        .select(pl.col("code").cast(pl.Categorical), good=~bad_code("code"))
    )


def _rests(given: pl.Series) -> pl.DataFrame:
    """Return the typed fields of each distinct rest, and in `fault` why it is none; null if it is one."""
    cells = pl.col("given").str.splitn("\t", len(_REST) + 1).struct.rename_fields([*_REST, "surplus"])
    stripped = (
        pl.DataFrame({"given": given})
        .select(cells.alias("cells"))
        .unnest("cells")
        .with_columns(fields=pl.col("rationale").is_not_null())
        .with_columns(pl.col(*_REST, "surplus").str.strip_chars().replace("", None))
    )
    typed = stripped.with_columns(pl.col("deletion_text").replace("*", None)).with_columns(
        effective=date_column("effective_text", "%Y%m%d"),
        deletion=date_column("deletion_text", "%Y%m%d"),
        prior_1996=pl.col("prior").is_not_null(),
    )
    checks = {
        _FIELDS: ~pl.col("fields") | pl.col("surplus").is_not_null(),
        "the mark for edits before 1996 is neither * nor blank": pl.col("prior") != "*",
        "the effective date is not a date YYYYMMDD": bad_date("effective", "effective_text"),
        "the deletion date is neither YYYYMMDD nor *": bad_date("deletion", "deletion_text"),
        "the modifier indicator is not 0, 1 or 9": ~pl.col("indicator").fill_null("").is_in(["0", "1", "9"]),
    }
    faults = [pl.when(bad).then(pl.lit(reason)) for reason, bad in checks.items()]
    return typed.with_columns(
        pl.col("indicator", "rationale").cast(pl.Categorical), fault=pl.coalesce(faults)
    )


def _rejects(lines: pl.DataFrame) -> list[Reject]:
    """Return the reject of each of these lines, in their order; blank lines are none."""
    cut = lines.with_columns(pl.col(*CUT).cast(pl.String))
    cut = cut.filter(~pl.all_horizontal(pl.col(*CUT).fill_null("").str.strip_chars() == ""))
    rests = _rests(cut["rest"])
    shown = pl.concat(
        [
            cut.select("row", line=pl.concat_str(CUT, separator="\t", ignore_nulls=True)),
            cut.select(code_column("column_1"), code_column("column_2")),
            rests.select(*_REST, "fault"),
        ],
        how="horizontal",
    )
    fault = (
        pl.when(pl.col("fault") == _FIELDS)
        .then(pl.lit(_FIELDS))
        .when(bad_code("column_1"))
        .then(pl.lit("column 1 holds no code"))
        .when(bad_code("column_2"))
        .then(pl.lit("column 2 holds no code"))
        .otherwise("fault")
    )
    text = (
        pl.when(fault == _FIELDS)
        .then("line")
        .otherwise(pl.concat_str(COLUMNS, separator=" | ", ignore_nulls=True))
    )
    return [
        Reject(row, reason, begin[:REJECT_CHARS])
        for row, reason, begin in shown.select("row", fault.alias("reason"), text.alias("text")).iter_rows()
    ]
