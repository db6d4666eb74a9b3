"""Frames of a joined kind: slim records that name parts by number, and the parts (docs/schema.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl


def spread(places: pl.Series, texts: Sequence[str | None]) -> pl.Series:
    """Return the text at each place as a category: a byte or two a row."""
    kept = sorted({text for text in texts if text is not None})
    return pl.Series(texts, dtype=pl.Enum(kept)).gather(places)


def years(dates: pl.Series) -> pl.Series:
    """Return the year of each date as a category."""
    found = dates.dt.year()
    present = found.drop_nulls().unique().sort().to_list()
    if not present:
        return spread(found.cast(pl.UInt32), [])
    return spread((found - present[0]).cast(pl.UInt32), [str(y) for y in range(present[0], present[-1] + 1)])


def united(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return frames of the same columns one below the other; categories are those that occur, in order."""
    frames = list(frames)
    types = {}
    for name, dtype in frames[0].schema.items():
        if isinstance(dtype, pl.Enum):
            kept = {text for frame in frames for text in frame[name].unique() if text is not None}
            types[name] = pl.Enum(sorted(kept))
    return pl.concat([frame.cast(types) for frame in frames])  # type: ignore[arg-type]
