"""Labels and parents of facet values, for the facts: closed sets from YAML, trees from the sources."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from indexer.link.families import family_labels
from indexer.link.inputs import Inputs
from indexer.link.ptp import rationale_labels
from searchcore.codes import SYSTEMS
from searchcore.data import load_yaml, schemas_dir
from searchcore.schema import KINDS, load_kind

LABEL_TYPES = {
    "kind": pl.String,
    "facet": pl.String,
    "value": pl.String,
    "label": pl.String,
    "parent": pl.String,
}
_SAME_SYSTEM = {"column_1_system", "column_2_system", "code_system"}


def facet_labels(inputs: Inputs) -> pl.DataFrame:
    """Return (kind, facet, value, label, parent) for every value that has a label of its own."""
    rows = [(kind, facet, *labelled) for kind, facet, labelled in _all(inputs)]
    return pl.DataFrame(rows, schema=LABEL_TYPES, orient="row").unique(
        ["kind", "facet", "value"], keep="first", maintain_order=True
    )


def _all(inputs: Inputs) -> Iterator[tuple[str, str, tuple[str, str, str | None]]]:
    closed = load_yaml(schemas_dir() / "labels.yaml")
    for kind in KINDS:
        for facet in load_kind(kind).facets:
            name = "system" if facet in _SAME_SYSTEM else facet
            for value, label in closed.get(name, {}).items():
                yield kind, facet, (str(value), label, None)
    for labelled in [*_chapters(inputs), *_hcpcs_letters(), *family_labels()]:
        yield "code", "chapter", labelled
    of_family = [name for name, each in load_kind("ptp_edit").facets.items() if each.attribute == "family"]
    for value, label, _ in [*_hcpcs_letters(), *family_labels()]:
        for name in of_family:
            yield "ptp_edit", name, (value, label, None)
    for labelled in rationale_labels():
        yield "ptp_edit", "rationale", labelled
    for labelled in _rbcs(inputs):
        yield "code", "rbcs", labelled
    for labelled in _betos(inputs):
        yield "code", "betos", labelled


def _chapters(inputs: Inputs) -> Iterator[tuple[str, str, str | None]]:
    for system in ("ICD10CM", "ICD10PCS", "HCPCS", "CPT"):
        yield system, SYSTEMS[system].name, None
    nodes = inputs.table("icd10cm-tabular", "icd_nodes", newest=True)
    for node, kind, parent, title in nodes.select("node", "node_type", "parent", "title").iter_rows():
        if kind == "chapter":
            yield f"ICD10CM:{node}", title, "ICD10CM"
        elif kind == "section":
            yield f"ICD10CM:{node}", title, f"ICD10CM:{parent}"
        elif len(node) == 3:
            yield f"ICD10CM:{node}", f"{node} {title}", f"ICD10CM:{parent}"
    yield from _order_categories(inputs)
    yield from _pcs_levels(inputs)


def _hcpcs_letters() -> Iterator[tuple[str, str, str | None]]:
    for letter in "ABCDEFGHIJKLMNOPQRSTUV":
        yield f"HCPCS:{letter}", f"{letter} codes", "HCPCS"


def _order_categories(inputs: Inputs) -> Iterator[tuple[str, str, str | None]]:
    """Yield categories that no tabular list has; they stand below the system itself."""
    for code, title in _newest_titles(inputs, "icd10cm-order"):
        yield f"ICD10CM:{code}", f"{code} {title}", "ICD10CM"


def _newest_titles(inputs: Inputs, source: str) -> Iterator[tuple[str, str]]:
    """Yield the three-character codes that any release has, with their newest title."""
    rows = inputs.table(source, "icd_order").filter(pl.col("code").str.len_chars() == 3)
    newest = rows.sort("code", "rel").unique("code", keep="last", maintain_order=True)
    yield from newest.select("code", "title").iter_rows()


def _pcs_levels(inputs: Inputs) -> Iterator[tuple[str, str, str | None]]:
    labels = inputs.table("icd10pcs-tables", "pcs_labels", newest=True).filter(pl.col("position") <= 2)
    for table, position, value, label in labels.select("table", "position", "value", "label").iter_rows():
        if position == 1:
            yield f"ICD10PCS:{value}", label, "ICD10PCS"
        else:
            yield f"ICD10PCS:{table[0]}{value}", label, f"ICD10PCS:{table[0]}"
    for code, title in _newest_titles(inputs, "icd10pcs-order"):
        yield f"ICD10PCS:{code}", f"{code} {title}", f"ICD10PCS:{code[:2]}"
        # Tables that are newer than the loaded labels still have their place in the tree.
        yield f"ICD10PCS:{code[:2]}", code[:2], f"ICD10PCS:{code[0]}"
        yield f"ICD10PCS:{code[0]}", code[0], "ICD10PCS"


def _rbcs(inputs: Inputs) -> Iterator[tuple[str, str, str | None]]:
    rows = inputs.table("rbcs", "rbcs").sort("rel", descending=True, maintain_order=True)
    rows = rows.unique("rbcs", keep="first", maintain_order=True)
    for row in rows.iter_rows(named=True):
        category, subcategory = row["category"], f"{row['category']}{row['subcategory'] or ''}"
        yield category, row["category_title"] or category, None
        yield subcategory, row["subcategory_title"] or subcategory, category
        yield row["rbcs"], row["family_title"] or row["rbcs"], subcategory


def _betos(inputs: Inputs) -> Iterator[tuple[str, str, str | None]]:
    values = inputs.table("hcpcs", "hcpcs")["betos"].drop_nulls().unique().sort()
    for value in values:
        for length in range(1, len(value) + 1):
            yield value[:length], value[:length], value[: length - 1] or None
