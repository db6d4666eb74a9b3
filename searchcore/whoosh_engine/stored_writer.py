"""Writes what is stored of each record for its page.

coded.NAME                  number of each record's value in a column with few distinct ones, and `.values`
numbered.NAME, .numbers     a column of texts that differ in their `#123` only: number of each record's
                            template (`.values`), all numbers, and where those of each record end (`.ends`;
                            left out where each has one)
stored.bytes, stored.ends   a JSON list of all other values of each record, and where it ends
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.whoosh_engine.sections import ArraysWriter, smallest
from searchcore.whoosh_engine.stored import PLACEHOLDER

_ROWS = 1 << 14
_MOST_CODES = 1 << 16
# Without leading zeros, so that the number alone gives the text back.
_NUMBER = r"#(?:0|[1-9]\d{0,8})\b"


def write_stored(
    file: ArraysWriter, columns: pl.DataFrame, numbered: Sequence[str] = (), row: pl.Series | None = None
) -> None:
    """Write stored columns, null for what a record does not have.

    Args:
        file: where to.
        columns: one row a record.
        numbered: columns of texts with numbers (`#123`) in them.
        row: the number that stands for each `#?` of the numbered columns, where that was left open.
    """
    coded, plain = [], []
    if row is None:
        numbered = [name for name in numbered if not _has_placeholders(columns[name])]
    for column in columns:
        if column.name in numbered:
            _write_numbered(file, column, row)
        elif _write_coded(file, f"coded.{column.name}", column, min(_MOST_CODES, columns.height // 4)):
            coded.append(column.name)
        else:
            plain.append(column.name)
    about = {"coded": coded, "plain": plain, "numbered": list(numbered), "count": columns.height}
    file.values["stored"] = about
    if plain:
        _write_rows(file, columns.select(plain).iter_rows())


def _write_coded(file: ArraysWriter, name: str, column: pl.Series, most: int) -> bool:
    """Write a column as numbers of its distinct values; tell whether it has no more than `most`."""
    distinct = column.unique(maintain_order=True)
    if len(distinct) > most:
        return False
    known = pl.DataFrame({"value": distinct}).with_row_index("number")
    found = pl.DataFrame({"value": column}).join(
        known, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    file.add_array(name, smallest(found["number"].to_numpy(), len(distinct)))
    file.add_json(f"{name}.values", distinct.to_list())
    return True


def _write_numbered(file: ArraysWriter, column: pl.Series, row: pl.Series | None) -> None:
    name = f"numbered.{column.name}"
    if row is not None:
        _write_coded(file, name, column, len(column))
        file.add_array(f"{name}.numbers", row.to_numpy().astype(np.uint32))
        return
    _write_coded(file, name, column.str.replace_all(_NUMBER, PLACEHOLDER), len(column))
    numbers = column.str.extract_all(_NUMBER)
    lengths = numbers.list.len().fill_null(0).to_numpy()
    flat = numbers.explode().drop_nulls().str.strip_prefix("#").cast(pl.UInt32)
    file.add_array(f"{name}.numbers", flat.to_numpy())
    file.add_array(f"{name}.ends", smallest(np.cumsum(lengths), len(flat) + 1))


def _has_placeholders(column: pl.Series) -> bool:
    return bool(column.str.contains(PLACEHOLDER, literal=True).any())


def _write_rows(file: ArraysWriter, rows: Iterator[tuple[Any, ...]]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    sizes: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]

    def parts() -> Iterator[npt.NDArray[np.uint8]]:
        while texts := [encode(row).encode() for row in islice(rows, _ROWS)]:
            sizes.append(np.fromiter(map(len, texts), np.int64, len(texts)))
            yield np.frombuffer(b"".join(texts), np.uint8)

    file.add_parts("stored.bytes", np.uint8, parts())
    ends = np.cumsum(np.concatenate(sizes))
    file.add_array("stored.ends", smallest(ends, int(ends[-1]) + 1 if len(ends) else 1))
