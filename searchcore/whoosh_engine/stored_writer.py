"""Writes what is stored of each record for its page, each column in the form that suits it.

coded.NAME, .values         number of each record's value in a column with few distinct ones, and these
numbered.NAME, .values      a column of texts that differ in their `#123` only: number of each record's
    .numbers, .ends         template, the templates, all numbers, and where those of each record end (left
                            out where each has one)
stored.NAME, .ends          all other texts, one after the other, and where each ends
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from searchcore.whoosh_engine.sections import ArraysWriter, smallest
from searchcore.whoosh_engine.stored import PLACEHOLDER

_MOST_CODES = 1 << 16
# Without leading zeros, so that the number alone gives the text back.
_NUMBER = r"#(?:0|[1-9]\d{0,8})\b"


def write_stored(
    file: ArraysWriter, columns: pl.DataFrame, numbered: Sequence[str] = (), row: pl.Series | None = None
) -> None:
    """Write stored columns; null and empty text stand for what a record does not have.

    Args:
        file: where to.
        columns: one row a record.
        numbered: columns of texts with numbers (`#123`) in them.
        row: the number that stands for each `#?` of the numbered columns, where that was left open.
    """
    forms = {}
    most = min(_MOST_CODES, columns.height // 4)
    for column in columns:
        if column.name in numbered and (row is not None or not _has_placeholders(column)):
            forms[column.name] = "numbered"
            _write_numbered(file, column, row)
        elif column.dtype != pl.String or column.n_unique() <= most:
            forms[column.name] = "coded"
            _write_coded(file, f"coded.{column.name}", column)
        else:
            forms[column.name] = "text"
            _write_text(file, column)
    file.values["stored"] = {"forms": forms, "count": columns.height}


def _write_coded(file: ArraysWriter, name: str, column: pl.Series) -> None:
    distinct = column.unique(maintain_order=True)
    known = pl.DataFrame({"value": distinct}).with_row_index("number")
    found = pl.DataFrame({"value": column}).join(
        known, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    file.add_array(name, smallest(found["number"].to_numpy(), len(distinct)))
    file.add_json(f"{name}.values", distinct.to_list())


def _write_numbered(file: ArraysWriter, column: pl.Series, row: pl.Series | None) -> None:
    name = f"numbered.{column.name}"
    if row is not None:
        _write_coded(file, name, column)
        file.add_array(f"{name}.numbers", row.to_numpy().astype(np.uint32))
        return
    _write_coded(file, name, column.str.replace_all(_NUMBER, PLACEHOLDER))
    numbers = column.str.extract_all(_NUMBER)
    lengths = numbers.list.len().fill_null(0).to_numpy()
    flat = numbers.explode().drop_nulls().str.strip_prefix("#").cast(pl.UInt32)
    file.add_array(f"{name}.numbers", flat.to_numpy())
    file.add_array(f"{name}.ends", smallest(np.cumsum(lengths), len(flat) + 1))


def _write_text(file: ArraysWriter, column: pl.Series) -> None:
    name = f"stored.{column.name}"
    texts = column.fill_null("")
    ends = np.cumsum(texts.str.len_bytes().to_numpy().astype(np.int64))
    file.add_array(name, np.frombuffer("".join(texts.to_list()).encode(), np.uint8))
    file.add_array(f"{name}.ends", smallest(ends, int(ends[-1]) + 1))


def _has_placeholders(column: pl.Series) -> bool:
    return bool(column.str.contains(PLACEHOLDER, literal=True).any())
