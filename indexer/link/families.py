"""Families: ranges of CPT numbers and HCPCS codes with plain names (`corpora/facts`)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from string import ascii_uppercase, digits

import polars as pl

from indexer.link.hand_facts import FAMILIES, family_rows


def families(codes: pl.DataFrame, system: str) -> pl.DataFrame:
    """Return for each code of a system its `family` names, broad to narrow, their `words`, its `chapter`."""
    ranges = family_rows(system).with_row_index("range")
    pairs = _within(codes["code"], ranges).join(ranges, on="range")
    pairs = pairs.sort("code", "width", descending=[False, True])
    value = pl.concat_str(pl.lit(f"{system}:"), "from", pl.lit("-"), "to")
    return pairs.group_by("code", maintain_order=True).agg(
        family=pl.col("name").str.join("; "),
        words=pl.col("words").drop_nulls(),
        chapter=pl.concat_list(pl.lit(system).implode(), value.implode()).first(),
    )


def _within(codes: pl.Series, ranges: pl.DataFrame) -> pl.DataFrame:
    """Return (code, range, width) for each range that a code lies in; a range is of one series only."""
    series: dict[str, list[str]] = {}
    for code in codes.unique().sort():
        series.setdefault(_series(code), []).append(code)
    found = []
    for row in ranges.iter_rows(named=True):
        listed = series.get(_series(row["from"]), [])
        first, last = bisect_left(listed, row["from"]), bisect_right(listed, row["to"])
        found += [(code, row["range"], _width(row)) for code in listed[first:last]]
    return pl.DataFrame(
        found, schema={"code": pl.String, "range": pl.UInt32, "width": pl.Int32}, orient="row"
    )


def family_labels() -> list[tuple[str, str, str | None]]:
    """Return (facet value, label, parent) for every family; the parent is the narrowest one around it."""
    return [label for system in FAMILIES for label in _labels(system)]


def _labels(system: str) -> list[tuple[str, str, str | None]]:
    rows = sorted(
        family_rows(system).iter_rows(named=True),
        key=lambda row: (_series(row["from"]), row["from"], -_width(row)),
    )
    labels: list[tuple[str, str, str | None]] = []
    around: list[Mapping[str, str]] = []
    for row in rows:
        while around and not _holds(around[-1], row):
            around.pop()
        parent = _value(system, around[-1]) if around else root(system, row["from"])
        labels.append((_value(system, row), f"{row['name']} ({row['from']}-{row['to']})", parent))
        around.append(row)
    return labels


def root(system: str, code: str) -> str:
    """Return the facet value that stands above the families of a code: of HCPCS its letter."""
    return f"{system}:{code[0]}" if system == "HCPCS" else system


def _value(system: str, row: Mapping[str, str]) -> str:
    return f"{system}:{row['from']}-{row['to']}"


def _width(row: Mapping[str, str]) -> int:
    """Return how many numbers lie between the ends of a range."""
    first, last = (row[end].strip(ascii_uppercase) for end in ("from", "to"))
    return int(last) - int(first)


def _holds(outer: Mapping[str, str], inner: Mapping[str, str]) -> bool:
    same = _series(outer["from"]) == _series(inner["from"])
    return same and outer["from"] <= inner["from"] and inner["to"] <= outer["to"]


def _series(code: str) -> str:
    """Return the letter of a code, at its start or its end; none for Category I."""
    return code.strip(digits)
