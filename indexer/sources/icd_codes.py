"""Reader of the ICD-10-CM codes file: the billable codes only, to check the order file against.

Layout (CDC `icd10cmCodesFile.pdf`), columns 1-based: 1-7 code without dot, 8 blank, 9 to the end the long
description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from indexer.sources.base import Member, Reading, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.gem import MAPPING_LINE
from indexer.sources.lines import (
    code_column,
    column,
    first_reason,
    head_lines,
    numbered_lines,
    share,
    split_rejects,
)
from indexer.sources.shapes import ICD10CM
from indexer.tables import conform

_LAYOUT = re.compile(r"^([0-9A-Z ]{7}) \S", re.IGNORECASE)


class CodesReader:
    """Reads the codes file."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether most lines are a code, a blank in column 8 and a description."""
        return share(head_lines(member), _fits) >= 0.5

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release in the name; the content does not give one."""
        return fiscal_release(member)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; `checks` gives their number as billable codes."""
        frame = numbered_lines(member.text()).with_columns(code=code_column(1, 7), title=column(9))
        frame = frame.with_columns(
            reason=first_reason(
                (pl.col("title") == "", "the line ends before the description in column 9"),
                (pl.col("line").str.slice(7, 1) != " ", "column 8 is not blank"),
                (~pl.col("code").str.contains(ICD10CM.pattern), "columns 1 to 7 hold no ICD-10-CM code"),
            )
        )
        good, rejects = split_rejects(frame)
        return Reading(
            {"icd_codes": conform("icd_codes", good)}, good.height, rejects, {"billable": good.height}
        )


def _fits(line: str) -> bool:
    found = _LAYOUT.match(line)
    if found is None or MAPPING_LINE.match(line):
        return False
    return ICD10CM.match(found[1].rstrip().upper()) is not None


READER = CodesReader()
