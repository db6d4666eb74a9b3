"""The frame of records of one kind: which columns it has, and how origins are written."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from searchcore.engine import BASE_COLUMNS
from searchcore.schema import load_kind
from searchcore.validity import Bound

_BASE_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(BASE_COLUMNS, pl.String),
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "since": pl.Date,
    "until": pl.Date,
    "undecided": pl.Boolean,
    "header": pl.Boolean,
    "releases": pl.List(pl.String),
}


def record_types(kind: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the columns of a kind's records with their types: base, text fields, facets, groups."""
    schema = load_kind(kind)
    types = dict(_BASE_TYPES)
    for field in schema.text.values():
        types[field.name] = pl.List(pl.String) if field.list else pl.String
    for facet in schema.facets.values():
        if not facet.as_of and facet.name not in types:
            types[facet.name] = pl.List(pl.String) if facet.several else pl.String
    for group in schema.groups.values():
        types.setdefault(group.column, pl.String)
    return types


def joined_types(kind: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the columns of the records of a joined kind: there is no text, and no code of their own.

    A column of text names a part by its row in the frame of parts. There may be categories for texts.
    """
    schema = load_kind(kind)
    types = {
        name: dtype for name, dtype in _BASE_TYPES.items() if name not in ("code", "undecided", "header")
    }
    facets = [facet.name for facet in schema.facets.values() if not facet.as_of and not facet.part]
    return {
        **types,
        "releases": pl.String,
        "row": pl.UInt32,
        **dict.fromkeys(schema.text, pl.UInt32),
        **dict.fromkeys(facets, pl.String),
    }


def empty_joined(kind: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records and the parts of a joined kind of which there are none."""
    schema = load_kind(kind)
    attributes = [facet.attribute for facet in schema.facets.values() if facet.part]
    texts = {field.name: pl.List(pl.String) if field.list else pl.String for field in schema.parts.values()}
    parts = pl.DataFrame(schema={**texts, **dict.fromkeys(attributes, pl.String)})
    return pl.DataFrame(schema=joined_types(kind)), parts


def conform_records(kind: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a kind; missing ones get their neutral value."""
    neutral = {
        "start": pl.lit(str(Bound.UNKNOWN)),
        "end": pl.lit(str(Bound.OPEN)),
        "undecided": pl.lit(False),
        "header": pl.lit(False),
        "origins": pl.lit("{}"),
        "extra": pl.lit("{}"),
        "releases": pl.lit([], pl.List(pl.String)),
    }
    columns = []
    for name, dtype in record_types(kind).items():
        if name not in frame.columns:
            columns.append(neutral.get(name, pl.lit(None)).cast(dtype).alias(name))
        elif name in neutral:
            columns.append(pl.coalesce(pl.col(name).cast(dtype), neutral[name]).alias(name))
        else:
            columns.append(pl.col(name).cast(dtype))
    return frame.select(columns)


def in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Sort as the engine wants it: by system and code, versions of a key oldest first."""
    return records.sort("system", "code", "valid_from", "valid_to", nulls_last=False, maintain_order=True)


def origin(release: str = "release", row: str = "row") -> pl.Expr:
    """Return `release#row` as text; null where there is no release."""
    return pl.concat_str([pl.col(release), pl.lit("#"), pl.col(row).cast(pl.String)])


def origins(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """Return the JSON object field -> `release#row`, without fields that have no origin."""
    pairs = [
        pl.when(value.is_not_null()).then(pl.concat_str([pl.lit(f'"{name}":"'), value, pl.lit('"')]))
        for name, value in fields.items()
    ]
    inner = pl.concat_list(pairs).list.drop_nulls().list.join(",")
    return pl.concat_str([pl.lit("{"), inner, pl.lit("}")]).alias("origins")


def as_json(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """Return columns as one JSON object; null fields stay null and are dropped by the reader."""
    return (
        pl.struct([value.alias(name) for name, value in fields.items()]).struct.json_encode().alias("extra")
    )
