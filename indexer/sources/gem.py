"""Reader of the General Equivalence Mappings between ICD-9-CM and ICD-10-CM diagnoses.

A line is source code, target code and five digits (CMS "Diagnosis Code Set General Equivalence Mappings,
Documentation and User's Guide"): approximate, no map, combination, scenario, choice list. The two directions
are separate files and not inverses of each other. In a combination, one code of every choice list of one
scenario is needed, so the rows must not be taken as pairs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from indexer.sources.base import Member, Reading, Release, fiscal_year_window, year_in
from indexer.sources.lines import first_reason, head_lines, numbered_lines, share, split_rejects
from indexer.sources.shapes import ICD9_DIAGNOSIS, ICD10CM
from indexer.tables import conform

MAPPING_LINE = re.compile(r"^\s*([0-9A-Za-z]{3,7})\s+([0-9A-Za-z]{3,7})\s+(\d{5})\s*$")
_GROUPS = r"^\s*(?P<source>\S+)\s+(?P<target>\S+)\s+(?P<flags>\S+)\s*$"
_NO_TARGET = r"(?i)^no(?:dx|pcs|map)?$"
_SHAPES = {"ICD9CM": ICD9_DIAGNOSIS, "ICD10CM": ICD10CM}


class GemReader:
    """Reads one direction; the options `source` and `target` are ICD9CM and ICD10CM or the reverse."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell whether most lines map a source code to a target code of the direction asked for."""
        lines = head_lines(member)
        if share(lines, MAPPING_LINE.match) < 0.5:
            return False
        forwards = share(lines, partial(_maps, options["source"], options["target"]))
        backwards = share(lines, partial(_maps, options["target"], options["source"]))
        # Some E codes fit both systems; a file of codes does not.
        return forwards >= 0.5 and forwards > backwards

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the release in the name: the fiscal year; the content does not give one."""
        year = year_in(member.name)
        if year is None:
            return None
        start, end = fiscal_year_window(year)
        return Release(str(year), start, end)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows; the target of a row without a map is null."""
        frame = numbered_lines(member.text())
        frame = frame.with_columns(pl.col("line").str.extract_groups(_GROUPS).alias("found")).unnest("found")
        frame = frame.with_columns(
            pl.col("source").str.to_uppercase(),
            has_target=~pl.col("target").str.contains(_NO_TARGET),
            **{
                name: pl.col("flags").str.slice(at, 1).cast(pl.Int32, strict=False)
                for name, at in _FLAGS.items()
            },
        )
        frame = frame.with_columns(
            target=pl.when(pl.col("has_target")).then(pl.col("target").str.to_uppercase()),
            reason=_reason(options),
        )
        good, rejects = split_rejects(frame)
        flags = [pl.col(name) == 1 for name in ("approximate", "no_map", "combination")]
        table = conform("gem", good.with_columns(flags))
        return Reading({"gem": table}, good.height, rejects, {"no_map": int(table["no_map"].sum())})


_FLAGS = {"approximate": 0, "no_map": 1, "combination": 2, "scenario": 3, "choice": 4}


def _reason(options: Mapping[str, Any]) -> pl.Expr:
    source, target = options["source"], options["target"]
    target_fits = pl.col("target").str.to_uppercase().str.contains(_SHAPES[target].pattern)
    return first_reason(
        (pl.col("flags").is_null(), "the line is not source, target and flags"),
        (
            ~pl.col("flags").str.contains(r"^[01]{3}\d\d$"),
            "the flags are not five digits, the first three 0 or 1",
        ),
        (~pl.col("source").str.contains(_SHAPES[source].pattern), f"the source is no code of {source}"),
        (pl.col("has_target") & ~target_fits, f"the target is no code of {target}"),
        (pl.col("has_target") == (pl.col("no_map") == 1), "the no-map flag contradicts the target"),
    )


def _maps(source: str, target: str, line: str) -> bool:
    match = MAPPING_LINE.match(line)
    if not match or not _SHAPES[source].match(match[1].upper()):
        return False
    return bool(_SHAPES[target].match(match[2].upper()) or re.match(_NO_TARGET, match[2]))


READER = GemReader()
