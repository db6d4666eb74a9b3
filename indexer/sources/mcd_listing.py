"""The listing of LCDs and articles that the CMS Coverage API gives, as csv: one row a document version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release
from indexer.sources.mcd_tables import day
from indexer.sources.sifting import in_order, sift, to_frame
from indexer.sources.tabular import find_row, head_grid, locate, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member
    from indexer.sources.tabular import Grid

COLUMNS = {
    "document": ("document_display_id",),
    "doc_type": ("document_type",),
    "version": ("document_version",),
    "title": ("title",),
    "status": ("note",),
    "effective_text": ("effective_date",),
    "ended_text": ("retirement_date",),
    "updated": ("updated_on",),
    "contractor_text": ("contractor_name_type",),
    "url": ("url",),
}
NEEDED = [published[0] for published in COLUMNS.values()]
# Our program shows these as links; nothing else may come out of a file.
_ADDRESS = r"^https://www\.cms\.gov/[\w./?=&%-]+$"


class ListingReader:
    """Reads one listing."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the column names."""
        return find_row(head_grid(member), NEEDED) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the newest day on which a document was updated."""
        frame, _ = to_frame(*_body(member))
        newest = frame.select(day("updated").max()).item()
        return Release(newest.isoformat(), newest) if newest else None

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; contractors stand as name and type in brackets, parted by a blank line."""
        frame, odd = to_frame(*_body(member))
        frame = frame.with_columns(
            pl.col("ended_text").replace("N/A", None),
            pl.col("document").str.to_uppercase(),
            url=pl.when(pl.col("url").str.contains(_ADDRESS)).then(pl.col("url")),
        ).with_columns(effective=day("effective_text"), ended=day("ended_text"))
        checks = {
            "the id is not that of an LCD or an article": ~pl.col("document")
            .fill_null("")
            .str.contains(r"^(?:D?L|A)\d{1,6}$"),
            "the document has no title": pl.col("title").is_null(),
            "effective_date is not a date": pl.col("effective_text").is_not_null()
            & pl.col("effective").is_null(),
            "retirement_date is neither a date nor N/A": pl.col("ended_text").is_not_null()
            & pl.col("ended").is_null(),
        }
        good, bad = sift(frame, checks)
        contractors = [_contractors(text) for text in good["contractor_text"].to_list()]
        good = good.with_columns(pl.Series("contractors", contractors, dtype=pl.List(pl.String)))
        types = good["doc_type"].str.to_lowercase()
        counts = {"lcd": int((types == "lcd").sum()), "article": int((types == "article").sum())}
        return Reading(
            {"mcd_documents": conform("mcd_documents", good)}, good.height, in_order(odd, bad), counts
        )


def _body(member: Member) -> tuple[Grid, dict[str, int], int]:
    grid = read_grid(member)
    index = find_row(grid, NEEDED[:2])
    if index is None:
        raise member.error("the header row with document_display_id is missing")
    header = grid.rows[index]
    return grid.after(index), locate(member, header, COLUMNS, COLUMNS, grid.lines[index]), len(header)


def _contractors(text: str | None) -> list[str]:
    blocks = re.split(r"\n\s*\n", text or "")
    found = (" ".join(block.split()) for block in blocks)
    return list(dict.fromkeys(name for name in found if name))


READER = ListingReader()
