"""Families of ICD-10-CM codes: those whose titles differ in side, encounter or stage and in nothing else.

No place in a code stands for the side: 1 is the right one in many categories and not in others. So the words
of titles are compared (`schemas/language/side_and_encounter.yaml`), within a category: the first three
characters.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from indexer.link.icd_tree import prefixes
from searchcore.data import load_yaml, schemas_dir

SYSTEM = "ICD10CM"
_CATEGORY = 3
_FAMILY = ("category", "key")
_UNSPECIFIED = "unspecified"


def with_families(records: pl.DataFrame) -> pl.DataFrame:
    """Add the column `family_key`, the system and lowest code of the family; null for a code of no family.

    All versions of a code are of the family of its newest one.

    Args:
        records: records of any system, versions of a code oldest first.
    """
    if not records.height:
        return records
    mine = records.filter(pl.col("system") == SYSTEM).select("system", "code", "title", "header")
    found = families(mine.unique("code", keep="last", maintain_order=True)).with_columns(
        system=pl.lit(SYSTEM)
    )
    return (
        records.join(found, on=["system", "code"], how="left", maintain_order="left")
        .with_columns(family_key=pl.concat_str("system", "lowest", separator=":"))
        .drop("lowest")
    )


def families(codes: pl.DataFrame) -> pl.DataFrame:
    """Return (code, lowest), the lowest code of the family, for each code of a family.

    Args:
        codes: code, title, header of each ICD-10-CM code.
    """
    words = load_yaml(schemas_dir() / "language" / "side_and_encounter.yaml")
    compared = _compared(codes.filter(~pl.col("header") & pl.col("title").is_not_null()), words)
    placed = _with_both_sides(_with_no_side(compared, words["family"]))
    several = placed.filter(pl.len().over(_FAMILY) > 1).select("code", *_FAMILY)
    headers = _headers(placed, codes.filter("header")).join(several, on=_FAMILY, how="semi")
    return pl.concat([several, headers]).select("code", lowest=pl.col("code").min().over(_FAMILY))


def _compared(codes: pl.DataFrame, words: dict[str, Any]) -> pl.DataFrame:
    """Return what is compared of the title of each code.

    Its columns are `text`, the title without encounter, stage and dominance; `one`, whether it names right or
    left; `both`, whether it names both sides in one word; `key`, the text without these words; and, where it
    names both, `before` and `behind`, the key parted where they were named.
    """
    family = words["family"]
    title = (
        pl.col("title")
        .str.replace_all(words["not_side"], "${side}_${name}")
        .str.replace(family["encounter"], "")
        .str.replace_all(family["stage"], "${end}")
    )
    right, left = (pl.col("text").str.contains(rf"\b{side}\b") for side in ("right", "left"))
    # A title that names both right and left says something of each: neither word can go.
    both = pl.col("text").str.contains(family["both_sides"]) & ~(right | left)
    named = pl.when(pl.col("one") | pl.col("both")).then(_without_side(family)).otherwise("text")
    behind = pl.col("parts").struct.field("field_1").str.replace_all("|", "", literal=True)
    return (
        codes.select("code", category=pl.col("code").str.slice(0, _CATEGORY), text=_plain(title))
        .with_columns(pl.col("text").str.replace_all(family["dominance"], "${end}"))
        .with_columns(one=right ^ left, both=both)
        .with_columns(parts=named.str.splitn("|", 2))
        .with_columns(
            before=_key(pl.col("parts").struct.field("field_0"), family), behind=_key(behind, family)
        )
        .with_columns(
            key=pl.concat_str("before", "behind", separator=" ", ignore_nulls=True).str.strip_chars()
        )
        .drop("parts")
    )


def _without_side(family: dict[str, str]) -> pl.Expr:
    """Return `text` with a bar in place of the words of a side."""
    bare = pl.col("text").str.replace_all(family["one_side"], "")
    return bare.str.replace_all(rf"\b(right|left)\b|{family['both_sides']}", "|")


def _plain(title: pl.Expr) -> pl.Expr:
    """Return a text in small letters, its words and commas with one blank between them."""
    words = title.str.to_lowercase().str.replace_all(r"[^\w,]+", " ").str.replace_all(" ?, ?", " , ")
    return words.str.strip_chars()


def _key(text: pl.Expr, family: dict[str, str]) -> pl.Expr:
    """Return a text without words that make no difference, in the singular."""
    return (
        text.str.replace_all(family["idle"], " ")
        .str.replace_all(r"ies\b", "y")
        .str.replace_all(r"s\b", "")
        .str.replace_all(r" +", " ")
        .str.strip_chars()
    )


def _with_no_side(compared: pl.DataFrame, family: dict[str, str]) -> pl.DataFrame:
    """Give titles that leave the side open ("unspecified eye", "unilateral") the key of those that name it.

    Which "unspecified" of a title speaks of the side shows in the others: without it, or without it and the
    organ behind it, the keys are the same.
    """
    sided = pl.col("one") | pl.col("both")
    open_ = compared.filter(~sided & pl.col("text").str.contains(family["no_side"]))
    texts = (
        open_.select("code", "category", parts=pl.col("text").str.split(_UNSPECIFIED))
        .with_columns(place=pl.int_ranges(0, pl.col("parts").list.len()))
        .explode("place")
        .join(pl.DataFrame({"organ": [True, False]}), how="cross")
        .filter((pl.col("place") > 0) | pl.col("organ"))
    )
    keys = texts.with_columns(
        key=_key(_without_unspecified().str.replace_all(family["one_side"], ""), family)
    )
    named = compared.filter(sided).select(_FAMILY).unique()
    found = keys.join(named, on=_FAMILY).sort("code", "place", "organ")
    return _rekeyed(compared, found.unique("code", keep="last").select("code", named="key"), ["code"])


def _without_unspecified() -> pl.Expr:
    """Return `parts` put together again, but for the "unspecified" at `place`, from 1.

    Where `organ` is false, what it speaks of goes, too, if it ends there. At place 0 all of them stay.
    """
    place, parts = pl.col("place"), pl.col("parts")
    behind = parts.list.slice(place).list.join(_UNSPECIFIED)
    behind = pl.when("organ").then(behind).otherwise(behind.str.replace(r"^ \w+( \w+)?( ,|$)", "${2}"))
    kept = pl.concat_str(parts.list.head(place).list.join(_UNSPECIFIED), behind)
    return pl.when(place == 0).then(parts.list.join(_UNSPECIFIED)).otherwise(kept)


def _with_both_sides(named: pl.DataFrame) -> pl.DataFrame:
    """Give titles that name both sides but no organ the key of those of one side.

    "Cataract, bilateral" stands beside "Cataract, right eye"; beside an ear, too, it would be left alone.
    """
    organ = pl.col("organ")
    one = named.filter("one").select("category", organ="key").unique()
    alone = named.filter("both").join(one, left_on=_FAMILY, right_on=["category", "organ"], how="anti")
    pairs = (
        alone.select(*_FAMILY, "before", "behind")
        .unique()
        .join(one, on="category")
        .with_columns(_spaced(name).alias(f"_{name}") for name in ("organ", "before", "behind", "key"))
        .filter(
            pl.col("_organ").str.starts_with(pl.col("_before"))
            & pl.col("_organ").str.ends_with(pl.col("_behind"))
            | pl.col("_organ").str.starts_with(pl.col("_key"))
        )
    )
    length = organ.str.count_matches(" ")
    nearest = pairs.filter(length == length.min().over(_FAMILY)).unique([*_FAMILY, "organ"])
    return _rekeyed(
        named,
        nearest.filter(pl.len().over(_FAMILY) == 1).select(*_FAMILY, named="organ"),
        list(_FAMILY),
    )


def _spaced(name: str) -> pl.Expr:
    """Return words with a blank on either side, so that no word is taken for the beginning of another."""
    return pl.concat_str(pl.lit(" "), name, pl.lit(" ")).str.replace_all("  ", " ", literal=True)


def _rekeyed(codes: pl.DataFrame, keys: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Return codes with the key `named` where there is one."""
    joined = codes.join(keys, on=on, how="left", maintain_order="left")
    return joined.with_columns(key=pl.coalesce("named", "key")).drop("named")


def _headers(placed: pl.DataFrame, headers: pl.DataFrame) -> pl.DataFrame:
    """Return (code, category, key) of the headers below which all codes are of one family."""
    below = prefixes(placed).join(headers.select(prefix="code"), on="prefix").join(placed, on="code")
    return (
        below.group_by("prefix")
        .agg(pl.struct(_FAMILY).unique())
        .filter(pl.col("category").list.len() == 1)
        .select(code="prefix", family=pl.col("category").list.first())
        .unnest("family")
    )
