"""Lines of a text file as a polars frame, so that fixed-width files are read without a loop over rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from indexer.sources.base import HEAD_BYTES, Member, Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REJECT_TEXT = 120
# A lone Ctrl-Z ends files that came through DOS programs; it is no data.
_NOT_BLANK = r"[^\s\x00\x1a]"


def numbered_lines(text: str) -> pl.DataFrame:
    """Return the lines that are not blank, as columns `row` (1-based line number) and `line`."""
    frame = pl.DataFrame({"line": text.split("\n")}, schema={"line": pl.String})
    return frame.with_row_index("row", offset=1).filter(pl.col("line").str.contains(_NOT_BLANK))


def head_lines(member: Member) -> list[str]:
    """Return the lines of the head that are not blank; a last line cut by the head's end is left out."""
    lines = member.head_text.split("\n")
    if member.size > HEAD_BYTES:
        lines = lines[:-1]
    return [line for line in lines if re.search(_NOT_BLANK, line)]


def share(lines: Sequence[str], fits: Callable[[str], object]) -> float:
    """Return the share (0 to 1) of lines for which a test holds; 0 for no lines."""
    return sum(1 for line in lines if fits(line)) / len(lines) if lines else 0.0


def column(start: int, end: int | None = None) -> pl.Expr:
    """Return columns `start` to `end` (1-based, inclusive, as layouts count) of `line`, stripped."""
    length = None if end is None else end - start + 1
    return pl.col("line").str.slice(start - 1, length).str.strip_chars()


def code_column(start: int, end: int) -> pl.Expr:
    """Return a column of codes in stored form: upper case, without dots or blanks."""
    return column(start, end).str.replace_all(r"[.\s]", "").str.to_uppercase()


def first_reason(*tests: tuple[pl.Expr, str]) -> pl.Expr:
    """Return the reason of the first test that is true in a row, null where none is.

    Args:
        tests: (expression that is true for a bad row, reason in words).
    """
    return pl.coalesce(pl.when(bad.fill_null(True)).then(pl.lit(reason)) for bad, reason in tests)


def split_rejects(frame: pl.DataFrame, text: str = "line") -> tuple[pl.DataFrame, list[Reject]]:
    """Part a frame with columns `row` and `reason` into its good rows and its rejects.

    Args:
        frame: rows; `reason` is null for a good one.
        text: the column whose beginning a reject shows.
    """
    bad = frame.filter(pl.col("reason").is_not_null())
    rejects = [
        Reject(line, reason, (shown or "")[:REJECT_TEXT])
        for line, reason, shown in bad.select("row", "reason", text).iter_rows()
    ]
    return frame.filter(pl.col("reason").is_null()), rejects
