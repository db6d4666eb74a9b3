"""Reader of the ICD-10-CM and ICD-10-PCS order files (fixed width, one code or header a line).

Layout, from the order files' own description (CDC `icd10OrderFiles.pdf`, CMS `icd10pcsOrderFile.pdf`),
columns 1-based: 1-5 order number, 7-13 code without dot, 15 flag (1 valid for submission, 0 header),
17-76 short description, 78 to the end long description; columns 6, 14, 16 and 77 are blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from indexer.sources.base import Member, Reading, Release
from indexer.sources.fiscal import fiscal_release
from indexer.sources.lines import code_column, column, first_reason, head_lines, numbered_lines, split_rejects
from indexer.sources.shapes import ICD10CM, ICD10PCS, ICD10PCS_TABLE
from indexer.tables import conform

ORDER_LINE = re.compile(r"^\d{5} ([0-9A-Za-z]{3,7}) {0,4} ([01]) .{60} \S")
_GAPS = (6, 14, 16, 77)
_HEADER_SHAPES = {"ICD10CM": ICD10CM.pattern, "ICD10PCS": ICD10PCS_TABLE.pattern}
_CODE_SHAPES = {"ICD10CM": ICD10CM.pattern, "ICD10PCS": ICD10PCS.pattern}


class OrderReader:
    """Reads one system's order file; the option `system` says which (ICD10CM or ICD10PCS)."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether most lines have the layout and the codes are of the system asked for."""
        lines = head_lines(member)
        found = [match for line in lines if (match := ORDER_LINE.match(line))]
        if not found or 2 * len(found) < len(lines):
            return False
        return _system([(match[1].upper(), match[2]) for match in found]) == str(options["system"])

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release in the name; the content does not give one."""
        return fiscal_release(member)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; `checks` counts the billable codes and the headers."""
        frame = numbered_lines(member.text()).with_columns(
            code=code_column(7, 13),
            flag=column(15, 15),
            short_title=column(17, 76),
            title=column(78),
        )
        frame = frame.with_columns(reason=_reason(options["system"]), billable=pl.col("flag") == "1")
        good, rejects = split_rejects(frame)
        table = conform("icd_order", good.with_columns(system=pl.lit(options["system"])))
        billable = int(good["billable"].sum())
        checks = {"billable": billable, "headers": good.height - billable}
        return Reading({"icd_order": table}, good.height, rejects, checks)


def _reason(system: str) -> pl.Expr:
    gaps = [pl.col("line").str.slice(at - 1, 1) != " " for at in _GAPS]
    shape = (
        pl.when(pl.col("flag") == "1")
        .then(pl.col("code").str.contains(_CODE_SHAPES[system]))
        .otherwise(pl.col("code").str.contains(_HEADER_SHAPES[system]))
    )
    return first_reason(
        (pl.col("title") == "", "the line ends before the long description in column 78"),
        (pl.any_horizontal(gaps), "columns 6, 14, 16 and 77 are not all blank"),
        (~pl.col("line").str.contains(r"^\d{5}"), "the order number in columns 1 to 5 is not a number"),
        (~pl.col("flag").is_in(["0", "1"]), "the flag in column 15 is neither 0 nor 1"),
        (~shape, f"the code in columns 7 to 13 has not the shape of {system}"),
    )


def _system(rows: list[tuple[str, str]]) -> str:
    """Return the system of (code, flag) rows.

    ICD-10-PCS codes have seven characters and headers three; many of them look like ICD-10-CM, so one
    ICD-10-CM row of another length decides, and so does a row that ICD-10-CM cannot hold.
    """
    not_pcs = sum(len(code) != (7 if flag == "1" else 3) for code, flag in rows)
    not_cm = sum(ICD10CM.match(code) is None for code, _ in rows)
    return "ICD10CM" if not_pcs > not_cm else "ICD10PCS"


READER = OrderReader()
