"""Reader of the ICD-9-CM long titles, version 32 and before: diagnoses and procedures in two files.

Layout of the CMS master description files: the code without dot (five columns in the diagnosis file, four in
the procedure file), one blank, the title.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from indexer.sources.base import Member, Reading, Release
from indexer.sources.gem import MAPPING_LINE
from indexer.sources.icd_order import ORDER_LINE
from indexer.sources.lines import (
    code_column,
    column,
    first_reason,
    head_lines,
    numbered_lines,
    share,
    split_rejects,
)
from indexer.sources.shapes import ICD9_DIAGNOSIS, ICD9_PROCEDURE
from indexer.tables import conform

_VERSION = re.compile(r"(?:CMS|v)(\d\d)(?!\d)", re.IGNORECASE)
# Version 32 came into force on 2014-10-01, each version a year after the one before it.
_YEAR_OF_VERSION_0 = 1982
_WIDTHS = {"diagnosis": 5, "procedure": 4}
_SHAPES = {"diagnosis": ICD9_DIAGNOSIS, "procedure": ICD9_PROCEDURE}


class Icd9TitlesReader:
    """Reads either file; the width of the code column tells which it is."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether most lines are an ICD-9-CM code and a title in either layout."""
        return _code_type(member) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the version in the name, `v32`; the content does not give one."""
        found = _VERSION.search(member.name)
        code_type = _code_type(member)
        if not found or code_type is None:
            return None
        year = _YEAR_OF_VERSION_0 + int(found[1])
        return Release(f"v{found[1]}", dt.date(year, 10, 1), dt.date(year + 1, 9, 30), part=code_type)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; `code_type` is diagnosis or procedure."""
        code_type = _code_type(member)
        if code_type is None:
            raise member.error(
                "most lines are not an ICD-9-CM code and a title", mend="check which file this is"
            )
        width = _WIDTHS[code_type]
        frame = numbered_lines(member.text()).with_columns(
            code=code_column(1, width), title=column(width + 2)
        )
        frame = frame.with_columns(
            code_type=pl.lit(code_type),
            reason=first_reason(
                (pl.col("title") == "", f"the line ends before the title in column {width + 2}"),
                (pl.col("line").str.slice(width, 1) != " ", f"column {width + 1} is not blank"),
                (
                    ~pl.col("code").str.contains(_SHAPES[code_type].pattern),
                    f"columns 1 to {width} hold no ICD-9-CM {code_type} code",
                ),
            ),
        )
        good, rejects = split_rejects(frame)
        return Reading({"icd9_titles": conform("icd9_titles", good)}, good.height, rejects)


def _code_type(member: Member) -> str | None:
    lines = head_lines(member)
    for code_type in _WIDTHS:
        if share(lines, partial(_fits, code_type)) >= 0.5:
            return code_type
    return None


def _fits(code_type: str, line: str) -> bool:
    width = _WIDTHS[code_type]
    code, gap, title = line[:width], line[width : width + 1], line[width + 1 :]
    if gap != " " or title[:1].strip() == "" or MAPPING_LINE.match(line) or ORDER_LINE.match(line):
        return False
    return (
        _SHAPES[code_type].match(code.rstrip()) is not None and re.search(r"[A-Za-z]{3}", title) is not None
    )


READER = Icd9TitlesReader()
