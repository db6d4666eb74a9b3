"""CPT numbers: from the files that name them. Life and licence are separate (design, decision 10)."""

from __future__ import annotations

import itertools

import polars as pl

from indexer.link.families import families
from indexer.link.hand_facts import life_rows, successor_rows
from indexer.link.inputs import Inputs
from indexer.link.records import as_json, origin, origins
from indexer.link.versions import window_end
from searchcore.validity import Bound

RVU, MUE_SETTINGS = "mpfs-rvu", ("ncci-mue-practitioner", "ncci-mue-hospital", "ncci-mue-dme")
SHAPE = r"^\d{4}[0-9AFTUM]$"


def cpt_records(inputs: Inputs, ptp_counts: pl.DataFrame) -> pl.DataFrame:
    """Return one record per CPT number that any file or fact names.

    The fee schedule and the MUE tables decide on life: a number that they list is in force from the oldest
    such release on. Laboratory numbers (U, M) are listed by MUE alone; other numbers that MUE lists and a
    later fee schedule does not are undecided. A number ends on its documented last day (`corpora/facts`), on
    that of the add-on file unless a later fee schedule lists it, or when it leaves the fee schedule.

    Args:
        inputs: the loaded releases.
        ptp_counts: `ptp.code_counts`, for numbers that only PTP rows name.
    """
    listed, scheduled = _listed(inputs), _scheduled(inputs)
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
    numbers = named
    for part in (listed, scheduled, _deletions(inputs), life_rows(), _titles(inputs)):
        numbers = numbers.join(part, on="code", how="left", maintain_order="left")
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
        .with_columns(chapter=pl.col("chapter").fill_null(pl.lit(["CPT"], pl.List(pl.String))))
    )


def _listed(inputs: Inputs) -> pl.DataFrame:
    """Return per number the first and the last start of a life-deciding release that lists it, and which do.

    `first_at` and `last_at` are the rows of the oldest and the newest such release.
    """
    frames = []
    for source, table in ((RVU, "rvu"), *((mue, "mue") for mue in MUE_SETTINGS)):
        starts = {rel.id: rel.start for rel in inputs.releases(source)}
        rows = inputs.table(source, table).select("code", "release", "row")
        since = pl.col("release").replace_strict(starts, default=None, return_dtype=pl.Date)
        frames.append(rows.with_columns(since=since, at=origin()))
    rows = pl.concat(frames).filter(pl.col("code").str.contains(SHAPE))
    # Of rows of one day the fee schedule's come first, and those without a modifier.
    rows = rows.sort("code", "since", maintain_order=True, nulls_last=False)
    newest_first = pl.col("since") == pl.col("since").max()
    return rows.group_by("code", maintain_order=True).agg(
        listed_since=pl.col("since").min(),
        listed_last=pl.col("since").max(),
        releases=pl.col("release").unique(maintain_order=True),
        first_at=pl.col("at").filter(pl.col("since") == pl.col("since").min()).first(),
        last_at=pl.col("at").filter(newest_first).first(),
    )


def _scheduled(inputs: Inputs) -> pl.DataFrame:
    """Return per number in the fee schedule when it was last listed, and the last day before it left it."""
    releases = inputs.releases(RVU)
    rows = inputs.table(RVU, "rvu").filter(pl.col("code").str.contains(SHAPE))
    last = rows.sort("code", "rel", "row").unique(["code"], keep="last", maintain_order=True)
    ends = {rel.position: window_end(rel, after) for rel, after in itertools.pairwise(releases)}
    windows = pl.DataFrame(
        [(rel.position, rel.start, *ends.get(rel.position, (None, None))) for rel in releases],
        schema={"rel": pl.Int32, "rvu_last": pl.Date, "left": pl.Date, "left_is": pl.String},
        orient="row",
    )
    return last.join(windows, on="rel", how="left").select(
        "code", "rvu_last", "left", "left_is", left_at=origin(), in_rvu=pl.lit(True)
    )


def _deletions(inputs: Inputs) -> pl.DataFrame:
    """Return the last days that the add-on file gives for add-on and primary numbers."""
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    pairs = [("add_on", "add_on_deleted"), ("primary", "primary_deleted")]
    ended = pl.concat(
        [rows.select(code=pl.col(code), aoc_end=pl.col(end), aoc_at=origin()) for code, end in pairs]
    ).drop_nulls("aoc_end")
    return ended.sort("aoc_end", maintain_order=True).group_by("code", maintain_order=True).last()


def _add_on_numbers(inputs: Inputs) -> pl.DataFrame:
    rows = inputs.table("ncci-aoc", "aoc", newest=True)
    return pl.concat([rows.select(code="add_on"), rows.select(code="primary")])


def _fact_targets() -> pl.DataFrame:
    """Return the single numbers that successors lead to, so that a link never leads to nothing."""
    rows = successor_rows().filter((pl.col("to_system") == "CPT") & pl.col("to_end").is_null())
    return rows.select(code="to_code").drop_nulls()


def _titles(inputs: Inputs) -> pl.DataFrame:
    """Return titles from a licensed user's own descriptor file: the longest form per number."""
    rows = inputs.table("ama-cpt", "descriptors", newest=True).filter(pl.col("code").str.contains(SHAPE))
    longest = rows.sort("code", pl.col("title").str.len_chars(), descending=[False, True])
    return longest.group_by("code", maintain_order=True).agg(
        title=pl.col("title").first(), title_at=origin().first()
    )


def _with_life(numbers: pl.DataFrame, fee_schedule: bool) -> pl.DataFrame:
    in_rvu = pl.col("in_rvu").fill_null(False)
    # A last day before the newest fee schedule that still lists the number would contradict it.
    aoc_end = pl.when((in_rvu & (pl.col("aoc_end") < pl.col("rvu_last"))).fill_null(False)).then(None)
    # So would leaving the fee schedule before an MUE table that still lists it.
    left = pl.when(pl.col("listed_last") <= pl.col("left")).then("left")
    numbers = numbers.with_columns(aoc_end=aoc_end.otherwise("aoc_end"), left=left)
    last = pl.coalesce("last_day", "aoc_end", "left")
    laboratory = pl.col("code").str.contains("[UM]$")
    decided = (
        in_rvu
        | (pl.col("listed_since").is_not_null() & (laboratory | (not fee_schedule)))
        | last.is_not_null()
        | (pl.col("first_day").is_not_null())
    )
    seen = pl.when((pl.col("listed_since") <= last).fill_null(True)).then("listed_since")
    start = pl.coalesce("first_day", seen)
    evidence = (
        pl.when(decided)
        .then(None)
        .when(pl.col("listed_since").is_not_null())
        .then(pl.lit("listed by an older MUE table and by no newer fee schedule"))
        .otherwise(pl.lit("named by edit files only; no loaded release decides on its life"))
    )
    documented = pl.coalesce("last_day", "aoc_end").is_not_null()
    return numbers.with_columns(
        valid_from=start,
        start=pl.when(pl.col("first_day").is_not_null())
        .then(pl.lit(str(Bound.KNOWN)))
        .when(start.is_not_null())
        .then(pl.lit(str(Bound.ON_OR_BEFORE)))
        .otherwise(pl.lit(str(Bound.UNKNOWN))),
        valid_to=last,
        end=pl.when(documented)
        .then(pl.lit(str(Bound.KNOWN)))
        .when(last.is_not_null())
        .then("left_is")
        .otherwise(pl.lit(str(Bound.OPEN))),
        undecided=~decided,
        evidence=evidence,
    ).with_columns(_life_origins())


def _life_origins() -> pl.Expr:
    """Return for each date of a number the fact or row that gives it, and what shows its status."""
    began = (
        pl.when(pl.col("first_day").is_not_null())
        .then("fact")
        .when(pl.col("valid_from").is_not_null())
        .then("first_at")
    )
    ended = (
        pl.when(pl.col("last_day").is_not_null())
        .then("fact")
        .when(pl.col("aoc_end").is_not_null())
        .then("aoc_at")
        .when(pl.col("valid_to").is_not_null())
        .then("left_at")
    )
    status = pl.coalesce("last_at", "fact", "aoc_at")
    return origins({"title": pl.col("title_at"), "valid_from": began, "valid_to": ended, "status": status})
