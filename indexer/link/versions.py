"""Merges what successive releases say of a key into versions with intervals (design: words, decision 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from indexer.link.inputs import Rel
from searchcore.validity import Bound

ONE_DAY = dt.timedelta(days=1)


def merge_versions(rows: pl.DataFrame, rels: Sequence[Rel], identity: Sequence[str]) -> pl.DataFrame:
    """Return one row a version: the newest row of each run of releases that say the same of a key.

    Args:
        rows: one row a key and release, with `code`, `rel` and all columns of `identity`.
        rels: the releases, oldest first; `rel` is a position in it.
        identity: columns whose change makes a new version.

    Returns:
        The columns of `rows` (from the newest release of the version) and `valid_from`, `valid_to`,
        `start`, `end` (`Bound` values), `releases`, `first_rel`, `last_rel`.
    """
    rows = rows.unique(["code", "rel"], keep="last").sort("code", "rel")
    changed = (pl.col("code").ne_missing(pl.col("code").shift())) | (
        pl.col("rel") != pl.col("rel").shift() + 1
    )
    for column in identity:
        changed = changed | pl.col(column).ne_missing(pl.col(column).shift())
    numbered = rows.with_columns(version=changed.fill_null(True).cum_sum())
    merged = numbered.group_by("version", maintain_order=True).agg(
        pl.all().exclude("release").last(),
        first_rel=pl.col("rel").first(),
        last_rel=pl.col("rel").last(),
        releases=pl.col("release"),
        release=pl.col("release").last(),
    )
    bounds = _bounds(rels)
    return (
        merged.join(
            bounds.select(first_rel="rel", valid_from="from", start="start"), on="first_rel", how="left"
        )
        .join(bounds.select(last_rel="rel", valid_to="to", end="end"), on="last_rel", how="left")
        .sort("code", "first_rel")
        .drop("version")
    )


def _bounds(rels: Sequence[Rel]) -> pl.DataFrame:
    """Return for each release the interval that a version of it alone has.

    A start is known where the release before it is loaded and its window ends the day before; so is an end.
    The newest release holds until it is superseded: its end is open.
    """
    rows = []
    for rel, before, after in zip(rels, [None, *rels], [*rels[1:], None], strict=False):
        touches_before = before is not None and _touch(before, rel)
        ends = after.start - ONE_DAY if after and after.start else None
        end = Bound.OPEN if after is None else Bound.KNOWN if _touch(rel, after) else Bound.ON_OR_BEFORE
        start = Bound.UNKNOWN if rel.start is None else Bound.KNOWN if touches_before else Bound.ON_OR_BEFORE
        rows.append((rel.position, rel.start, ends, str(start), str(end)))
    types = {"rel": pl.Int32, "from": pl.Date, "to": pl.Date, "start": pl.String, "end": pl.String}
    return pl.DataFrame(rows, schema=types, orient="row")


def _touch(before: Rel, after: Rel) -> bool:
    """Whether no day lies between the window of one release and the start of the next."""
    return before.end is not None and after.start is not None and before.end + ONE_DAY >= after.start


def apply_dates(versions: pl.DataFrame, added: str, terminated: str) -> pl.DataFrame:
    """Let the dates that rows carry decide the life of a key, in place of the windows of releases.

    The first version of a key begins on its `added` date, and so does a version that is listed before that
    date comes. A version ends on the
    `terminated` date of its newest row, which is the last usable day. A version that would begin after
    its end (a terminated code listed on) is left out.
    """
    first = pl.col("code").ne_missing(pl.col("code").shift())
    begins = first & pl.col(added).is_not_null()
    future = pl.col(added).is_not_null() & (pl.col(added) > pl.col("valid_from"))
    dated = versions.with_columns(
        valid_from=pl.when(begins | future).then(pl.col(added)).otherwise(pl.col("valid_from")),
        start=pl.when(begins | future).then(pl.lit(str(Bound.KNOWN))).otherwise(pl.col("start")),
    ).with_columns(
        valid_to=pl.min_horizontal("valid_to", terminated),
        end=pl.when(
            pl.col(terminated).is_not_null()
            & (pl.col("valid_to").is_null() | (pl.col(terminated) <= pl.col("valid_to")))
        )
        .then(pl.lit(str(Bound.KNOWN)))
        .otherwise(pl.col("end")),
    )
    sound = (
        pl.col("valid_to").is_null()
        | pl.col("valid_from").is_null()
        | (pl.col("valid_from") <= pl.col("valid_to"))
    )
    lone = pl.col("code").ne_missing(pl.col("code").shift())
    return dated.filter(sound | lone)
