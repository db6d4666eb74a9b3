"""How coverage export tables of documents, codes, groups and relations become ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from indexer.sources.plain_text import plain_text
from indexer.sources.sifting import code_column

Columns = dict[str, tuple[str, ...]]

SHAPES = {
    "HCPCS": r"^(?:\d{4}[0-9A-Z]|[A-V]\d{4})$",
    "ICD10CM": r"^[A-Z]\d[0-9A-Z][0-9A-Z]{0,4}$",
    "ICD10PCS": r"^[0-9A-HJ-NP-Z]{3,7}$",
    "MODIFIER": r"^[0-9A-Z]{2}$",
    "BILL": r"^[0-9A-Z]{2,4}$",
    "REVENUE": r"^\d{4}$",
}
# The export writes this where no code applies.
NOT_APPLICABLE = "XX000"


def day(column: str) -> pl.Expr:
    """Return the day of a timestamp as the exports and the API write them."""
    text = pl.col(column).str.slice(0, 10)
    return pl.coalesce(
        [text.str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%m/%d/%Y", strict=False)]
    )


def flag(column: str) -> pl.Expr:
    """Return whether a yes/no column says yes."""
    return pl.col(column).fill_null("").str.to_uppercase().is_in(["Y", "YES", "T", "TRUE", "1", "*"])


def plain(column: str) -> pl.Expr:
    """Return a column of HTML as plain text."""
    return pl.col(column).map_elements(plain_text, return_dtype=pl.String, skip_nulls=True)


class Build:
    """One kind of table: `columns` ours -> published names, `checks` reason -> true for a bad row."""

    table = ""

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        self.spec = spec
        self.owner = name.partition("_")[0]
        self.prefix = {"lcd": "L", "article": "A"}.get(self.owner, "")
        self.columns: Columns = {}
        self.checks: dict[str, pl.Expr] = {}
        self.required: set[str] = set()

    def need_document(self) -> None:
        """Ask for the id and version of the document that a row belongs to."""
        self.columns |= {"document": (f"{self.owner}_id",), "version": (f"{self.owner}_version",)}
        self.required |= {"document"}
        self.checks["the row names no document"] = ~pl.col("document").fill_null("").str.contains(
            r"^[LA]\d{1,6}$"
        )

    def prepare(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with typed columns, before the checks."""
        if "document" in frame.columns:
            return frame.with_columns((pl.lit(self.prefix) + pl.col("document")).alias("document"))
        return frame

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame of the rows that passed the checks, with the columns of our table."""
        return frame


class Documents(Build):
    """article, lcd and ncd_trkg."""

    table = "mcd_documents"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        document = spec["document"]
        self.columns = {
            "id": (document["id"],),
            "version": (document["version"],),
            "display": (document.get("display", "display_id"),),
            "title_text": (spec.get("title", "title"),),
            "status": ("status",),
            "keywords_text": (spec.get("keywords", "keywords"),),
        }
        self._parts = {
            name: [f"{name}:{column}" for column in spec[name]] for name in ("effective", "ended", "text")
        }
        self.columns |= {part: (part.partition(":")[2],) for parts in self._parts.values() for part in parts}
        self.required = {"id", "title_text"}
        shape = r"^\d{1,3}(?:\.\d{1,3}){1,2}$" if document["type"] == "NCD" else r"^\d{1,6}$"
        self.checks = {
            "the row has no document id": ~pl.col("id").fill_null("").str.contains(shape),
            "the version is not a number": ~pl.col("version").str.contains(r"^\d{1,5}$"),
            "the document has no title": pl.col("title").is_null(),
            **{
                f"{part.partition(':')[2]} is not a date": pl.col(part).is_not_null() & day(part).is_null()
                for part in self._parts["effective"] + self._parts["ended"]
            },
        }

    def prepare(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take the title out of its markup."""
        return frame.with_columns(title=plain("title_text").str.replace_all("\n", " "))

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Join the text fields; a proposed LCD is shown with DL before its number."""
        document, url = self.spec["document"], self.spec.get("url")
        proposed = pl.col("display").fill_null("").str.to_uppercase().str.starts_with("DL")
        texts = [plain(part) for part in self._parts["text"]]
        address = pl.lit(None, pl.String)
        if url:
            address = pl.lit(url).str.replace("{id}", pl.col("id"), literal=True)
            address = address.str.replace("{version}", pl.col("version").fill_null(""), literal=True)
            address = address.str.replace(r"&ver=$", "")
        return frame.with_columns(
            document=pl.when(proposed).then(pl.lit("D")).otherwise(pl.lit(""))
            + document["prefix"]
            + pl.col("id"),
            doc_type=pl.when(proposed).then(pl.lit("PROPOSED LCD")).otherwise(pl.lit(document["type"])),
            effective=pl.coalesce([day(part) for part in self._parts["effective"]]),
            ended=pl.coalesce([day(part) for part in self._parts["ended"]]),
            keywords=plain("keywords_text"),
            text=pl.concat_str(texts, separator="\n", ignore_nulls=True).replace("", None),
            url=address,
        )


class Codes(Build):
    """article_x_hcpc_code and the like: one code that a document lists."""

    table = "mcd_codes"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.need_document()
        self.columns |= {"code": (spec["code"],), "range": ("range",), "asterisk_text": ("asterisk",)}
        if "group" in spec:
            self.columns["group"] = (spec["group"],)
        self.required |= {"code"}
        bad = ~pl.col("code").str.contains(SHAPES[spec["system"]]) & (pl.col("code") != NOT_APPLICABLE)
        self.checks["the code does not have the shape of its system"] = bad
        if not spec.get("blank_code"):
            self.checks["the row names no code"] = pl.col("code").is_null()

    def prepare(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Put codes in stored form; leading zeros of revenue codes may be lost on the way."""
        code = code_column("code")
        if self.spec["system"] == "REVENUE":
            code = code.str.zfill(4)
        return super().prepare(frame).with_columns(code)

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Name the system of each code. B, M and E in `range` mark a range written out code by code."""
        code = pl.col("code")
        system = pl.lit(self.spec["system"])
        if self.spec["system"] == "HCPCS":
            system = pl.when(code.str.contains(r"^[A-V]\d{4}$")).then(system).otherwise(pl.lit("CPT"))
        elif self.spec["system"] == "MODIFIER":
            cpt = code.str.contains(r"^(?:\d\d|P[1-6]|[1238]P)$")
            system = pl.when(cpt).then(pl.lit("CPTMOD")).otherwise(pl.lit("HCPCSMOD"))
        return frame.filter(code.is_not_null()).with_columns(
            system=system,
            role=pl.lit(self.spec["role"]),
            is_range=flag("range"),
            asterisk=flag("asterisk_text"),
        )


class Groups(Build):
    """article_x_icd10_covered_group and the like: the paragraph above a group of codes."""

    table = "mcd_groups"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.need_document()
        self.columns |= {"group": (spec["group"],), "paragraph": ("paragraph",)}
        self.columns["asterisk"] = (spec.get("asterisk", "asterisk"),)
        self.required |= {"group", "paragraph"}
        self.checks["the row names no group"] = pl.col("group").is_null()

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take the paragraphs out of their markup."""
        return frame.with_columns(plain("paragraph"), plain("asterisk"), role=pl.lit(self.spec["role"]))


class Related(Build):
    """lcd_related_documents and article_related_documents."""

    table = "mcd_related"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.need_document()
        self.columns |= {"lcd": ("r_lcd_id",), "article": ("r_article_id",)}
        self.required |= {"lcd", "article"}
        for name in ("lcd", "article"):
            self.checks[f"the related {name} is not a number"] = ~pl.col(name).str.contains(r"^\d{1,6}$")

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a row for each related LCD and article; a row may name both, or a contractor only."""
        # Some exports write 0 for none.
        lcd, article = (
            pl.when(pl.col(name) != "0").then(letter + pl.col(name))
            for name, letter in (("lcd", "L"), ("article", "A"))
        )
        both = pl.concat_list([lcd, article]).list.drop_nulls().alias("related")
        return frame.with_columns(both).explode("related").drop_nulls("related")
