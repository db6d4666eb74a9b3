"""Made-up PTP edits in any number, in the frame that an engine is given. No code or word in them is real."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from indexer.link.ptp import SETS
from indexer.link.records import conform_records
from searchcore.validity import Bound

CODES = 13_000
WORDS = 5_000
_SEED = 31337
_RATIONALES = 12
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
    """Return made-up rationales."""
    known = words()
    return [" ".join(known[at * 5 : at * 5 + 5]) for at in range(_RATIONALES)]


def edits(rows: int) -> pl.DataFrame:
    """Return so many edits, in the order that the engine wants; the same ones for the same number."""
    chance = np.random.default_rng(_SEED + rows)
    keys = _distinct(chance, rows, len(SETS) * CODES * CODES)
    first, second = keys // CODES % CODES, keys % CODES
    systems = sorted(SETS)
    rationale = _skewed(chance, rows, _RATIONALES)
    began = chance.integers(0, 30, rows)
    ended = chance.random(rows) < 0.4
    numbers, names = pl.Series(codes()), pl.Series(titles())
    frame = pl.DataFrame(
        {
            "system": pl.Series(systems)[(keys // (CODES * CODES)).tolist()],
            "column_1": numbers.gather(first),
            "column_2": numbers.gather(second),
            "title_1": names.gather(first),
            "title_2": names.gather(second),
            "rationale": pl.Series([f"r{n:02}" for n in range(_RATIONALES)]).gather(rationale),
            "rationale_text": pl.Series(rationales()).gather(rationale),
            "indicator": pl.Series(["0", "1"]).gather(chance.integers(0, 2, rows)),
            "began": pl.Series(began, dtype=pl.Int32),
            "lasted": pl.Series(np.where(ended, chance.integers(0, 25, rows), -1), dtype=pl.Int32),
        }
    )
    return conform_records("ptp_edit", _with_dates(frame))


def _with_dates(frame: pl.DataFrame) -> pl.DataFrame:
    begin = pl.lit(_START).dt.offset_by(pl.concat_str("began", pl.lit("y")))
    ended = pl.col("lasted") >= 0
    end = pl.lit(_START).dt.offset_by(pl.concat_str(pl.col("began") + pl.col("lasted"), pl.lit("y6mo")))
    dated = frame.with_columns(valid_from=begin, valid_to=pl.when(ended).then(end))
    return dated.with_columns(
        code=pl.concat_str("column_1", pl.lit("/"), "column_2"),
        title=pl.concat_str("column_1", pl.lit(" / "), "column_2"),
        synonyms=pl.concat_list("title_1", "title_2"),
        start=pl.lit(str(Bound.KNOWN)),
        end=pl.when(ended).then(pl.lit(str(Bound.KNOWN))).otherwise(pl.lit(str(Bound.OPEN))),
        effective_year=pl.col("valid_from").dt.year().cast(pl.String),
        deletion_year=pl.col("valid_to").dt.year().cast(pl.String),
        column_1_system=pl.lit("CPT"),
        column_2_system=pl.lit("CPT"),
    ).drop("title_1", "title_2", "began", "lasted")


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
