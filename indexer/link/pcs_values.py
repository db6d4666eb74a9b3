"""What the characters of an ICD-10-PCS code mean in its table, and other names of such values."""

from __future__ import annotations

import polars as pl

from indexer.link.inputs import Inputs

_SYSTEM, _OPERATION = 2, 3
# "Internal Fixation Device, Rigid Plate for Insertion in Upper Bones": device, operation, body system.
_DEVICE = r"^(?P<device>.+?)(?: for (?P<operation>[A-Z]\w+))? in (?P<system>.+)$"
_NEW_TECHNOLOGY = "New Technology"


def labels_of(codes: pl.DataFrame, inputs: Inputs, position: int) -> pl.DataFrame:
    """Return (code, section, system, operation, label) of the value that stands at a position of each code.

    A value that means two things in one table has no label here. Codes newer than the tables have the label
    that the value has in all tables of their body system.

    Args:
        codes: code and table (its first three characters).
        inputs: the loaded releases.
        position: 4 to 7.
    """
    labels = inputs.table("icd10pcs-tables", "pcs_labels", newest=True)
    known = labels.filter(pl.col("position") == position).select("table", "value", "label")
    value = pl.col("code").str.slice(position - 1, 1)
    placed = codes.with_columns(value=value, body=pl.col("table").str.head(_SYSTEM))
    of_body = known.with_columns(body=pl.col("table").str.head(_SYSTEM)).drop("table")
    found = (
        placed.join(_sure(known, "table"), on=["table", "value"], how="left", maintain_order="left")
        .join(
            _sure(of_body, "body"), on=["body", "value"], how="left", suffix="_of_body", maintain_order="left"
        )
        .with_columns(label=pl.coalesce("label", "label_of_body"))
        .drop_nulls("label")
    )
    headings = labels.filter(pl.col("position").is_in([_SYSTEM, _OPERATION])).unique(["table", "position"])
    system, operation = (
        headings.filter(pl.col("position") == at).select("table", label.alias(name))
        for at, name, label in (
            (_SYSTEM, "system", pl.col("label")),
            (_OPERATION, "operation", pl.col("label")),
        )
    )
    return (
        found.join(system, on="table", how="left", maintain_order="left")
        .join(operation, on="table", how="left", maintain_order="left")
        .select("code", "system", "operation", "label", section=pl.col("table").str.head(1))
    )


def _sure(labels: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return the labels of values that mean one thing only."""
    distinct = labels.unique(maintain_order=True)
    return distinct.filter(pl.len().over(key, "value") == 1)


def named_values(inputs: Inputs) -> pl.DataFrame:
    """Return (position, section, label, in_system, for_operation, text): other names of values.

    They are in the definitions of body parts and devices, which is where the body part, device and substance
    keys are published as data. A device is defined for a body system, and may be for an operation.
    """
    rows = inputs.table("icd10pcs-definitions", "pcs_definitions", newest=True)
    named = rows.filter(pl.col("position").is_in([4, 6])).drop_nulls("includes")
    parsed = named.with_columns(found=pl.col("title").str.extract_groups(_DEVICE)).unnest("found")
    known = inputs.table("icd10pcs-tables", "pcs_labels", newest=True)
    systems = known.filter(pl.col("position") == _SYSTEM)["label"].unique().to_list()
    # "Autologous Tissue Substitute in New Technology" names the section.
    of_device = (pl.col("position") == 6) & pl.col("system").is_in([*systems, _NEW_TECHNOLOGY])
    text = pl.col("includes").str.split("; ")
    return parsed.select(
        "position",
        "section",
        label=pl.when(of_device).then("device").otherwise("title"),
        in_system=pl.when(of_device & (pl.col("system") != _NEW_TECHNOLOGY)).then("system"),
        for_operation=pl.when(of_device).then("operation"),
        text=text,
    ).explode("text")
