"""Which fact tables there are, and by which columns each is looked up.

The columns are those of the typed rows (`indexer.tables`) and `release`, or those named here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FactTable:
    """A table and the columns, or groups of columns, that have an index."""

    name: str
    indexes: tuple[tuple[str, ...], ...]


TABLES: dict[str, FactTable] = {
    table.name: table
    for table in (
        # Derived while linking.
        FactTable("release", (("id",),)),
        FactTable("reject", (("source", "release"),)),
        FactTable("facet_value", (("kind", "facet", "value"),)),
        FactTable("node", (("system", "code"), ("system", "parent"))),
        FactTable("successor", (("system", "code"),)),
        FactTable("ptp_count", (("code",),)),
        FactTable("family", ()),
        FactTable("mac", ()),
        # As the sources give them.
        FactTable("icd_notes", (("node",),)),
        FactTable("icd_seventh", (("node",),)),
        FactTable("icd_nodes", (("node",),)),
        FactTable("icd_index", (("code",),)),
        FactTable("icd_conversion", (("code",),)),
        FactTable("pcs_rows", (("table",),)),
        FactTable("pcs_labels", (("table",),)),
        FactTable("pcs_definitions", (("section",),)),
        FactTable("mue", (("code",),)),
        FactTable("aoc", (("add_on",), ("primary",))),
        FactTable("rvu", (("code",),)),
        FactTable("gpci", (("state",),)),
        FactTable("gem", (("source",), ("target",))),
        FactTable("icd9_titles", (("code",),)),
        FactTable("mcd_codes", (("document",), ("code",))),
        FactTable("mcd_groups", (("document",),)),
        FactTable("mcd_related", (("document",), ("related",))),
        FactTable("mcd_places", (("document",),)),
        FactTable("rbcs", (("code",),)),
        FactTable("ndc", (("code",), ("ndc",))),
    )
}

# Columns that hold a JSON list of texts.
LIST_COLUMNS = frozenset({"refs", "previous"})
