"""CPT numbers: from the files that name them. Life and licence are separate (design, decision 10)."""

from __future__ import annotations

import polars as pl

from indexer.link.hand_facts import family_rows, life_rows
from indexer.link.inputs import Inputs
from indexer.link.records import as_json, origins
from searchcore.validity import Bound

RVU, MUE_SETTINGS = "mpfs-rvu", ("ncci-mue-practitioner", "ncci-mue-hospital", "ncci-mue-dme")
SHAPE = r"^\d{4}[0-9AFTUM]$"


def cpt_records(inputs: Inputs, ptp_counts: pl.DataFrame) -> pl.DataFrame:
    """Return one record per CPT number that any file or fact names.

    The fee schedule and the MUE tables decide on life: a number that they list is in force from the oldest
    such release on. Laboratory numbers (U, M) are listed by MUE alone; other numbers that MUE lists and a
    later fee schedule does not are undecided. Documented last days (`corpora/facts`, the add-on file) end it.

    Args:
        inputs: the loaded releases.
        ptp_counts: `ptp.code_counts`, for numbers that only PTP rows name.
    """
    listed = _listed(inputs)
    named = (
        pl.concat(
            [
                listed.select("code"),
                _deletions(inputs).select("code"),
                _add_on_numbers(inputs),
                ptp_counts.select("code"),
                life_rows().select("code"),
                _fact_targets(),
            ]
        )
        .filter(pl.col("code").str.contains(SHAPE))
        .unique()
        .sort("code")
    )
    numbers = (
        named.join(listed, on="code", how="left", maintain_order="left")
        .join(_deletions(inputs), on="code", how="left", maintain_order="left")
        .join(life_rows(), on="code", how="left", maintain_order="left")
        .join(_titles(inputs), on="code", how="left", maintain_order="left")
    )
    fee_schedule = bool(inputs.releases(RVU))
    return (
        _with_life(numbers, fee_schedule)
        .with_columns(
            as_json({"evidence": pl.col("evidence")}),
            system=pl.lit("CPT"),
            text_licence=pl.when(pl.col("title").is_not_null())
            .then(pl.lit("licensed"))
            .otherwise(pl.lit("none")),
            start_year=pl.when(pl.col("start") == str(Bound.KNOWN)).then(
                pl.col("valid_from").dt.year().cast(pl.String)
            ),
            releases=pl.col("releases").fill_null(pl.lit([], pl.List(pl.String))),
        )
        .join(families(named), on="code", how="left", maintain_order="left")
    )


def _listed(inputs: Inputs) -> pl.DataFrame:
    """Return per number the first day that a life-deciding release lists it, and in which releases."""
    frames = []
    for source, table in ((RVU, "rvu"), *((mue, "mue") for mue in MUE_SETTINGS)):
        rows = inputs.table(source, table).select("code", "release", "rel", "row")
        starts = {rel.id: rel.start for rel in inputs.releases(source)}
        frames.append(
            rows.with_columns(
                listed_since=pl.col("release").replace_strict(starts, default=None, return_dtype=pl.Date),
                in_rvu=pl.lit(source == RVU),
            )
        )
    rows = pl.concat(frames).filter(pl.col("code").str.contains(SHAPE)).sort("code", "listed_since", "row")
    return rows.group_by("code", maintain_order=True).agg(
        listed_since=pl.col("listed_since").min(),
        in_rvu=pl.col("in_rvu").any(),
        releases=pl.col("release").unique(maintain_order=True),
        listed_at=pl.concat_str(pl.col("release").last(), pl.lit("#"), pl.col("row").last().cast(pl.String)),
    )


def _deletions(inputs: Inputs) -> pl.DataFrame:
    """Return the last days that the add-on file gives for add-on and primary numbers."""
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    pairs = [("add_on", "add_on_deleted"), ("primary", "primary_deleted")]
    ended = pl.concat(
        [rows.select("release", "row", code=pl.col(code), aoc_end=pl.col(end)) for code, end in pairs]
    ).filter(pl.col("aoc_end").is_not_null())
    return ended.group_by("code", maintain_order=True).agg(
        pl.col("aoc_end").max(),
        aoc_at=pl.concat_str(pl.col("release").first(), pl.lit("#"), pl.col("row").first().cast(pl.String)),
    )


def _add_on_numbers(inputs: Inputs) -> pl.DataFrame:
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    return pl.concat([rows.select(code="add_on"), rows.select(code="primary")])


def _fact_targets() -> pl.DataFrame:
    """Return the single numbers that successors lead to, so that a link never leads to nothing."""
    from indexer.link.hand_facts import successor_rows

    rows = successor_rows().filter((pl.col("to_system") == "CPT") & pl.col("to_end").is_null())
    return rows.select(code="to_code").drop_nulls()


def _titles(inputs: Inputs) -> pl.DataFrame:
    """Return titles from a licensed user's own descriptor file: the longest form per number."""
    rows = inputs.table("ama-cpt", "descriptors", newest=True).filter(pl.col("code").str.contains(SHAPE))
    longest = rows.sort("code", pl.col("title").str.len_chars(), descending=[False, True])
    return longest.group_by("code", maintain_order=True).agg(
        title=pl.col("title").first(),
        title_at=pl.concat_str(pl.col("release").first(), pl.lit("#"), pl.col("row").first().cast(pl.String)),
    )


def _with_life(numbers: pl.DataFrame, fee_schedule: bool) -> pl.DataFrame:
    # A last day before the newest fee schedule that still lists the number would contradict it.
    stale = pl.col("in_rvu").fill_null(False) & (pl.col("aoc_end") < pl.col("listed_since"))
    last = pl.coalesce("last_day", pl.when(~stale).then("aoc_end"))
    laboratory = pl.col("code").str.contains("[UM]$")
    decided = (
        pl.col("in_rvu").fill_null(False)
        | (pl.col("listed_since").is_not_null() & (laboratory | (not fee_schedule)))
        | last.is_not_null()
        | (pl.col("first_day").is_not_null())
    )
    start = pl.coalesce(
        "first_day",
        pl.when(pl.col("listed_since") <= last.fill_null(pl.date(9999, 12, 31))).then("listed_since"),
    )
    evidence = (
        pl.when(decided)
        .then(None)
        .when(pl.col("listed_since").is_not_null())
        .then(pl.lit("listed by an older MUE table and by no newer fee schedule"))
        .otherwise(pl.lit("named by edit files only; no loaded release decides on its life"))
    )
    return numbers.with_columns(
        valid_from=start,
        start=pl.when(pl.col("first_day").is_not_null())
        .then(pl.lit(str(Bound.KNOWN)))
        .when(start.is_not_null())
        .then(pl.lit(str(Bound.ON_OR_BEFORE)))
        .otherwise(pl.lit(str(Bound.UNKNOWN))),
        valid_to=last,
        end=pl.when(last.is_not_null()).then(pl.lit(str(Bound.KNOWN))).otherwise(pl.lit(str(Bound.OPEN))),
        undecided=~decided,
        evidence=evidence,
    ).with_columns(
        origins(
            {
                "title": pl.col("title_at"),
                "valid_from": pl.coalesce("fact", "listed_at"),
                "valid_to": pl.coalesce("fact", "aoc_at"),
                "status": pl.coalesce("listed_at", "fact", "aoc_at"),
            }
        )
    )


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
    rows = sorted(family_rows().iter_rows(named=True), key=lambda row: (row["from"], -_width(row)))
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
    return (
        outer["from"] <= inner["from"]
        and inner["to"] <= outer["to"]
        and outer["from"][4].isdigit() == inner["from"][4].isdigit()
    )
