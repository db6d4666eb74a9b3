"""Analyses the texts of an index: each distinct text is cut up once, each distinct token analysed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.language.words import load_spelling
from searchcore.whoosh_engine.analysis import (
    folded_and_stemmed,
    numbered_stems,
    shorthand_pattern,
    token_pattern,
)
from searchcore.whoosh_engine.postings import AnalysedTexts, Ints, Occurrences

Terms = npt.NDArray[np.int32]

# A token of `analysis` on ASCII; polars knows neither its possessive parts nor Python's idea of a letter.
_ASCII_RUN = r"[0-9A-Za-z]+(?:'[0-9A-Za-z]+)*"


def analysed(
    columns: Mapping[str, pl.Series], more: Iterable[str] = ()
) -> tuple[AnalysedTexts, dict[str, Occurrences]]:
    """Return the distinct texts of some columns, and which of them each record has in each column.

    Args:
        columns: by field, strings or lists of strings; null and empty text is left out.
        more: words that are no words of these texts; they have terms too.
    """
    frames = {name: _long(column) for name, column in columns.items()}
    texts = pl.concat([frame["text"] for frame in frames.values()] or [pl.Series([], dtype=pl.String)])
    distinct = texts.unique(maintain_order=True)
    is_plain = distinct.str.len_bytes() == distinct.str.len_chars()
    plain, others = distinct.filter(is_plain), distinct.filter(~is_plain)
    known = pl.DataFrame({"text": pl.concat([plain, others])}).with_row_index("number")
    found = {}
    for name, frame in frames.items():
        numbers = frame.join(known, on="text", how="left", maintain_order="left")["number"]
        records = frame["record"].to_numpy().astype(np.int64)
        found[name] = Occurrences(records, numbers.to_numpy().astype(np.int64))
    return _analysed(tokens(plain, others), more), found


def _long(column: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"text": column}).with_row_index("record")
    if isinstance(column.dtype, pl.List):
        frame = frame.explode("text")
    return frame.filter(pl.col("text") != "")  # null is left out too


def _analysed(found_in: pl.Series, more: Iterable[str]) -> AnalysedTexts:
    """Return the terms of texts, given the tokens of each."""
    lengths = found_in.list.len().to_numpy().astype(np.int64)
    tokens = found_in.explode().drop_nulls()
    distinct = pl.DataFrame({"token": tokens.unique(maintain_order=True)})
    found = [folded_and_stemmed(token) for token in distinct["token"].to_list()]
    # The order of strings is that of their characters, and so that of their bytes in UTF-8.
    added = dict(folded_and_stemmed(word) for word in [*more, *load_spelling().numerals.values()])
    terms = sorted({*(stem for surface, stem in found if surface), *added.values()})
    place = {term: number for number, term in enumerate(terms)}
    numbers = [place[stem] if surface else -1 for surface, stem in found]
    known = distinct.with_columns(term=pl.Series(numbers, dtype=pl.Int32))
    flat = pl.DataFrame({"token": tokens}).join(known, on="token", how="left", maintain_order="left")["term"]
    places = flat.to_numpy()
    kept = places >= 0
    # Tokens without letters have no term.
    before = np.concatenate(([0], np.cumsum(kept)))
    bounds = before[np.concatenate(([0], np.cumsum(lengths)))]
    surfaces = {**added, **{surface: stem for surface, stem in found if surface}}
    bounds = bounds.astype(np.int64)
    return AnalysedTexts(terms, _with_numbers(places[kept].astype(np.int32), bounds, place), bounds, surfaces)


def _with_numbers(flat: Terms, bounds: Ints, place: Mapping[str, int]) -> Terms:
    """Return the terms of texts with numbers for Roman numerals; see `analysis.in_context`.

    A numeral that became a number is no word that another number stands behind, so one pass is enough.
    """
    number = np.arange(len(place), dtype=np.int32)
    for numeral, arabic in load_spelling().numerals.items():
        if numeral in place:
            number[place[numeral]] = place[arabic]
    numbered = np.zeros(len(place), np.bool_)
    numbered[[place[stem] for stem in numbered_stems() if stem in place]] = True
    behind = np.zeros(len(flat), np.bool_)
    behind[1:] = numbered[flat[:-1]]
    behind[bounds[:-1][bounds[:-1] < len(flat)]] = False
    return np.where(behind, number[flat], flat).astype(np.int32)


def tokens(plain: pl.Series, others: pl.Series) -> pl.Series:
    """Return the tokens of each ASCII text, and behind them those of all others."""
    found = [token_pattern().findall(text) for text in others.to_list()]
    ascii_token = f"{shorthand_pattern()}|{_ASCII_RUN}"
    return pl.concat([plain.str.extract_all(ascii_token), pl.Series(found, dtype=pl.List(pl.String))])
