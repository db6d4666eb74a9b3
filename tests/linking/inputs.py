"""Hand-made typed tables as the inputs of a build; all rows are synthetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from indexer.link.inputs import InputFile, Inputs, Rel
from indexer.link.records import conform_records, in_order
from indexer.tables import TABLES
from searchcore.validity import END_OPEN, START_OPEN, Bound, as_of_array, to_day

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]
ONE_DAY = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    """Return the date of an ISO text."""
    return dt.date.fromisoformat(text)


def window(name: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the window that the name of a release says: 2024Q3, FY2026, FY2026-April, 2025, undated."""
    if name == "undated":
        return None, None
    if name.startswith("FY"):
        year = int(name[2:6])
        start = dt.date(year, 4, 1) if name.endswith("April") else dt.date(year - 1, 10, 1)
        return start, dt.date(year, 9, 30)
    year = int(name[:4])
    if "Q" not in name:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    first = 3 * int(name[-1]) - 2
    after = dt.date(year + first // 10, (first + 3 - 1) % 12 + 1, 1)
    return dt.date(year, first, 1), after - ONE_DAY


def make_inputs(data: Mapping[str, Mapping[str, Tables]], *, sample: bool = False) -> Inputs:
    """Return inputs from source to release to table to rows.

    Releases stand in the order of their windows; a row that does not say `row` is numbered from 1.
    """
    rels: dict[str, list[Rel]] = {}
    files = []
    for source, releases in data.items():
        names = sorted(releases, key=lambda name: window(name)[0] or dt.date.min)
        rels[source] = [Rel(source, name, number, *window(name)) for number, name in enumerate(names)]
        files += [_file(source, name, table) for name in names for table in releases[name]]

    def read(rel: Rel, source: str) -> dict[str, list[pl.DataFrame]]:
        return {table: [typed(table, rows)] for table, rows in data[source][rel.name].items()}

    return Inputs(files, sample, rels, read)


def typed(table: str, rows: Rows) -> pl.DataFrame:
    """Return rows as a table of a reader; columns that a row does not name are null."""
    schema = TABLES[table]
    for row in rows:
        assert set(row) <= set(schema), f"{table} has no column {set(row) - set(schema)}"
    full = [
        {name: row.get(name) for name in schema} | {"row": row.get("row", n)} for n, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(full, schema=schema)


def _file(source: str, release: str, table: str) -> InputFile:
    start, end = (found.isoformat() if found else None for found in window(release))
    name = f"{source}_{release}_{table}"
    return InputFile(source, release, start, end, table, name, "", "0" * 64, 0, 0, True)


def hcpcs(code: str, **fields: Any) -> dict[str, Any]:
    """Return one row of the HCPCS table."""
    plain = {"record": "code", "title": f"synthetic item {code}", "pricing": ["51"], "coverage": "C"}
    return {"code": code, **plain, **fields}


def order(code: str, title: str | None = None, billable: bool = True) -> dict[str, Any]:
    """Return one row of an ICD-10-CM order file."""
    title = title or f"synthetic condition {code}"
    return {"system": "ICD10CM", "code": code, "billable": billable, "title": title, "short_title": title}


def widened(records: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return the records of edits with what the engine derives from their parts: code, texts, attributes."""
    named = {}
    for name in ("column_1", "column_2", "rationale_text"):
        named[name] = parts["name"].gather(records[name])
        for attribute in ("system", "family"):
            named[f"{name}_{attribute}"] = parts[attribute].gather(records[name])
    return records.with_columns(**named).with_columns(
        pl.col("system", "start", "end").cast(pl.String),
        code=pl.concat_str("column_1", "column_2", separator="/"),
        releases=pl.concat_list(pl.col("releases").cast(pl.String)),
        origins=pl.col("origins")
        .cast(pl.String)
        .str.replace("?", pl.col("row").cast(pl.String), literal=True),
    )


def by_code(records: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the versions of each code, in the order of the frame."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in records.iter_rows(named=True):
        found.setdefault(row["code"], []).append(row)
    return found


def standing(kind: str, records: pl.DataFrame, when: dt.date) -> dict[tuple[str, str], dict[str, Any]]:
    """Return for each key the version that stands for it on a day; `on_day` is its byte of the array."""
    frame = in_order(conform_records(kind, records))
    keys = frame.select(pl.struct("system", "code").rle_id().alias("key"))["key"]
    first = frame.select(pl.coalesce("since", "valid_from"))["since"]
    last = frame.select(pl.coalesce("until", "valid_to"))["until"]
    state = as_of_array(
        keys.to_numpy().astype(np.int32),
        np.array([to_day(date, START_OPEN) for date in first], np.int32),
        np.array([to_day(date, END_OPEN) for date in last], np.int32),
        (frame["start"] == str(Bound.KNOWN)).to_numpy(),
        frame["undecided"].to_numpy(),
        to_day(when, 0),
    )
    chosen = frame.with_columns(on_day=pl.Series(state)).filter(pl.col("on_day") > 0)
    return {(row["system"], row["code"]): row for row in chosen.iter_rows(named=True)}
