"""How coverage export tables of contractors, jurisdictions and states become ours; all kinds by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from indexer.sources.mcd_tables import Build, Codes, Documents, Groups, Related, day


class ContractorLinks(Build):
    """article_x_contractor and lcd_x_contractor."""

    table = "mcd_places"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        if self.prefix and spec["kind"] == "contractor_links":
            self.need_document()
        self.columns |= {
            "contractor_id": ("contractor_id",),
            "contractor_type_id": ("contractor_type_id",),
            "contractor_version": ("contractor_version",),
        }
        self.required |= {"contractor_id", "contractor_type_id"}
        missing = pl.col("contractor_id").is_null() | pl.col("contractor_type_id").is_null()
        self.checks["the row names no contractor"] = missing

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Join id, type and version of the contractor: the id alone is not unique."""
        parts = [
            pl.col(name).fill_null("")
            for name in ("contractor_id", "contractor_type_id", "contractor_version")
        ]
        return frame.with_columns(contractor=pl.concat_str(parts, separator="/"))


class Contractors(ContractorLinks):
    """contractor: names."""

    table = "mcd_contractors"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.columns |= {"name": ("contractor_bus_name",), "number": ("contractor_number",)}
        self.required |= {"name"}


class Jurisdictions(ContractorLinks):
    """contractor_jurisdiction: the states of a contractor, with dates."""

    table = "mcd_jurisdictions"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.columns |= {"state": ("state_id",), "first_text": ("active_date",), "last_text": ("term_date",)}
        self.required |= {"state"}
        self.checks["the row names no state"] = pl.col("state").is_null()
        for text in ("first_text", "last_text"):
            column = self.columns[text][0]
            self.checks[f"{column} is not a date"] = pl.col(text).is_not_null() & day(text).is_null()

    def finish(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take the days of the timestamps."""
        return super().finish(frame).with_columns(first=day("first_text"), last=day("last_text"))


class StateLinks(Build):
    """article_x_primary_jurisdiction and lcd_x_primary_jurisdiction."""

    table = "mcd_places"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.need_document()
        self.columns["state"] = ("state_id",)
        self.required |= {"state"}
        self.checks["the row names no state"] = pl.col("state").is_null()


class States(Build):
    """state_lookup: regions such as Northern California stand beside states."""

    table = "mcd_states"

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        super().__init__(name, spec)
        self.columns = {"state": ("state_id",), "abbreviation": ("state_abbrev",), "name": ("description",)}
        self.required = {"state", "abbreviation"}
        self.checks = {"the row has no state id": pl.col("state").is_null()}


BUILDERS: dict[str, type[Build]] = {
    "documents": Documents,
    "codes": Codes,
    "groups": Groups,
    "related": Related,
    "contractor_links": ContractorLinks,
    "state_links": StateLinks,
    "contractors": Contractors,
    "jurisdictions": Jurisdictions,
    "states": States,
}
