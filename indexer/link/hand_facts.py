"""The hand-kept facts of `corpora/facts`, as frames; each row names its source."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl

from searchcore.data import corpora_dir, load_yaml
from searchcore.errors import ConfigurationError

FACTS = "facts"


def source_text(source: Any, titles: dict[str, Any] | None = None) -> str:
    """Return a source as one text: title and where it is."""
    if isinstance(source, list):
        return "; ".join(source_text(each, titles) for each in source)
    if isinstance(source, str):
        return source_text((titles or {})[source], None) if titles and source in titles else source
    return ", ".join(str(source[key]) for key in ("title", "file", "url") if source.get(key))


@cache
def fact_rows(name: str, key: str = "rows") -> list[dict[str, Any]]:
    """Return the rows of one facts file, `source` as text and `row` its number.

    Raises:
        ConfigurationError: a row has no source.
    """
    path = corpora_dir() / FACTS / f"{name}.yaml"
    data = load_yaml(path)
    rows = []
    for number, row in enumerate(data.get(key) or [], start=1):
        if not row.get("source"):
            raise ConfigurationError("a fact without a source", where=f"{path}, row {number}", mend="name it")
        rows.append({**row, "source": source_text(row["source"], data.get("sources")), "row": number})
    return rows


def successor_rows() -> pl.DataFrame:
    """Return one row per successor: old code, last day, new code or range, condition, kind, source."""
    rows = []
    for row in fact_rows("successors"):
        listed = row.get("successors") or [{}]
        for position, new in enumerate(listed, start=1):
            rows.append(
                {
                    "system": row["system"],
                    "code": row["code"],
                    "last_day": row["last_day"],
                    "kind": row["kind"],
                    "summary": row["summary"],
                    "to_system": new.get("system"),
                    "to_code": new.get("code") or new.get("from"),
                    "to_end": new.get("to"),
                    "condition": new.get("condition"),
                    "unit_change": new.get("unit_change"),
                    "add_on": new.get("add_on"),
                    "position": position,
                    "source": row["source"],
                    "release": FACTS,
                    "row": row["row"],
                }
            )
    return pl.DataFrame(rows, schema=SUCCESSOR_TYPES)


SUCCESSOR_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "system": pl.String,
    "code": pl.String,
    "last_day": pl.Date,
    "kind": pl.String,
    "summary": pl.String,
    "to_system": pl.String,
    "to_code": pl.String,
    "to_end": pl.String,
    "condition": pl.String,
    "unit_change": pl.String,
    "add_on": pl.Boolean,
    "position": pl.Int32,
    "source": pl.String,
    "release": pl.String,
    "row": pl.Int32,
}


def life_rows(system: str = "CPT") -> pl.DataFrame:
    """Return the documented first and last days of the codes of a system, successors' last days included."""
    rows = [
        (row["code"], row["first_day"], row["last_day"], f"{FACTS}/cpt_life#{row['row']}")
        for row in fact_rows("cpt_life")
        if system == "CPT"
    ]
    known = {row[0] for row in rows}
    rows += [
        (row["code"], None, row["last_day"], f"{FACTS}/successors#{row['row']}")
        for row in fact_rows("successors")
        if row["system"] == system and row["code"] not in known
    ]
    types = {"code": pl.String, "first_day": pl.Date, "last_day": pl.Date, "fact": pl.String}
    return pl.DataFrame(rows, schema=types, orient="row")


# The facts file with the families of each code system that has them.
FAMILIES = {"CPT": "cpt_families", "HCPCS": "hcpcs_families"}


def family_rows(system: str) -> pl.DataFrame:
    """Return the families of a system: first and last code, name, words, source."""
    types = {
        "from": pl.String,
        "to": pl.String,
        "name": pl.String,
        "words": pl.String,
        "source": pl.String,
        "row": pl.Int32,
    }
    return pl.DataFrame(
        [{key: row.get(key) for key in types} for row in fact_rows(FAMILIES[system])], schema=types
    )
