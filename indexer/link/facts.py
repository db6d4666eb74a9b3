"""Writes the fact tables of a generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from indexer.catalogue import Catalogue
from indexer.descriptions import load_sources
from indexer.link.coverage import newest_versions
from indexer.link.hand_facts import fact_rows, family_rows
from indexer.link.inputs import Inputs
from searchcore.facts.schema import LIST_COLUMNS, TABLES

# Fact table to the sources that fill it, where the name of the table is not enough.
FROM_SOURCES: dict[str, tuple[str, ...]] = {
    "icd_notes": ("icd10cm-tabular",),
    "icd_seventh": ("icd10cm-tabular",),
    "icd_nodes": ("icd10cm-tabular",),
    "icd_index": ("icd10cm-index", "icd10cm-eindex", "icd10cm-drug", "icd10cm-neoplasm"),
    "icd_conversion": ("icd10cm-conversion",),
    "pcs_rows": ("icd10pcs-tables",),
    "pcs_labels": ("icd10pcs-tables",),
    "pcs_definitions": ("icd10pcs-definitions",),
    "mue": ("ncci-mue-practitioner", "ncci-mue-hospital", "ncci-mue-dme"),
    "aoc": ("ncci-aoc",),
    "rvu": ("mpfs-rvu",),
    "gpci": ("mpfs-gpci",),
    "gem": ("gem-cm-9to10", "gem-cm-10to9"),
    "icd9_titles": ("icd9cm-titles",),
    "mcd_codes": ("mcd",),
    "mcd_groups": ("mcd",),
    "mcd_related": ("mcd",),
    "mcd_places": ("mcd",),
    "rbcs": ("rbcs",),
    "ndc": ("asp-ndc",),
}
_MCD = {"mcd_codes", "mcd_groups", "mcd_related", "mcd_places"}
_NEWEST_ONLY = {"icd_index", "pcs_rows", "pcs_labels", "pcs_definitions", "icd_nodes", *_MCD}


def source_facts(inputs: Inputs) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the fact tables that are the sources' own rows, each with its release."""
    for table, sources in FROM_SOURCES.items():
        frames = [inputs.table(source, table, newest=table in _NEWEST_ONLY) for source in sources]
        rows = pl.concat(frames).drop("rel", "part")
        yield table, newest_versions(rows) if table in _MCD else rows


def kept_facts() -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the fact tables that are hand-kept."""
    yield "family", family_rows("CPT")
    rows = [{**row, "states": ", ".join(row["states"])} for row in fact_rows("macs")]
    columns = ("jurisdiction", "mac", "contract", "states", "valid_from", "valid_to", "source", "row")
    yield (
        "mac",
        pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], infer_schema_length=None),
    )


def nodes(codes: pl.DataFrame) -> pl.DataFrame:
    """Return the tree of the ICD-10 systems: each version of each key with the parent of the key.

    Args:
        codes: the records of kind `code`, versions of a key oldest first.
    """
    from indexer.link.icd_tree import prefixes

    columns = ("system", "code", "title", "header", "valid_from", "valid_to", "start")
    frames = []
    for system in ("ICD10CM", "ICD10PCS"):
        versions = codes.filter(pl.col("system") == system).select(columns)
        keys = versions.select("code").unique()
        parents = (
            prefixes(keys)
            .join(keys.select(prefix="code"), on="prefix", how="semi")
            .sort("code", "length")
            .group_by("code")
            .agg(parent=pl.col("prefix").last())
        )
        frames.append(versions.join(parents, on="code", how="left", maintain_order="left"))
    return pl.concat(frames)


def release_rows(inputs: Inputs) -> pl.DataFrame:
    """Return one row a release: its files' names, rows, rejects and hash."""
    titles = {source.id: source.title for source in load_sources().values()}
    frame = pl.DataFrame([file.__dict__ for file in inputs.files if file.primary], infer_schema_length=None)
    columns = ("id", "source", "title", "release", "start", "end", "rows", "rejected", "file", "sha256")
    if not frame.height:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return (
        frame.group_by("source", "release", maintain_order=True)
        .agg(
            pl.col("start", "end").first(),
            pl.col("rows", "rejected").sum(),
            file=pl.col("file").unique(maintain_order=True).str.join(", "),
            sha256=pl.col("sha256").first(),
        )
        .with_columns(
            id=pl.concat_str("source", pl.lit("/"), "release"),
            title=pl.col("source").replace(titles),
        )
        .select(columns)
        .sort("source", "start", "release")
    )


def reject_rows(data_dir: Path, inputs: Inputs) -> pl.DataFrame:
    """Return the rejected rows that imports have kept."""
    types = {
        "source": pl.String,
        "release": pl.String,
        "file": pl.String,
        "line": pl.Int64,
        "reason": pl.String,
        "text": pl.String,
    }
    if inputs.sample:
        return pl.DataFrame(schema=types)
    used = {(file.source, file.release, file.part) for file in inputs.files if file.primary}
    rows = [
        {"source": found.source, "release": found.name, "file": part.member or part.file, **reject}
        for found in Catalogue(data_dir).releases()
        for part in found.parts.values()
        if (found.source, found.name, part.part) in used
        for reject in part.rejects
    ]
    return pl.DataFrame(rows, schema=types)


class FactsWriter:
    """Writes tables into a new facts file, then their indexes."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192;"
        )

    def write(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Write one table, and give it back; dates become ISO text, lists JSON."""
        quoted = ", ".join(f'"{column}"' for column in frame.columns)
        self._connection.execute(f'CREATE TABLE "{name}" ({quoted})')
        marks = ",".join("?" * frame.width)
        self._connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', _plain(frame).iter_rows())
        return frame

    def close(self) -> None:
        """Write the indexes and close the file."""
        for table in TABLES.values():
            for columns in table.indexes:
                quoted = ", ".join(f'"{column}"' for column in columns)
                index = f"{table.name}_{'_'.join(columns)}"
                self._connection.execute(f'CREATE INDEX "{index}" ON "{table.name}" ({quoted})')
        self._connection.commit()
        self._connection.execute("ANALYZE")
        self._connection.commit()
        self._connection.close()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for name, dtype in frame.schema.items():
        if dtype == pl.Date:
            columns.append(pl.col(name).dt.to_string("%Y-%m-%d"))
        elif name in LIST_COLUMNS:
            encoded = (
                pl.struct(name).struct.json_encode().str.strip_prefix(f'{{"{name}":').str.strip_suffix("}")
            )
            columns.append(pl.when(pl.col(name).is_not_null()).then(encoded))
        else:
            columns.append(pl.col(name))
    return frame.select(columns)
