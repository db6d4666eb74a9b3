"""The typed tables of the sample corpus, which a build links when nothing is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from indexer.catalogue import file_sha256
from indexer.link.inputs import InputFile, Inputs, Rel
from indexer.tables import TABLES, conform
from searchcore.data import corpora_dir, load_yaml


def sample_inputs() -> Inputs:
    """Return the sample corpus that ships with the project."""
    folder = corpora_dir() / "sample"
    entries: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in load_yaml(folder / "sample.yaml")["releases"]:
        entries.setdefault((entry["source"], str(entry["release"])), []).append(entry)
    rels: dict[str, list[Rel]] = {}
    files = []
    for (source, release), parts in sorted(
        entries.items(), key=lambda item: (item[0][0], str(item[1][0]["start"]))
    ):
        known = rels.setdefault(source, [])
        start, end = parts[0].get("start"), parts[0].get("end")
        known.append(Rel(source, release, len(known), start, end))
        files += [_sample_file(folder, entry) for entry in parts]

    def read(rel: Rel, source: str) -> dict[str, list[pl.DataFrame]]:
        tables: dict[str, list[pl.DataFrame]] = {}
        for entry in entries[source, rel.name]:
            tables.setdefault(entry["table"], []).append(_read_sample(folder / entry["file"], entry["table"]))
        return tables

    return Inputs(files, True, rels, read)


def _read_sample(path: Path, table: str) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema_length=0)
    columns = []
    for name, dtype in TABLES[table].items():
        if name not in frame.columns:
            continue
        column = pl.col(name)
        if dtype == pl.List(pl.String):
            columns.append(pl.when(column.is_null()).then(None).otherwise(column.str.split("|")).alias(name))
        elif dtype == pl.Boolean:
            columns.append((column == "true").alias(name))
        elif dtype == pl.Date:
            columns.append(column.str.to_date("%Y-%m-%d"))
        else:
            columns.append(column.cast(dtype))
    return conform(table, frame.select(columns).with_row_index("row", offset=1))


def _sample_file(folder: Path, entry: dict[str, Any]) -> InputFile:
    path = folder / entry["file"]
    rows = pl.read_csv(path, infer_schema_length=0).height
    start, end = (entry[key].isoformat() if entry.get(key) else None for key in ("start", "end"))
    return InputFile(
        entry["source"],
        str(entry["release"]),
        start,
        end,
        entry["table"],
        entry["file"],
        "",
        file_sha256(path),
        rows,
        0,
        True,
    )
