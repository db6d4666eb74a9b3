"""Made-up PTP edits in any number, in the frames that an engine is given. No code or word in them is real."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.records import Frames
from indexer.link.joined import spread, years
from indexer.link.ptp import SETS
from searchcore.validity import Bound

CODES = 13_000
WORDS = 5_000
_SEED = 31337
_RATIONALES = 12
_FAMILIES = 800
_YEARS = 30
_START = dt.date(1996, 1, 1)

Ints = npt.NDArray[np.int64]


def words() -> list[str]:
    """Return made-up words; the earlier ones are the more common ones."""
    onsets, vowels = "bdfgklmnprst", "aeiou"
    syllables = [onset + vowel for onset in onsets for vowel in vowels]
    count = len(syllables)
    return [
        syllables[n % count] + syllables[n // count % count] + syllables[(n * 7 + 3) % count] + "n"
        for n in range(WORDS)
    ]


def codes() -> list[str]:
    """Return made-up numbers with the shape of CPT numbers, ascending."""
    return [f"{number:05}" for number in range(20_000, 20_000 + CODES)]


def titles() -> list[str]:
    """Return a made-up title for each code."""
    chance, known = np.random.default_rng(_SEED), words()
    lengths = chance.integers(4, 13, CODES)
    return [" ".join(known[at] for at in _skewed(chance, int(length), WORDS)) for length in lengths]


def rationales() -> list[str]:
    """Return made-up rationales, ascending."""
    known = words()
    return sorted(" ".join(known[at * 5 : at * 5 + 5]) for at in range(_RATIONALES))


def parts() -> pl.DataFrame:
    """Return the parts that edits name: the codes, then the rationales, which is the order of their names."""
    more = [None] * _RATIONALES
    families = [f"f{at * _FAMILIES // CODES:03}" for at in range(CODES)]
    return pl.DataFrame(
        {
            "name": codes() + rationales(),
            "words": [[title] for title in titles()] + [[] for _ in range(_RATIONALES)],
            "system": ["CPT"] * CODES + more,
            "family": families + more,
        },
        schema={"name": pl.String, "words": pl.List(pl.String), "system": pl.String, "family": pl.String},
    )


def edits(rows: int) -> Frames:
    """Return so many edits, in the order that the engine wants; the same ones for the same number."""
    chance = np.random.default_rng(_SEED + rows)
    keys = _distinct(chance, rows, len(SETS) * CODES * CODES)
    rationale = _skewed(chance, rows, _RATIONALES).astype(np.uint32)
    first, last = _dates(chance, rows)
    known, ended = str(Bound.KNOWN), last.is_not_null()
    records = pl.DataFrame(
        {
            "system": spread(_places(keys // (CODES * CODES)), sorted(SETS)),
            "column_1": _places(keys // CODES % CODES),
            "column_2": _places(keys % CODES),
            "rationale_text": _places(rationale + CODES),
            "valid_from": first,
            "valid_to": last,
            "row": _places(np.arange(1, rows + 1)),
            "indicator": spread(_places(chance.integers(0, 2, rows)), ["0", "1"]),
            "rationale": spread(_places(rationale), [f"r{at:02}" for at in range(_RATIONALES)]),
            "effective_year": years(first),
            "deletion_year": years(last),
        }
    )
    bounds = pl.Enum([known, str(Bound.OPEN)])
    return Frames(
        records.with_columns(
            start=pl.lit(known, bounds),
            end=pl.when(ended).then(pl.lit(known, bounds)).otherwise(pl.lit(str(Bound.OPEN), bounds)),
            releases=pl.lit("made-up/2026Q4", pl.Enum(["made-up/2026Q4"])),
            origins=pl.lit('{"title":"made-up/2026Q4#?"}', pl.Enum(['{"title":"made-up/2026Q4#?"}'])),
            extra=pl.lit("{}", pl.Enum(["{}"])),
        ),
        parts(),
    )


def _places(numbers: npt.NDArray[np.integer]) -> pl.Series:
    return pl.Series(numbers.astype(np.uint32))


def _dates(chance: np.random.Generator, rows: int) -> tuple[pl.Series, pl.Series]:
    """Return the first day of each edit, and the last one of those that have ended."""
    began, lasted = chance.integers(0, _YEARS, rows), chance.integers(0, _YEARS, rows)
    ended = chance.random(rows) < 0.4
    first_days = pl.Series([_START.replace(year=_START.year + year) for year in range(_YEARS)])
    last_days = pl.Series([dt.date(_START.year + year, 6, 30) for year in range(2 * _YEARS)])
    last = pl.DataFrame({"day": last_days.gather(_places(began + lasted)), "ended": ended})
    return first_days.gather(_places(began)), last.select(pl.when("ended").then("day")).to_series()


def _distinct(chance: np.random.Generator, count: int, below: int) -> Ints:
    """Return different numbers, ascending; drawing with spares is much quicker than without repeats."""
    if count > below // 2:
        raise ValueError(f"at most {below // 2:,} edits can be made up")
    found: Ints = np.unique(chance.integers(0, below, count + count // 8 + 100))
    while len(found) < count:
        found = np.unique(np.concatenate([found, chance.integers(0, below, count)]))
    kept = np.sort(chance.choice(found, count, replace=False))
    return kept


def _skewed(chance: np.random.Generator, count: int, below: int) -> Ints:
    """Return numbers of which the lower ones are the more frequent."""
    drawn = (below ** chance.random(count)).astype(np.int64) - 1
    return np.clip(drawn, 0, below - 1)
