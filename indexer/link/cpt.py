"""CPT numbers, and HCPCS codes that no HCPCS file has: from the files that name them.

Life and licence are separate (design, decision 10).
"""

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
SHAPE, HCPCS_SHAPE = r"^\d{4}[0-9AFTUM]$", r"^[A-V]\d{4}$"


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
    numbers = _named(inputs, ptp_counts, "CPT")
    families_of = families(numbers.select("code"), "CPT").rename({"words": "synonyms"})
    return (
        _with_life(numbers.join(_titles(inputs), on="code", how="left", maintain_order="left"), inputs)
        .with_columns(
            text_licence=pl.when(pl.col("title").is_not_null())
            .then(pl.lit("licensed"))
            .otherwise(pl.lit("none")),
        )
        .join(families_of, on="code", how="left", maintain_order="left")
        .with_columns(chapter=pl.col("chapter").fill_null(pl.lit(["CPT"], pl.List(pl.String))))
    )


def named_hcpcs_records(inputs: Inputs, ptp_counts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return one record per HCPCS code that other files or facts name and no loaded HCPCS file has.

    Such are codes newer than the newest HCPCS file and codes that ended before the oldest. Their life is
    decided as that of CPT numbers. The fee schedule has a short title of them; it is CMS's own, but for
    dental codes (D), whose texts belong to the ADA.

    Args:
        inputs: the loaded releases.
        ptp_counts: `ptp.code_counts`.
        known: the codes of the HCPCS files, in column `code`.
    """
    codes = _named(inputs, ptp_counts, "HCPCS").join(known.select("code"), on="code", how="anti")
    found = _with_life(codes.join(_public_titles(inputs), on="code", how="left"), inputs)
    public = pl.lit("own" if inputs.sample else "public")
    root, letter = pl.lit("HCPCS"), pl.concat_str(pl.lit("HCPCS:"), pl.col("code").str.slice(0, 1))
    return found.with_columns(
        text_licence=pl.when(pl.col("title").is_null()).then(pl.lit("none")).otherwise(public),
        chapter=pl.concat_list(root, letter),
    )


def _named(inputs: Inputs, ptp_counts: pl.DataFrame, system: str) -> pl.DataFrame:
    """Return the codes of a system that any file but the HCPCS file names, with what each says of them."""
    listed, life = _listed(inputs), life_rows(system)
    parts = (listed, _deletions(inputs), _add_on_numbers(inputs), ptp_counts, life, _fact_targets(system))
    codes = pl.concat([part.select("code") for part in parts]).filter(
        pl.col("code").str.contains(SHAPE if system == "CPT" else HCPCS_SHAPE)
    )
    named = codes.unique().sort("code").with_columns(system=pl.lit(system))
    for part in (listed, _scheduled(inputs), _deletions(inputs), life):
        named = named.join(part, on="code", how="left", maintain_order="left")
    return named


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
    rows = pl.concat(frames)
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
    rows = inputs.table(RVU, "rvu")
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


def _fact_targets(system: str) -> pl.DataFrame:
    """Return the single codes that successors lead to, so that a link never leads to nothing."""
    rows = successor_rows().filter((pl.col("to_system") == system) & pl.col("to_end").is_null())
    return rows.select(code="to_code").drop_nulls()


def _titles(inputs: Inputs) -> pl.DataFrame:
    """Return titles from a licensed user's own descriptor file: the longest form per number."""
    rows = inputs.table("ama-cpt", "descriptors", newest=True).filter(pl.col("code").str.contains(SHAPE))
    longest = rows.sort("code", pl.col("title").str.len_chars(), descending=[False, True])
    return longest.group_by("code", maintain_order=True).agg(
        title=pl.col("title").first(), title_at=origin().first()
    )


def _public_titles(inputs: Inputs) -> pl.DataFrame:
    """Return the titles that the newest fee schedule gives to Level II codes but dental ones."""
    rows = inputs.table(RVU, "rvu", newest=True).filter(pl.col("code").str.contains(r"^[A-CE-V]\d{4}$"))
    titled = rows.drop_nulls("title").unique("code", keep="first", maintain_order=True)
    return titled.select("code", "title", title_at=origin())


def _with_life(numbers: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    fee_schedule = bool(inputs.releases(RVU))
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
    ).with_columns(
        _life_origins(),
        as_json({"evidence": pl.col("evidence")}),
        start_year=pl.when(pl.col("start") == str(Bound.KNOWN)).then(
            pl.col("valid_from").dt.year().cast(pl.String)
        ),
        releases=pl.col("releases").fill_null(pl.lit([], pl.List(pl.String))),
    )


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
