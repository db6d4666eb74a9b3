"""The ASP NDC-HCPCS crosswalk (CMS, Medicare Part B drugs): which packages are billed under which code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release, quarter_window
from indexer.sources.sifting import bad_code, code_column, in_order, sift, to_frame
from indexer.sources.tabular import form_of, head_grid, locate, name_key, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}
_QUARTER = re.compile(r"(?i)(jan|apr|jul|oct)[a-z]*[-_ .,]*(?:1st|1)?[-_ .,]*(20\d\d)")
_YEAR_CODE = re.compile(r"_?20\d\d_?code", re.I)


class AspReader:
    """Reads one quarter's crosswalk; the first rows are notices."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the column headings."""
        return _header(head_grid(member), options) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the quarter in the name or in the notices, which must not contradict each other."""
        grid = head_grid(member)
        notices = " ".join(cell for row in grid.rows[: _header(grid, options) or 0] for cell in row)
        by_name, by_content = _quarter(member.name), _quarter(notices)
        if by_name and by_content and by_name != by_content:
            raise member.error(
                "the name says {}Q{}, the file says {}Q{}".format(*by_name, *by_content),
                mend="check which file this is",
            )
        found = by_name or by_content
        return (
            Release(f"{found[0]}Q{found[1]}", *quarter_window(*found), part=form_of(member))
            if found
            else None
        )

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all packages."""
        grid = read_grid(member)
        index = _header(grid, options)
        if index is None:
            raise member.error("the header row with NDC and Drug Name is missing")
        header = _unyeared(grid.rows[index])
        places = locate(member, header, options["columns"], options["required"], grid.lines[index])
        frame, odd = to_frame(grid.after(index), places, len(header))
        absent = [pl.lit(None, pl.String).alias(name) for name in options["columns"] if name not in places]
        frame = frame.with_columns(absent).with_columns(
            code_column("code"),
            # CPT and D codes may stand here (vaccines): their short titles are the AMA's and the ADA's.
            pl.when(code_column("code").str.contains(r"^[A-CE-V]\d{4}$"))
            .then(pl.col("short_title"))
            .alias("short_title"),
            billing_text=pl.col("billing_units"),
            billing_units=pl.col("billing_units").str.replace_all(",", "").cast(pl.Float64, strict=False),
        )
        checks = {
            "this is no HCPCS or CPT code": bad_code("code"),
            # An NDC that is padded wrongly names another package: only the hyphenated form is certain.
            "the NDC is not of the form 5-4-2": ~pl.col("ndc")
            .fill_null("")
            .str.contains(r"^\d{5}-\d{4}-\d{2}$"),
            "the drug has no name": pl.col("drug").is_null(),
            "BILLUNITSPKG is not a number": pl.col("billing_text").is_not_null()
            & ~pl.col("billing_units").is_finite().fill_null(False),
        }
        good, bad = sift(frame, checks)
        table = conform("ndc", good)
        return Reading({"ndc": table}, good.height, in_order(odd, bad), {"codes": table["code"].n_unique()})


def _header(grid: Grid, options: Mapping[str, Any]) -> int | None:
    columns = options["columns"]
    for index, cells in enumerate(grid.rows):
        names = {name_key(cell) for cell in _unyeared(cells)}
        if all(
            names & {name_key(published) for published in columns[name]}
            for name in ("ndc", "drug", "package_size")
        ):
            return index
    return None


def _unyeared(header: list[str]) -> list[str]:
    return ["HCPCS Code" if _YEAR_CODE.fullmatch(cell.strip()) else cell for cell in header]


def _quarter(text: str) -> tuple[int, int] | None:
    found = _QUARTER.search(text)
    return (int(found[2]), MONTHS[found[1].lower()]) if found else None


READER = AspReader()
