"""What titles name, how they say no more, and which name something beside (`language/titles.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.data import schemas_dir
from searchcore.typed_yaml import read_as

# Matches nothing: what any of no texts is.
_NEVER = r"[^\s\S]"


@dataclass(frozen=True)
class Head:
    """What begins and ends the head of a title."""

    ends: list[str]
    words: list[str]
    forms: list[str]


@dataclass(frozen=True)
class Plain:
    """What says no more in a title: an end that begins so, unless it has some words; a segment that does."""

    system: str
    ends: list[str]
    unless: list[str]
    segments: list[str]


@dataclass(frozen=True)
class Aside:
    """Which records of a system count less than others, and by how much."""

    share: float
    system: str
    codes: list[str]
    begins: list[str]
    has: list[str]

    def holds(self) -> pl.Expr:
        """Return whether a record is one of these, from its columns `system`, `code` and `title`."""
        titles = f"(?i)^(?:{_any_of(self.begins)})\\b|\\b(?:{_any_of(self.has)})\\b"
        codes = f"^(?:{_any_of(self.codes)})"
        found = pl.col("title").str.contains(titles).fill_null(False) | pl.col("code").str.contains(codes)
        return (pl.col("system") == self.system) & found


@dataclass(frozen=True)
class TitleRules:
    """See the comments in `schemas/language/titles.yaml`."""

    head: Head
    plain: Plain
    aside: list[Aside]
    later: Aside

    def heads(self, titles: pl.Series) -> pl.Series:
        """Return the head of each title."""
        marks, words = _any_of(self.head.ends), _any_of(self.head.words)
        forms = f"(?i)^(?:{_any_of(self.head.forms)})\\s*(?:{marks})\\s*"
        ends = f"(?is)(?:{marks}|\\b(?:{words})\\b).*$"
        return titles.str.replace(forms, "").str.replace(ends, "").str.strip_chars()

    def plain_titles(self, records: pl.DataFrame) -> pl.Series:
        """Return each title without what says no more; null where that is nothing or everything.

        Args:
            records: one row a record, with a column `title`, and `system` if there are several.
        """
        plain = titles = records["title"]
        if "system" in records.columns:
            plain = self._without_end(titles).zip_with(records["system"] == self.plain.system, titles)
        form = f"(?i)^(?:{_any_of(self.head.forms)})\\s*,\\s*"
        segment = f"(?i),\\s*(?:{_any_of(self.plain.segments)})\\b[^,;(\\[]*"
        plain = plain.str.replace(form, "").str.replace_all(segment, "").str.strip_chars(", ")
        return plain.set((plain == titles) | (plain == ""), None)

    def _without_end(self, titles: pl.Series) -> pl.Series:
        """Return each title without an end that says no more."""
        end = f"(?is),?\\s*\\b(?:{_any_of(self.plain.ends)})\\b.*$"
        found = titles.str.extract(f"({end})")
        says = found.str.contains(f"(?i)\\b(?:{_any_of(self.plain.unless)})\\b").fill_null(True)
        short = titles.str.replace(end, "")
        # "With or without" denies nothing.
        return short.zip_with(~(says | short.str.contains(r"(?i)\bor$")).fill_null(False), titles)

    def shares(self, records: pl.DataFrame) -> npt.NDArray[np.float64]:
        """Return by what the weights of each record are multiplied: its least share, times that of later.

        Args:
            records: one row a record, with columns `system`, `code` and `title`.
        """
        shares = [pl.when(each.holds()).then(each.share).otherwise(1.0) for each in self.aside]
        later = pl.when(self.later.holds()).then(self.later.share).otherwise(1.0)
        share = pl.min_horizontal(pl.lit(1.0), *shares) * later
        return records.select(share.alias("share"))["share"].to_numpy()


def read_title_rules(path: Path) -> TitleRules:
    """Read a file of title rules; raise ConfigurationError where a key or value is wrong."""
    return read_as(path, TitleRules)


@cache
def load_title_rules() -> TitleRules:
    """Return the rules that ship with the program."""
    return read_title_rules(schemas_dir() / "language" / "titles.yaml")


def _any_of(texts: Sequence[str]) -> str:
    """Return a pattern for any of some texts; a blank in one stands for any white space, `#` for a number."""
    return "|".join(map(_pattern, texts)) or _NEVER


def _pattern(text: str) -> str:
    return re.escape(text).replace("\\ ", "\\s+").replace("\\#", r"\d[\d.]*")
