"""The RBCS taxonomy (data.cms.gov): category, subcategory and family of each HCPCS and CPT code, as csv."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release
from indexer.sources.sifting import bad_code, bad_date, code_column, date_column, in_order, sift, to_frame
from indexer.sources.tabular import find_row, head_grid, locate, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member

DATES = ("first", "last")
# The table writes an open end as this day.
OPEN_END = dt.date(9999, 12, 31)
KEYS = ("HCPCS_Cd", "RBCS_ID", "RBCS_Cat_Desc")
_YEAR = re.compile(r"(?i)(?:RY|_)(20\d\d)(?!\d)")


class RbcsReader:
    """Reads one year's taxonomy; a code has a row for each assignment it has had."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the column names."""
        return find_row(head_grid(member), KEYS) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release year (RY2025) in the name; the file itself does not say."""
        found = _YEAR.search(member.name)
        return Release(f"RY{found[1]}") if found else None

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all assignments."""
        grid = read_grid(member)
        index = find_row(grid, KEYS)
        if index is None:
            raise member.error("the header row with HCPCS_Cd and RBCS_ID is missing")
        columns, header = options["columns"], grid.rows[index]
        required = set(columns) - set(options["optional"])
        places = locate(member, header, columns, required, grid.lines[index])
        frame, odd = to_frame(grid.after(index), places, len(header))
        absent = [pl.lit(None, pl.String).alias(name) for name in DATES if name not in places]
        frame = frame.with_columns(absent).with_columns(
            code_column("code"),
            pl.col("rbcs").str.to_uppercase(),
            # Excel drops leading zeros of a family number.
            pl.col("family").str.zfill(3),
            *(pl.col(name).alias(f"{name}_text") for name in DATES),
        )
        frame = frame.with_columns(
            date_column(f"{name}_text", "%m/%d/%Y", "%Y-%m-%d").alias(name) for name in DATES
        )
        checks = {
            "this is no HCPCS or CPT code": bad_code("code"),
            "the RBCS id is not six characters": ~pl.col("rbcs")
            .fill_null("")
            .str.contains(r"^[A-Z]{2}\d{3}[A-Z]$"),
            "the category is missing": pl.col("category").is_null() | pl.col("subcategory").is_null(),
            **{f"{name} day is not a date": bad_date(name, f"{name}_text") for name in DATES},
        }
        good, bad = sift(frame, checks)
        good = good.with_columns(last=pl.when(pl.col("last") != OPEN_END).then(pl.col("last")))
        table = conform("rbcs", good)
        return Reading({"rbcs": table}, good.height, in_order(odd, bad), {"codes": table["code"].n_unique()})


READER = RbcsReader()
