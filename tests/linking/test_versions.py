"""Versions of a key from releases and from dates, against the same worked out day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.link.inputs import Rel
from indexer.link.versions import apply_dates, merge_versions
from searchcore.validity import Bound

KEYS = [f"A0{n}" for n in range(8)]
BEGIN = dt.date(2020, 1, 1)
ONE_DAY = dt.timedelta(days=1)
TYPES = {
    "code": pl.String,
    "rel": pl.Int32,
    "release": pl.String,
    "row": pl.Int32,
    "title": pl.String,
    "added": pl.Date,
    "terminated": pl.Date,
}


def at(number: int) -> dt.date:
    return BEGIN + number * ONE_DAY


@st.composite
def releases(draw: st.DrawFn, most: int = 5) -> list[Rel]:
    """Draw releases: contiguous, with gaps between them, or updates in the middle of a window."""
    starts = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=most)))
    return [
        Rel("synthetic", str(number), number, at(start), at(start + draw(st.integers(0, 12))))
        for number, start in enumerate(starts)
    ]


def frame(said: dict[str, dict[int, tuple[str, dt.date | None, dt.date | None]]]) -> pl.DataFrame:
    """Return rows from code to release to (title, added, terminated)."""
    rows = [
        (code, rel, f"synthetic/{rel}", 10 * rel + 1, *fields)
        for code, of_release in said.items()
        for rel, fields in of_release.items()
    ]
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def titles_on(versions: pl.DataFrame, code: str, days: list[dt.date]) -> list[list[str]]:
    """Return for each day the titles of the versions of a code that hold."""
    rows = versions.filter(pl.col("code") == code).select("title", "valid_from", "valid_to").rows()
    return [
        [title for title, first, last in rows if (first or dt.date.min) <= day <= (last or dt.date.max)]
        for day in days
    ]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_on_each_day_holds_what_the_newest_release_that_has_begun_says(data: st.DataObject) -> None:
    rels = data.draw(releases())
    titles = st.lists(st.sampled_from([None, "a", "b"]), min_size=len(rels), max_size=len(rels))
    codes = {code: data.draw(titles) for code in KEYS}
    said = {
        code: {n: (title, None, None) for n, title in enumerate(row) if title} for code, row in codes.items()
    }
    versions = merge_versions(frame(said), rels, ["title"])
    for code, row in codes.items():
        days = [at(number) for number in range(-1, 60)]
        begun = [[rel.position for rel in rels if rel.start and rel.start <= day] for day in days]
        says = [row[positions[-1]] if positions else None for positions in begun]
        assert titles_on(versions, code, days) == [[title] if title else [] for title in says]
    touching = versions.filter(
        (pl.col("code") == pl.col("code").shift())
        & (pl.col("title") == pl.col("title").shift())
        & (pl.col("first_rel") == pl.col("last_rel").shift() + 1)
    )
    assert touching.height == 0, "releases that say the same are one version"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_bound_is_known_only_where_no_day_lies_between_two_releases(data: st.DataObject) -> None:
    rels = data.draw(releases())
    listed = data.draw(st.lists(st.booleans(), min_size=len(rels), max_size=len(rels)))
    rows = {"A00": {n: ("a", None, None) for n, here in enumerate(listed) if here}}
    for version in merge_versions(frame(rows), rels, ["title"]).iter_rows(named=True):
        first, last = rels[version["first_rel"]], rels[version["last_rel"]]
        before = rels[first.position - 1] if first.position else None
        after = rels[last.position + 1] if last.position + 1 < len(rels) else None
        touches = before is not None and before.end is not None and first.start is not None
        touches = touches and before.end + ONE_DAY >= first.start
        assert version["start"] == (Bound.KNOWN if touches else Bound.ON_OR_BEFORE)
        if after is None:
            assert (version["valid_to"], version["end"]) == (None, Bound.OPEN)
        else:
            assert last.end is not None and after.start is not None
            known = last.end + ONE_DAY >= after.start
            assert version["valid_to"] == after.start - ONE_DAY
            assert version["end"] == (Bound.KNOWN if known else Bound.ON_OR_BEFORE)
        named = [f"synthetic/{n}" for n in range(first.position, last.position + 1)]
        assert version["releases"] == named
        assert (version["first_release"], version["first_row"]) == (named[0], 10 * first.position + 1)


@dataclass(frozen=True)
class Story:
    """A code over releases: where it is listed, its dates, and since which release its end is announced."""

    listed: tuple[bool, ...]
    titles: tuple[str, ...]
    added: dt.date | None
    ended: dt.date | None
    announced: int

    def rows(self) -> dict[int, tuple[str, dt.date | None, dt.date | None]]:
        return {
            n: (self.titles[n], self.added, self.ended if n >= self.announced else None)
            for n, here in enumerate(self.listed)
            if here
        }

    def runs(self) -> list[list[int]]:
        """Return the runs of releases that list the code one after the other."""
        found: list[list[int]] = []
        for number, here in enumerate(self.listed):
            if here and number and self.listed[number - 1]:
                found[-1].append(number)
            elif here:
                found.append([number])
        return found

    def title_on(self, rels: list[Rel], day: dt.date) -> str | None:
        """Return the title that is in force on a day, worked out from the runs."""
        last_day = min((row[2] for row in self.rows().values() if row[2]), default=dt.date.max)
        gone = dt.date.min
        for run in self.runs():
            after = rels[run[-1] + 1] if run[-1] + 1 < len(rels) else None
            end = min(last_day, after.start - ONE_DAY if after and after.start else dt.date.max)
            start = rels[run[0]].start
            assert start
            if self.added and (run is self.runs()[0] or self.added > gone or self.added > start):
                start = self.added
            if start <= day <= end:
                begun = [n for n in run if (rels[n].start or day) <= day] or run[:1]
                return self.titles[begun[-1]]
            gone = end
        return None


@st.composite
def stories(draw: st.DrawFn, count: int) -> Story:
    """Draw a code over some releases."""
    many = {"min_size": count, "max_size": count}
    dates = st.none() | st.integers(-10, 55).map(at)
    return Story(
        tuple(draw(st.lists(st.booleans(), **many).filter(any))),
        tuple(draw(st.lists(st.sampled_from("ab"), **many))),
        draw(dates),
        draw(dates),
        draw(st.integers(0, count)),
    )


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_dates_of_rows_decide_in_place_of_the_windows(data: st.DataObject) -> None:
    rels = data.draw(releases())
    codes = {code: data.draw(stories(len(rels))) for code in KEYS}
    rows = frame({code: story.rows() for code, story in codes.items()})
    versions = apply_dates(merge_versions(rows, rels, ["title"]), "added", "terminated")
    for code, story in codes.items():
        check(story, rels, versions.filter(pl.col("code") == code), code)


def check(story: Story, rels: list[Rel], versions: pl.DataFrame, code: str) -> None:
    """Compare the versions of one code with its story, day by day."""
    assert versions.height >= 1, "a code that a release lists is never lost"
    lived = versions.filter((pl.col("valid_from") <= pl.col("valid_to")).fill_null(True))
    days = [at(number) for number in range(-12, 60)]
    wanted = {day: story.title_on(rels, day) for day in days}
    if any(wanted.values()):
        assert lived.height == versions.height, "no version ends before it starts"
        held = dict(zip(days, titles_on(versions, code, days), strict=True))
        assert held == {day: [title] if title else [] for day, title in wanted.items()}
    else:
        assert versions.height == 1
        row = versions.row(0, named=True)
        assert lived.height == 0 or row["valid_from"] == row["valid_to"] == story.ended


@pytest.fixture
def quarters() -> list[Rel]:
    return [
        Rel("synthetic", str(n), n, dt.date(2020, 3 * n + 1, 1), dt.date(2020, 3 * n + 4, 1) - ONE_DAY)
        for n in range(3)
    ]


def dated(rels: list[Rel], *rows: tuple[str, dt.date | None, dt.date | None]) -> list[tuple[object, ...]]:
    said = frame({"X0001": dict(enumerate(rows))})
    found = apply_dates(merge_versions(said, rels, ["title"]), "added", "terminated")
    return found.select("title", "valid_from", "start", "valid_to", "end").rows()


def test_the_termination_date_is_the_last_usable_day(quarters: list[Rel]) -> None:
    added, last = dt.date(1999, 1, 1), dt.date(2020, 6, 30)
    rows = [("a", added, None), ("a", added, last), ("a", added, last)]
    assert dated(quarters, *rows) == [("a", added, "known", last, "known")]


def test_an_end_announced_late_ends_the_version_before_it(quarters: list[Rel]) -> None:
    added, last = dt.date(1999, 1, 1), dt.date(2020, 2, 29)
    rows = [("a", added, None), ("b", added, last), ("b", added, last)]
    assert dated(quarters, *rows) == [("a", added, "known", last, "known")]


def test_a_code_added_again_begins_then(quarters: list[Rel]) -> None:
    old, last, again = dt.date(1999, 1, 1), dt.date(2020, 1, 31), dt.date(2020, 8, 1)
    rows = [("a", old, last), ("a", old, last), ("b", again, None)]
    assert dated(quarters, *rows) == [("a", old, "known", last, "known"), ("b", again, "known", None, "open")]


def test_a_code_listed_before_it_is_added_is_future_until_then(quarters: list[Rel]) -> None:
    added = dt.date(2020, 7, 1)
    rows = [("a", added, None), ("b", added, None), ("b", added, None)]
    assert dated(quarters, *rows) == [("b", added, "known", None, "open")]


def test_a_code_that_had_ended_before_the_oldest_release_keeps_its_last_day(quarters: list[Rel]) -> None:
    last = dt.date(2018, 12, 31)
    assert dated(quarters, *[("a", None, last)] * 3) == [("a", last, "on_or_before", last, "known")]
