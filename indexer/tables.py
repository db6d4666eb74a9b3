"""The typed row tables that readers give: the one seam between file formats and linking.

Every table has `row`: the 1-based line or row of the file that the row came from. Codes are in stored form.
The sample corpus (`corpora/sample/<table>.csv`) has these same columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

S, I, F, B, D, L = pl.String, pl.Int32, pl.Float64, pl.Boolean, pl.Date, pl.List(pl.String)  # noqa: E741
# Texts that repeat over millions of rows are kept once, and each row holds a number.
C = pl.Categorical
# Stands in no text of an agency.
_BETWEEN = "\x1f"

TABLES: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # Order files, ICD-10-CM and ICD-10-PCS alike; `system` is ICD10CM or ICD10PCS.
    "icd_order": {"row": I, "system": S, "code": S, "billable": B, "short_title": S, "title": S},
    "icd_codes": {"row": I, "code": S, "title": S},
    "icd_addenda": {"row": I, "system": S, "action": S, "code": S, "billable": B, "title": S},
    # Tabular list: node is "ch:1", "sec:A00-A09" or a stored code; note_type as the XML names it.
    "icd_nodes": {"row": I, "node": S, "node_type": S, "code": S, "parent": S, "title": S},
    "icd_notes": {"row": I, "node": S, "note_type": S, "text": S, "refs": L},
    "icd_seventh": {"row": I, "node": S, "char": S, "meaning": S},
    # Index, external-cause index, drug and neoplasm tables: one row a path with a code.
    "icd_index": {"row": I, "path": S, "code": S, "manifestation": B, "see": S, "column": S},
    "icd_conversion": {"row": I, "code": S, "effective": D, "previous": L},
    "pcs_rows": {"row": I, "table": S, "codes": I, "axes": S},
    "pcs_labels": {"row": I, "table": S, "position": I, "value": S, "axis": S, "label": S},
    "pcs_definitions": {"row": I, "section": S, "position": I, "title": S, "definition": S, "includes": S},
    "pcs_index": {"row": I, "path": S, "code": S, "see": S, "use": S},
    "hcpcs": {
        "row": I,
        "record": S,
        "code": S,
        "title": S,
        "short_title": S,
        "pricing": L,
        "multiple_pricing": S,
        "statute": S,
        "xref": L,
        "coverage": S,
        "asc_group": S,
        "betos": S,
        "type_of_service": L,
        "anesthesia_units": I,
        "added": D,
        "action_date": D,
        "terminated": D,
        "action": S,
        "dose_quantity": F,
        "dose_unit": S,
    },
    "ptp": {
        "row": I,
        "column_1": C,
        "column_2": C,
        "prior_1996": B,
        "effective": D,
        "deletion": D,
        "indicator": C,
        "rationale": C,
    },
    "mue": {"row": I, "code": S, "value": I, "basis": S, "rationale": S},
    "aoc": {
        "row": I,
        "edit_type": S,
        "add_on": S,
        "add_on_deleted": D,
        "primary": S,
        "primary_deleted": D,
        "effective": D,
        "deletion": D,
        "note": S,
    },
    "rvu": {
        "row": I,
        "code": S,
        "modifier": S,
        "title": S,
        "status": S,
        "not_used": S,
        "work": F,
        "pe_nonfacility": F,
        "pe_nonfacility_na": S,
        "pe_facility": F,
        "pe_facility_na": S,
        "mp": F,
        "total_nonfacility": F,
        "total_facility": F,
        "pctc": S,
        "global_days": S,
        "pre_op": F,
        "intra_op": F,
        "post_op": F,
        "multiple_procedure": S,
        "bilateral": S,
        "assistant": S,
        "co_surgeon": S,
        "team": S,
        "endo_base": S,
        "conversion_factor": F,
        "supervision": S,
        "calculation_flag": S,
        "imaging_family": S,
        "opps_nonfacility": F,
        "opps_facility": F,
        "opps_mp": F,
    },
    "gpci": {"row": I, "mac": S, "state": S, "locality": S, "name": S, "work": F, "pe": F, "mp": F},
    "gem": {
        "row": I,
        "source": S,
        "target": S,
        "approximate": B,
        "no_map": B,
        "combination": B,
        "scenario": I,
        "choice": I,
    },
    "icd9_titles": {"row": I, "code_type": S, "code": S, "title": S},
    # Medicare Coverage Database: documents, and what each lists. `document` is the display id (L33577).
    "mcd_documents": {
        "row": I,
        "document": S,
        "doc_type": S,
        "version": S,
        "title": S,
        "status": S,
        "effective": D,
        "ended": D,
        "keywords": S,
        "text": S,
        "contractors": L,
        "url": S,
    },
    "mcd_codes": {
        "row": I,
        "document": S,
        "version": S,
        "system": S,
        "code": S,
        "role": S,
        "group": S,
        "is_range": B,
        "asterisk": B,
    },
    "mcd_groups": {
        "row": I,
        "document": S,
        "version": S,
        "role": S,
        "group": S,
        "paragraph": S,
        "asterisk": S,
    },
    "mcd_related": {"row": I, "document": S, "version": S, "related": S},
    "mcd_places": {"row": I, "document": S, "version": S, "contractor": S, "state": S},
    # Contractors are "id/type/version": the id alone is not unique. States are ids of `mcd_states`.
    "mcd_contractors": {"row": I, "contractor": S, "name": S, "number": S},
    "mcd_jurisdictions": {"row": I, "contractor": S, "state": S, "first": D, "last": D},
    "mcd_states": {"row": I, "state": S, "abbreviation": S, "name": S},
    "descriptors": {"row": I, "code": S, "title": S, "form": S},
    "rbcs": {
        "row": I,
        "code": S,
        "rbcs": S,
        "category": S,
        "category_title": S,
        "subcategory": S,
        "subcategory_title": S,
        "family": S,
        "family_title": S,
        "major": S,
        "first": D,
        "last": D,
    },
    "ndc": {
        "row": I,
        "code": S,
        "ndc": S,
        "labeler": S,
        "drug": S,
        "short_title": S,
        "dosage": S,
        "package_size": S,
        "package_quantity": S,
        "billing_units": F,
    },
}


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows."""
    return pl.DataFrame(schema=TABLES[table])


def table_of(table: str, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Return rows, each in the column order of a table, as that table; no item of a list may be empty.

    Column by column, and lists as one text each: polars takes both several times faster than rows.
    """
    schema = TABLES[table]
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pl.DataFrame(
        [
            _lists(name, values) if dtype == L else pl.Series(name, values, dtype)
            for (name, dtype), values in zip(schema.items(), columns, strict=True)
        ]
    )


def _lists(name: str, values: Sequence[Sequence[str] | None]) -> pl.Series:
    texts = [None if items is None else _BETWEEN.join(items) for items in values]
    return pl.Series(name, texts, pl.String).str.extract_all(f"[^{_BETWEEN}]+")


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a table: missing ones null, extra ones dropped."""
    schema = TABLES[table]
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype, strict=False).alias(name)
        for name, dtype in schema.items()
    ]
    return frame.select(columns)


def numbered(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return for each row of a categorical column the number of its text, and the distinct texts, ascending.

    A row without a text has no number.
    """
    found = column.drop_nulls().unique()
    texts = found.cast(pl.String)
    order = texts.arg_sort()
    physical = found.to_physical().gather(order)
    # How a category is numbered inside depends on what else the process has read.
    places = np.zeros(int(physical.max() or 0) + 1, np.uint32)  # type: ignore[arg-type]
    places[physical.to_numpy()] = np.arange(len(physical), dtype=np.uint32)
    return pl.Series(places).gather(column.to_physical()), texts.gather(order)
