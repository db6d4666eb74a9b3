"""The texts of the records that stand on a day: what the other engines are given."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from benchmarks.as_of import LIVE, with_day
from benchmarks.records import frames_of
from searchcore.schema import load_kind

# The columns of the other engines, each with the fields that it holds: a title weighs more than other names.
TITLE, NAMES, ABOVE = "title", "names", "above"
_ABOVE = "ancestors"
COLUMNS = (TITLE, NAMES, ABOVE)


def all_records(data_dir: Path, work: Path | None, generation: str) -> pl.DataFrame:
    """Return the code records that a build links, versions of all days.

    Args:
        data_dir: with the imported files.
        work: where they are kept for the next run; None links them anew.
        generation: id of the generation that holds them.
    """
    kept = work / f"codes-{generation}.parquet" if work else None
    if kept and kept.is_file():
        return pl.read_parquet(kept)
    found = frames_of("code", data_dir).records
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        found.write_parquet(kept)
    return found


def texts_on(records: pl.DataFrame, day: dt.date, system: str | None) -> pl.DataFrame:
    """Return one row for each record that stands on a day: system, code, and a text for each of `COLUMNS`.

    Args:
        records: all versions, in the order that the engine wants.
        day: the day.
        system: only its codes; None for all.
    """
    alive = with_day(records, day, ("system", "code")).filter(pl.col("live") == LIVE)
    if system:
        alive = alive.filter(pl.col("system") == system)
    schema = load_kind("code")
    texts = {
        field.name: pl.col(field.name).list.join(" ; ") if field.list else pl.col(field.name)
        for field in schema.text.values()
    }
    names = [text.fill_null("") for name, text in texts.items() if name not in (TITLE, _ABOVE)]
    return alive.select(
        "system",
        "code",
        texts[TITLE].fill_null("").alias(TITLE),
        pl.concat_str(names, separator=" ; ").alias(NAMES),
        texts[_ABOVE].fill_null("").alias(ABOVE),
    )
