"""All published PTP edits, searched: totals, facets and deep pages are those of the files read plainly."""

from __future__ import annotations

import datetime as dt
import random
from functools import reduce
from operator import or_
from pathlib import Path

import polars as pl
import pytest

from searchcore.data import corpora_dir, load_yaml
from searchcore.library import Library
from searchcore.request import NOT_SPECIFIED, Request
from tests.real_files import ptp_file

pytestmark = pytest.mark.realdata

FILES = {"PTPPRA": "ccipra-v302r0.reconstructed.txt.gz", "PTPOPH": "ccioph-v302r0.reconstructed.txt.gz"}
ONE, TWO = pl.col("column_1"), pl.col("column_2")
# Selections, and the facets that the files alone decide on.
CHOSEN: list[dict[str, tuple[str, ...]]] = [
    {},
    {"indicator": ("1",)},
    {"system": ("PTPPRA",), "rationale": ("more-extensive", "mutually-exclusive")},
    {"deletion_year": ("2010..2015",)},
    {"column_2_system": ("HCPCS",), "indicator": ("0", "9")},
    {"deletion_year": (NOT_SPECIFIED,)},
]
FACETS = ("system", "indicator", "rationale", "deletion_year", "column_1_system", "column_2_system")
PER_PAGE = 200


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> pl.DataFrame:
    """All rows of both files, with a column for each facet."""
    found = load_yaml(corpora_dir() / "facts" / "rationales.yaml")["rows"]
    rationales = {alias: row["id"] for row in found for alias in row["aliases"]}
    folder = shared_data / "ncci" / "2024Q3-reconstructed"
    frames = [ptp_file(folder / name).with_columns(system=pl.lit(id)) for id, name in FILES.items()]
    system = {name: pl.when(pl.col(name).str.contains("^[A-Z]")) for name in ("column_1", "column_2")}
    return pl.concat(frames).with_columns(
        rationale=pl.col("rationale").str.strip_chars().str.to_lowercase().replace(rationales),
        deletion_year=pl.col("deletion").dt.year().cast(pl.String),
        **{
            f"{name}_system": begins.then(pl.lit("HCPCS")).otherwise(pl.lit("CPT"))
            for name, begins in system.items()
        },
    )


def either(codes: pl.Expr | list[str]) -> pl.Expr:
    return ONE.is_in(codes) | TWO.is_in(codes)


def questions(codes: list[str]) -> list[tuple[str, pl.Expr]]:
    """Return texts and what they ask of a row, about codes drawn at random."""
    rng = random.Random(11)
    digits = [code for code in codes if code.isdigit()]
    found: list[tuple[str, pl.Expr]] = [("", pl.lit(True)), ("99213", either(["99213"]))]
    for _ in range(4):
        one, other = rng.sample(codes, 2)
        low = rng.randrange(len(digits) - 400)
        between = digits[low : low + rng.randint(2, 400)]
        listed = rng.sample(codes, rng.randint(2, 50))
        found += [
            (one, either([one])),
            (f"{one} -{other}", either([one]) & ~either([other])),
            (f"{between[0]}-{between[-1]}", either(between)),
            (f"column_1:{between[0]}-{between[-1]}", ONE.is_in(between)),
            (", ".join(listed), either(listed)),
            (f"{other} OR column_2:{one}", either([other]) | (one == TWO)),
        ]
    return found


def passes(chosen: dict[str, tuple[str, ...]], but: str = "") -> pl.Expr:
    """Return whether a row passes all selections but that of one facet."""
    wanted = pl.lit(True)
    for name, values in chosen.items():
        if name != but:
            wanted &= reduce(or_, (_has(name, value) for value in values))
    return wanted


def _has(name: str, value: str) -> pl.Expr:
    if ".." in value:
        low, high = map(int, value.split(".."))
        return pl.col(name).cast(pl.Int32).is_between(low, high).fill_null(False)
    return pl.col(name).fill_null(NOT_SPECIFIED) == value


def test_totals_and_counts_of_all_edits(rows: pl.DataFrame, full_library: Library) -> None:
    codes = sorted({*rows["column_1"].unique(), *rows["column_2"].unique()})
    for number, (text, wanted) in enumerate(questions(codes)):
        chosen = CHOSEN[number % len(CHOSEN)]
        request = Request(text, "ptp_edit", tuple(chosen.items()), None, all_words=True)
        found, matching = full_library.search(request), rows.filter(wanted)
        assert found.total == matching.filter(passes(chosen)).height, text
        for facet in FACETS:
            kept = matching.filter(passes(chosen, but=facet))
            expected = dict(kept.group_by(pl.col(facet).fill_null(NOT_SPECIFIED)).len().rows())
            counts = {value.value: value.count for value in found.facets[facet] if value.count}
            assert {name: count for name, count in counts.items() if ".." not in name} == expected, text


@pytest.mark.parametrize("text", ["", "99213"])
def test_pages_at_any_depth(rows: pl.DataFrame, full_library: Library, text: str) -> None:
    matching = rows.filter(either([text])) if text else rows
    # Numbers in the order of the codes are sorted much faster than the codes.
    codes = pl.Enum(pl.concat([rows["column_1"], rows["column_2"]]).unique().sort())
    by = [pl.col("deletion"), ONE.cast(codes), TWO.cast(codes), pl.col("system")]
    in_order = matching.sort(by, descending=[True, False, False, False], nulls_last=True).select(
        ONE + "/" + TWO, "system", "deletion"
    )
    last = -(-in_order.height // PER_PAGE)
    for page in sorted({1, 2, last // 9, last // 2, last - 1, last}):
        found = full_library.search(Request(text, "ptp_edit", (), None, "ended", page, PER_PAGE))
        shown: list[tuple[str, str, dt.date | None]] = [
            (hit.record.code, hit.record.system, hit.record.valid_to) for hit in found.hits
        ]
        assert shown == in_order[(page - 1) * PER_PAGE : page * PER_PAGE].rows(), page
        assert found.total == in_order.height
