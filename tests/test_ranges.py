"""Ranges in selections."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.library import Library
from searchcore.ranges import in_range, parse_range, range_label
from searchcore.request import Request
from tests.conftest import Codefacet


@pytest.mark.parametrize(
    ("text", "bounds", "label"),
    [
        ("2015..2020", (2015, 2020), "2015 to 2020"),
        ("2020..2015", (2015, 2020), "2015 to 2020"),
        ("2015..", (2015, float("inf")), "from 2015 on"),
        ("..-3", (float("-inf"), -3), "up to -3"),
    ],
)
def test_ranges_are_read_and_said(text: str, bounds: tuple[float, float], label: str) -> None:
    assert parse_range(text) == bounds
    assert range_label(text) == label


@given(st.sampled_from(("..", "2015", "a..b", "1..2..3", "1.. 2", "", "-")) | st.text("0.-", max_size=5))
def test_what_is_no_range_stays_as_it_is(text: str) -> None:
    if parse_range(text) is None:
        assert range_label(text) == text
    else:
        assert ".." in text


def test_only_numbers_are_in_a_range() -> None:
    assert in_range("2020", (2015, 2020)) and in_range("-1.5", (-2, 0))
    assert not in_range("2021", (2015, 2020))
    assert not any(in_range(value, (float("-inf"), float("inf"))) for value in ("-", "x", "nan", "1e3", ""))


def test_a_range_of_years_counts_what_its_years_count(sample_library: Library) -> None:
    everything = sample_library.search(Request("", as_of=None))
    years = {value.value: value.count for value in everything.facets["start_year"] if value.value.isdigit()}
    low, high = sorted(years)[1], sorted(years)[-2]
    found = sample_library.search(Request("", as_of=None, filters=(("start_year", (f"{low}..{high}",)),)))
    assert found.total == sum(count for year, count in years.items() if low <= year <= high) > 0
    chosen = [value for value in found.facets["start_year"] if value.selected]
    assert [(value.label, value.count) for value in chosen] == [(f"{low} to {high}", found.total)]
    assert found.facet_totals["start_year"] == everything.facet_totals["start_year"]


def test_the_command_line_takes_a_range(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "search", "", "--facet", "start_year=2015..", "--as-of", "all")
    assert done.exit_code == 0
    assert "from 2015 on" in done.stdout
