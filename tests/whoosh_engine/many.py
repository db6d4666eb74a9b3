"""An index of very many records of kind `code`, made column by column."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter

from ..contract.frames import EPOCH, KIND, Version, frame


def many_records(count: int, columns: Mapping[str, Sequence[Any]], folder: Path) -> WhooshKindIndex:
    """Write so many records with these columns, numbered by their codes, and open them."""
    one = frame([Version("CPT", "00000", EPOCH, title="")])
    given = {
        "code": [f"{number:05}" for number in range(count)],
        "extra": [json.dumps({"number": number}) for number in range(count)],
        **columns,
    }
    records = pl.DataFrame({"row": range(count)}).join(one, how="cross").drop("row")
    types = {name: one.schema[name] for name in given}
    records = records.with_columns(
        **{name: pl.Series(values, dtype=types[name]) for name, values in given.items()}
    )
    WhooshWriter(rules=()).write(load_kind(KIND), records, folder, lambda _done, _total: None)
    return WhooshKindIndex(load_kind(KIND), folder)
