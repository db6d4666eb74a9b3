"""The files of the sample corpus as typed tables, for the tests that check it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from indexer.tables import TABLES
from searchcore.data import corpora_dir, load_yaml

FOLDER = corpora_dir() / "sample"


@dataclass(frozen=True)
class SampleFile:
    """One entry of `sample.yaml`."""

    source: str
    release: str
    start: dt.date | None
    end: dt.date | None
    file: str
    table: str
    note: str = ""

    @property
    def path(self) -> Path:
        """Where the file is."""
        return FOLDER / self.file

    def texts(self) -> pl.DataFrame:
        """Return the cells as text, empty ones as null."""
        return pl.read_csv(self.path, infer_schema_length=0)

    def rows(self) -> pl.DataFrame:
        """Return the typed columns that the file has; a cell that does not parse is an error."""
        texts = self.texts()
        columns = [_typed(name, TABLES[self.table][name]) for name in texts.columns]
        return texts.select(columns)


def _typed(name: str, dtype: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.List(pl.String):
        return pl.when(column.is_null()).then(pl.lit([], dtype)).otherwise(column.str.split("|")).alias(name)
    if dtype == pl.Boolean:
        return column.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if dtype == pl.Date:
        return column.str.to_date("%Y-%m-%d", strict=True)
    return column.cast(dtype, strict=True)


def description() -> dict[str, Any]:
    """Return `sample.yaml`."""
    found: dict[str, Any] = load_yaml(FOLDER / "sample.yaml")
    return found


def sample_files() -> list[SampleFile]:
    """Return the entries of `sample.yaml`."""
    return [SampleFile(**entry) for entry in description()["releases"]]


def sample_table(source: str, table: str, release: str | None = None) -> pl.DataFrame:
    """Return the rows of one table of one source, of one release if it is named."""
    found = [
        entry.rows()
        for entry in sample_files()
        if (entry.source, entry.table) == (source, table) and release in (None, entry.release)
    ]
    return pl.concat(found, how="diagonal")
