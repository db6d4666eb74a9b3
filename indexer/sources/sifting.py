"""Rows of text cells as polars frames, and the sifting of rows that do not parse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from indexer.sources.base import Reject

if TYPE_CHECKING:
    from indexer.sources.tabular import Grid

REJECT_CHARS = 120


def to_frame(grid: Grid, places: Mapping[str, int], width: int) -> tuple[pl.DataFrame, list[Reject]]:
    """Return `row` and the wanted columns as text (stripped, blank as null); reject rows of other width.

    Args:
        width: number of cells of the header; blank cells beyond it are ignored.
    """
    lines: list[int] = []
    rows: list[list[str]] = []
    rejects: list[Reject] = []
    for line, cells in zip(grid.lines, grid.rows, strict=True):
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            lines.append(line)
            rows.append(cells)
        else:
            # The first cells name the row; a text further on may be licensed, so it is not shown.
            rejects.append(reject(line, f"the row has {len(cells)} cells, the header {width}", cells[:2]))
    data = {ours: [cells[place] for cells in rows] for ours, place in places.items()}
    schema = {"row": pl.Int32, **dict.fromkeys(places, pl.String)}
    frame = pl.DataFrame({"row": lines, **data}, schema=schema)
    # No-break spaces come from Excel; strip_chars takes all Unicode blanks.
    return frame.with_columns(pl.col(pl.String).str.strip_chars().replace("", None)), rejects


def reject(line: int, reason: str, cells: Iterable[str]) -> Reject:
    """Return a reject that shows the beginning of the row."""
    text = " | ".join(cell.strip() for cell in cells if cell.strip())
    return Reject(line, reason, text[:REJECT_CHARS])


def sift(frame: pl.DataFrame, checks: Mapping[str, pl.Expr]) -> tuple[pl.DataFrame, list[Reject]]:
    """Split off the rows for which one of the checks is true.

    Args:
        checks: reason -> expression that is true where the row is bad; the first one that is true counts.
    """
    whens = [pl.when(bad).then(pl.lit(reason)) for reason, bad in checks.items()]
    marked = frame.with_columns(pl.coalesce(whens).alias("_reason"))
    bad = marked.filter(pl.col("_reason").is_not_null())
    if bad.is_empty():
        return frame, []
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    shown = bad.select(
        "row", "_reason", pl.concat_str(texts, separator=" | ", ignore_nulls=True).alias("_text")
    )
    rejects = [Reject(line, reason, (text or "")[:REJECT_CHARS]) for line, reason, text in shown.iter_rows()]
    return marked.filter(pl.col("_reason").is_null()).drop("_reason"), rejects


def in_order(*groups: list[Reject]) -> list[Reject]:
    """Return rejects of several stages by line."""
    return sorted((reject for group in groups for reject in group), key=lambda reject: reject.line)


def code_column(name: str) -> pl.Expr:
    """Return a code column in stored form: upper case, no dots, no blanks."""
    return pl.col(name).str.to_uppercase().str.replace_all(r"[\s.]", "")


def bad_code(name: str, shape: str = r"^(?:\d{4}[0-9A-Z]|[A-V]\d{4})$") -> pl.Expr:
    """Return an expression that is true where a code is missing or not of the shape (CPT or HCPCS)."""
    return ~pl.col(name).fill_null("").str.contains(shape)


def bad_date(parsed: str, raw: str) -> pl.Expr:
    """Return an expression that is true where a date was given and did not parse."""
    return pl.col(raw).is_not_null() & pl.col(parsed).is_null()


def date_column(raw: str, *formats: str) -> pl.Expr:
    """Return a date column out of a text column, trying the formats in turn; null where none fits."""
    return pl.coalesce([pl.col(raw).str.to_date(form, strict=False, exact=True) for form in formats])
