"""The ICD facts of the sample corpus against the agencies' files; titles must be our own words."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.real_files import copied, order_file, sheet, text_of, tree, xml_root
from tests.sample_corpus import sample_table

pytestmark = pytest.mark.realdata

ORDER_FILES = [
    ("icd10cm-order", "FY2025", "icd10cm/FY2025/ICD10-CM Code Descriptions 2025.zip"),
    ("icd10cm-order", "FY2026", "icd10cm/FY2026/icd10cm-Code Descriptions-2026.zip"),
    ("icd10pcs-order", "FY2025", "icd10pcs/FY2025/cms_2025_pr.zip"),
    ("icd10pcs-order", "FY2026", "icd10pcs/FY2026/cms_2026_pr.zip"),
]
TABULAR = "icd10cm/FY2026-April-1/icd10c-tabular-April-1-2026.xml.gz"


@pytest.mark.parametrize(("source", "release", "file"), ORDER_FILES)
def test_codes_exist_and_are_billable_as_in_the_order_file(
    shared_data: Path, source: str, release: str, file: str
) -> None:
    ours, every = (
        sample_table(source, "icd_order", release),
        sample_table(source, "icd_order")["code"].unique(),
    )
    real = order_file(shared_data / file).filter(pl.col("code").is_in(every.implode()))
    assert sorted(ours.select("code", "billable").rows()) == sorted(real.select("code", "billable").rows())
    both = ours.join(real, on="code", suffix="_real")
    assert not [row for row in both.iter_rows(named=True) if copied(row["title"], row["title_real"])]
    assert not [row for row in both.iter_rows(named=True) if copied(row["title"], row["short"])]


def test_tree_and_seventh_characters_are_those_of_the_tabular_list(shared_data: Path) -> None:
    real = {node: (element, above) for node, element, above in tree(xml_root(shared_data / TABULAR))}
    ours = sample_table("icd10cm-tabular", "icd_nodes")
    known = set(ours["node"])
    for node, parent, title in ours.select("node", "parent", "title").rows():
        element, above = real[node]
        assert parent == next((name for name in reversed(above) if name in known), None), node
        assert not copied(title, element.findtext("desc")), node
    seventh = sample_table("icd10cm-tabular", "icd_seventh")
    for node in known:
        there = {(e.get("char"), e.text) for e in real[node][0].findall("sevenChrDef/extension")}
        here = seventh.filter(pl.col("node") == node)
        assert set(here["char"]) == {char for char, _ in there}, node
        assert not [meaning for meaning in here["meaning"] if any(copied(meaning, text) for _, text in there)]


def test_notes_name_the_codes_of_real_notes_in_other_words(shared_data: Path) -> None:
    real = {node: element for node, element, _ in tree(xml_root(shared_data / TABULAR))}
    for row in sample_table("icd10cm-tabular", "icd_notes").iter_rows(named=True):
        notes = [note.text or "" for note in real[row["node"]].findall(f"{row['note_type']}/note")]
        assert notes, f"{row['node']} has no {row['note_type']}"
        together = " ".join(notes).replace(".", "")
        assert all(ref in together for ref in row["refs"]), row
        assert not [note for note in notes if copied(row["text"], note)], row


def test_conversions_are_those_of_the_table(shared_data: Path) -> None:
    real = {}
    for row in sheet(
        shared_data / "icd10cm/FY2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "Current code assignment"
    ):
        code, day, before = row.values()
        day = f"{int(day)}-10-01" if isinstance(day, float) else str(day)
        real[str(code).replace(".", "")] = (day, str(before).replace(".", ""))
    ours = sample_table("icd10cm-conversion", "icd_conversion")
    for code, day, previous in ours.select("code", "effective", "previous").rows():
        assert real[code] == (day.isoformat(), ", ".join(previous))


def test_pcs_rows_and_labels_are_those_of_the_tables(shared_data: Path) -> None:
    rows, labels = set[tuple[str, int, str]](), dict[tuple[str, int, str, str], str]()
    for table in xml_root(shared_data / "icd10pcs/FY2021-xml/icd10pcs_tables_2021.xml.gz").findall(
        "pcsTable"
    ):
        name = "".join(label.get("code") or "" for label in table.findall("axis/label"))
        for holder in (table, *table.findall("pcsRow")):
            axes = [
                "".join(label.get("code") or "" for label in axis.findall("label"))
                for axis in holder.findall("axis")
            ]
            if holder is not table:
                rows.add((name, int(holder.get("codes") or 0), "/".join(axes)))
            for axis in holder.findall("axis"):
                for label in axis.findall("label"):
                    key = (
                        name,
                        int(axis.get("pos") or 0),
                        label.get("code") or "",
                        axis.findtext("title") or "",
                    )
                    labels[key] = label.text or ""
    ours = set(sample_table("icd10pcs-tables", "pcs_rows").select("table", "codes", "axes").rows())
    listed = {table for table, _, _ in ours}
    assert ours == {row for row in rows if row[0] in listed}
    named = (
        sample_table("icd10pcs-tables", "pcs_labels")
        .select("table", "position", "value", "axis", "label")
        .rows()
    )
    assert {row[:4] for row in named} == {key for key in labels if key[0] in listed}
    assert not [row for row in named if copied(row[4], labels[row[0], row[1], row[2], row[3]])]


@pytest.mark.parametrize(
    ("source", "file"), [("gem-cm-10to9", "2018_I10gem"), ("gem-cm-9to10", "2018_I9gem")]
)
def test_mappings_are_all_the_rows_of_their_codes(shared_data: Path, source: str, file: str) -> None:
    ours = sample_table(source, "gem")
    codes = set(ours["source"])
    real = [line.split() for line in text_of(shared_data / f"gems/2018/{file}.txt.gz").split("\n")]
    wanted = [(a, None if b == "NoDx" else b, flags) for a, b, flags in filter(None, real) if a in codes]
    assert wanted == [
        (row["source"], row["target"], "".join(str(int(row[name])) for name in ours.columns[2:]))
        for row in ours.iter_rows(named=True)
    ]


def test_icd9_titles_are_ours_and_their_codes_real(shared_data: Path) -> None:
    lines = text_of(shared_data / "icd9cm/v32/CMS32_DESC_LONG_DX.txt.gz").split("\n")
    real = dict(line.split(None, 1) for line in lines if line.strip())
    for code, title in sample_table("icd9cm-titles", "icd9_titles").select("code", "title").rows():
        assert not copied(title, real[code])
