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
        `start`, `end` (`Bound` values), `releases`, `first_rel`, `last_rel`, and `first_release`,
        `first_row`: where the version was first seen.
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
        first_row=pl.col("row").first(),
        first_release=pl.col("release").first(),
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
        ends, end = window_end(rel, after) if after else (None, str(Bound.OPEN))
        start = Bound.UNKNOWN if rel.start is None else Bound.KNOWN if touches_before else Bound.ON_OR_BEFORE
        rows.append((rel.position, rel.start, ends, str(start), end))
    types = {"rel": pl.Int32, "from": pl.Date, "to": pl.Date, "start": pl.String, "end": pl.String}
    return pl.DataFrame(rows, schema=types, orient="row")


def window_end(rel: Rel, after: Rel) -> tuple[dt.date | None, str]:
    """Return the last day of what a release says and the next one no longer does, and its bound."""
    last = after.start - ONE_DAY if after.start else None
    return last, str(Bound.KNOWN if _touch(rel, after) else Bound.ON_OR_BEFORE)


def _touch(before: Rel, after: Rel) -> bool:
    """Whether no day lies between the window of one release and the start of the next."""
    return before.end is not None and after.start is not None and before.end + ONE_DAY >= after.start


def apply_dates(versions: pl.DataFrame, added: str, terminated: str) -> pl.DataFrame:
    """Let the dates that rows carry decide the life of a key, in place of the windows of releases.

    A version ends on its `terminated` date, the last usable day, or on that of a later row of the key: the
    newest release speaks for the past too. The first version begins on its `added` date; a later one does
    so if that date comes after the end of the version before it, or after its own first release.

    A version that would begin after its end (a terminated code listed on) is left out, unless the key has
    no other; then its newest row is kept: "on or before its last day" if no row says when it began, else
    with its end before its start, which means that it was never in force.
    """
    lone = pl.col("code").ne_missing(pl.col("code").shift())
    gone = pl.col(terminated).cum_min(reverse=True).backward_fill().over("code")
    ended = versions.with_columns(gone=gone).with_columns(
        valid_to=pl.min_horizontal("valid_to", "gone"),
        end=pl.when(pl.col("gone") <= pl.col("valid_to").fill_null(pl.col("gone")))
        .then(pl.lit(str(Bound.KNOWN)))
        .otherwise("end"),
    )
    again = pl.col(added) > pl.col("valid_to").shift()
    dated = lone | again | (pl.col(added) > pl.col("valid_from"))
    begun = ended.with_columns(
        valid_from=pl.when(dated & pl.col(added).is_not_null()).then(added).otherwise("valid_from"),
        start=pl.when(dated & pl.col(added).is_not_null()).then(pl.lit(str(Bound.KNOWN))).otherwise("start"),
    )
    return _sound(begun).drop("gone")


def _sound(versions: pl.DataFrame) -> pl.DataFrame:
    """Leave out versions that begin after their end; of a key that has only such ones keep the newest."""
    sound = (pl.col("valid_from") <= pl.col("valid_to")).fill_null(True)
    newest = pl.col("code").ne_missing(pl.col("code").shift(-1))
    kept = versions.with_columns(sound=sound).filter(
        pl.col("sound") | (newest & ~pl.col("sound").any().over("code"))
    )
    seen_late = ~pl.col("sound") & (pl.col("start") != str(Bound.KNOWN))
    return kept.with_columns(
        valid_from=pl.when(seen_late).then("valid_to").otherwise("valid_from"),
        start=pl.when(seen_late).then(pl.lit(str(Bound.ON_OR_BEFORE))).otherwise("start"),
    ).drop("sound")
