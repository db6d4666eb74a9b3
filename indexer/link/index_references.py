"""Resolves the cross references of an alphabetic index: "see Infarct, myocardium" to the entry that it names.

An index writes other forms of a term behind it ("Infarct, infarction, myocardium, myocardial"), and a
reference names the first of them ("see Infarct, myocardium"). A reference that names no entry is not
resolved: "see condition", "see Fracture, by site" where there is no code for a fracture of no site.
"""

from __future__ import annotations

import polars as pl

_SEE = r"^see (?:also )?(.+)$"
_BY = r",? by (site|type|location|cause)( of [^,]+)?(?P<end>,|$)"
_NESTED = r"\([^()]*\([^()]*\)[^()]*\)"
_PARENTHESES = r"\([^()]*\)"
_IDLE = r"\b(nec|nos)\b|'s\b|[^\w ,]"
# "Diabetes, with, ketoacidosis" in the index is "Diabetes, with ketoacidosis" in a reference.
_JOINT = r"(, *(?:with|without|in|due to)) "
_PLURAL = r"([a-z]{3})s\b"
# Words with so many letters in common are forms of one word: infarct, infarction.
_ALIKE = 4


def resolved(referring: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Return (place, entry): which entries each reference names.

    Args:
        referring: `place`, a number, and `see`, the directions.
        named: `entry`, a number, and `known`, the path under which references know the entry.
    """
    asked = referring.select("place", text=_targets(pl.col("see"))).explode("text").drop_nulls()
    asked = _with_levels(asked).select("place", name="levels")
    known = _with_levels(named.select("entry", text="known"))
    whole = asked.join(known.select("entry", name="levels"), on="name", how="left", maintain_order="left")
    missing = whole.filter(pl.col("entry").is_null()).select("place", "name")
    shorter = missing.join(_shortened(known, missing), on="name", maintain_order="left")
    found = pl.concat([whole.drop_nulls("entry"), shorter]).select("place", "entry")
    return found.unique(maintain_order=True).sort("place", maintain_order=True)


def _targets(see: pl.Expr) -> pl.Expr:
    """Return what directions such as "see Hernia; see also Prolapse" name, one list for each text."""
    named = pl.element().str.extract(_SEE).str.replace(_BY, "${end}")
    return see.str.split("; ").list.eval(named.drop_nulls())


def _with_levels(texts: pl.DataFrame) -> pl.DataFrame:
    """Add `levels`: the first form of each level of the path in `text`, bare, small and singular."""
    bare = pl.col("text").str.to_lowercase().str.replace_all(_NESTED, " ").str.replace_all(_PARENTHESES, " ")
    split = bare.str.replace_all(_JOINT, "${1},")
    words = split.str.replace_all(_IDLE, " ").str.replace_all(_PLURAL, "${1}").str.replace_all(r" +", " ")
    parts = words.str.replace_all(r" ?(, ?)+", ",").str.strip_chars(" ,").str.split(",")
    long = texts.with_row_index("at").select("at", part=parts).explode("part")
    before = pl.when(pl.col("at") == pl.col("at").shift()).then(pl.col("part").shift())
    another_form = (pl.col("part").str.head(_ALIKE) == before.str.head(_ALIKE)) & ~(
        pl.concat_str("part", before).str.contains(" ", literal=True)
    )
    kept = long.filter(~another_form.fill_null(False) & (pl.col("part") != ""))
    levels = kept.group_by("at", maintain_order=True).agg(levels=pl.col("part").str.join(","))
    return texts.with_row_index("at").join(levels, on="at", maintain_order="left").drop("at", "text")


def _shortened(known: pl.DataFrame, missing: pl.DataFrame) -> pl.DataFrame:
    """Return (name, entry) of the paths that a reference may name without one level between first and last.

    "see Fracture, nasal" names "Fracture, skull, nasal" if no other path would become the same.
    """
    wanted = missing.select(name=pl.col("name").unique())
    ends = (pl.col("name").str.extract(r"^([^,]+),"), pl.col("name").str.extract(r"([^,]+)$"))
    split = known.with_columns(parts=pl.col("levels").str.split(","))
    near = split.join(
        wanted.select(first=ends[0], last=ends[1]).drop_nulls().unique(),
        left_on=[pl.col("parts").list.first(), pl.col("parts").list.last()],
        right_on=["first", "last"],
        how="semi",
    )
    between = pl.int_ranges(1, pl.col("parts").list.len().cast(pl.Int64) - 1)
    cut = near.filter(pl.col("parts").list.len() > 2).with_columns(out=between).explode("out")
    head, tail = pl.col("parts").list.head("out"), pl.col("parts").list.slice(pl.col("out") + 1)
    names = cut.select("entry", "levels", name=pl.concat_list(head, tail).list.join(","))
    only = names.filter(pl.col("levels").n_unique().over("name") == 1)
    return only.join(wanted, on="name", how="semi").select("name", "entry").unique(maintain_order=True)
