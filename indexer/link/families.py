"""CPT families: number ranges with plain names, from broad to narrow (`corpora/facts/cpt_families.yaml`)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from string import digits

import polars as pl

from indexer.link.hand_facts import family_rows


def families(numbers: pl.DataFrame) -> pl.DataFrame:
    """Return for each number its `family` names (broad to narrow), their words and its `chapter` values."""
    ranges = family_rows().with_row_index("range")
    pairs = _within(numbers["code"], ranges).join(ranges, on="range")
    pairs = pairs.sort("code", "width", descending=[False, True])
    value = pl.concat_str(pl.lit("CPT:"), "from", pl.lit("-"), "to")
    return pairs.group_by("code", maintain_order=True).agg(
        family=pl.col("name").str.join("; "),
        synonyms=pl.col("words").drop_nulls(),
        chapter=pl.concat_list(pl.lit("CPT").implode(), value.implode()).first(),
    )


def _within(codes: pl.Series, ranges: pl.DataFrame) -> pl.DataFrame:
    """Return (code, range, width) for each range that a code lies in; a range is of one series only."""
    series: dict[str, list[str]] = {}
    for code in codes.sort():
        series.setdefault(code[4:].strip(digits), []).append(code)
    found = []
    for row in ranges.iter_rows(named=True):
        listed = series.get(_series(row), [])
        first, last = bisect_left(listed, row["from"]), bisect_right(listed, row["to"])
        found += [(code, row["range"], _width(row)) for code in listed[first:last]]
    return pl.DataFrame(
        found, schema={"code": pl.String, "range": pl.UInt32, "width": pl.Int32}, orient="row"
    )


def family_labels() -> list[tuple[str, str, str | None]]:
    """Return (facet value, label, parent) for every family; the parent is the narrowest one around it."""
    rows = sorted(
        family_rows().iter_rows(named=True), key=lambda row: (_series(row), row["from"], -_width(row))
    )
    labels: list[tuple[str, str, str | None]] = []
    around: list[dict[str, str]] = []
    for row in rows:
        while around and not _holds(around[-1], row):
            around.pop()
        parent = f"CPT:{around[-1]['from']}-{around[-1]['to']}" if around else "CPT"
        labels.append(
            (f"CPT:{row['from']}-{row['to']}", f"{row['name']} ({row['from']}-{row['to']})", parent)
        )
        around.append(row)
    return labels


def _width(row: dict[str, str]) -> int:
    return int(row["to"][:4]) * 10 - int(row["from"][:4]) * 10 + ord(row["to"][4]) - ord(row["from"][4])


def _holds(outer: dict[str, str], inner: dict[str, str]) -> bool:
    return outer["from"] <= inner["from"] and inner["to"] <= outer["to"] and _series(outer) == _series(inner)


def _series(row: dict[str, str]) -> str:
    """Return the letter at the end of the numbers of a family; none for Category I."""
    return row["from"][4:].strip(digits)
