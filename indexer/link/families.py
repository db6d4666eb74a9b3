"""CPT families: number ranges with plain names, from broad to narrow (`corpora/facts/cpt_families.yaml`)."""

from __future__ import annotations

import polars as pl

from indexer.link.hand_facts import family_rows


def families(numbers: pl.DataFrame) -> pl.DataFrame:
    """Return for each number its `family` names (broad to narrow), their words and its `chapter` values."""
    ranges = family_rows().with_columns(
        width=_number("to") - _number("from"), letter=pl.col("from").str.slice(4)
    )
    pairs = (
        numbers.select("code")
        .join(ranges, how="cross")
        .filter(
            (pl.col("code") >= pl.col("from"))
            & (pl.col("code") <= pl.col("to"))
            & (
                (pl.col("code").str.slice(4) == pl.col("letter"))
                | (pl.col("letter").str.contains(r"\d") & pl.col("code").str.contains(r"^\d{5}$"))
            )
        )
    )
    pairs = pairs.sort("code", "width", descending=[False, True])
    value = pl.concat_str(pl.lit("CPT:"), "from", pl.lit("-"), "to")
    return pairs.group_by("code", maintain_order=True).agg(
        family=pl.col("name").str.join("; "),
        synonyms=pl.col("words").drop_nulls(),
        chapter=pl.concat_list(pl.lit("CPT").implode(), value.implode()).first(),
    )


def _number(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 4).cast(pl.Int32) * 10


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
    return row["from"][4:].strip("0123456789")
