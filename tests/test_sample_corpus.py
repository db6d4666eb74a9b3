"""The sample corpus: shape of its files, licence limits, and agreement of its tables with one another."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from indexer.sources.icd_refs import note_references
from indexer.tables import TABLES
from searchcore.codes import SYSTEMS, is_cpt_number
from tests.sample_corpus import FOLDER, SampleFile, description, sample_files, sample_table

MOST_BYTES = 300_000
MOST_CPT_NUMBERS = 60
# The columns by which the rows of a table are in order; tables in another order of their own are not named.
ORDER = {
    "icd_order": ["code"],
    "icd_conversion": ["code"],
    "hcpcs": ["code"],
    "mue": ["code"],
    "rvu": ["code"],
    "ptp": ["column_1", "column_2"],
    "aoc": ["add_on", "primary"],
    "gem": ["source"],
    "icd9_titles": ["code"],
    "mcd_documents": ["document"],
    "pcs_rows": ["table"],
}
# Columns that can hold CPT numbers, and columns of text, in which none may stand.
CODE_COLUMNS = ("code", "column_1", "column_2", "add_on", "primary", "endo_base")
TEXT_COLUMNS = ("title", "short_title", "text", "meaning", "path", "label", "paragraph", "keywords", "note")
FILES = sample_files()


def test_description_lists_each_file_once_and_says_what_is_true() -> None:
    listed = [entry.file for entry in FILES]
    assert sorted([*listed, "sample.yaml"]) == sorted(path.name for path in FOLDER.iterdir())
    assert "our own words" in " ".join(description()["about"].split())


def test_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry.file)
def test_file_has_columns_of_its_table_and_values_of_their_types(entry: SampleFile) -> None:
    rows = entry.rows()
    assert set(rows.columns) <= set(TABLES[entry.table]) - {"row"}
    assert rows.height > 0
    assert not [name for name in entry.texts().columns if entry.texts()[name].null_count() == rows.height]
    texts = entry.texts().select(pl.concat_str(pl.all(), ignore_nulls=True, separator="\n")).to_series()
    assert not texts.str.contains(r"(^|\n)\s|\s(\n|$)|  ").any(), "blanks at an end or doubled"


@pytest.mark.parametrize(
    "entry", [entry for entry in FILES if entry.table in ORDER], ids=lambda entry: entry.file
)
def test_rows_are_in_order_of_their_codes(entry: SampleFile) -> None:
    keys = entry.rows().select(ORDER[entry.table]).rows()
    assert keys == sorted(keys)


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry.file)
def test_release_window_is_in_order(entry: SampleFile) -> None:
    start, end = entry.start or dt.date.min, entry.end or dt.date.max
    assert start <= end


def _cpt_numbers() -> set[str]:
    found: set[str] = set()
    for entry in FILES:
        rows = entry.rows()
        if entry.table in ("gem", "icd9_titles") or entry.table.startswith("icd_"):
            continue
        if "system" in rows.columns:
            rows = rows.filter(pl.col("system") == "CPT")
        for name in set(CODE_COLUMNS) & set(rows.columns):
            found.update(code for code in rows[name].drop_nulls() if is_cpt_number(code))
        if "xref" in rows.columns:
            found.update(code for code in rows["xref"].explode().drop_nulls() if is_cpt_number(code))
    return found


def test_few_cpt_numbers_and_none_has_a_title() -> None:
    numbers = _cpt_numbers()
    assert 40 < len(numbers) <= MOST_CPT_NUMBERS
    titled: set[str] = set()
    for entry in FILES:
        rows = entry.rows()
        if {"code", "title"} <= set(rows.columns) and entry.table != "icd9_titles":
            titled.update(rows.filter(pl.col("title").is_not_null())["code"].drop_nulls())
    assert not numbers & titled
    assert not [
        entry.file
        for entry in FILES
        if entry.table in ("rvu", "descriptors") and "title" in entry.rows().columns
    ]


def test_no_text_names_a_cpt_number_and_no_cdt_code_is_there() -> None:
    numbers = re.compile(r"\b(\d{5}|\d{4}[AFTUM])\b")
    for entry in FILES:
        rows = entry.rows()
        for name in set(TEXT_COLUMNS) & set(rows.columns):
            assert not [text for text in rows[name].drop_nulls() if numbers.search(text)]
        if entry.table in ("hcpcs", "mue", "ptp", "aoc", "rvu"):
            codes = {
                code for name in set(CODE_COLUMNS) & set(rows.columns) for code in rows[name].drop_nulls()
            }
            assert not [code for code in codes if re.fullmatch(r"D\d{4}", code)]


@pytest.mark.parametrize(
    ("source", "table", "system"),
    [
        ("icd10cm-order", "icd_order", "ICD10CM"),
        ("icd10cm-conversion", "icd_conversion", "ICD10CM"),
        ("ncci-ptp-practitioner", "ptp", None),
        ("mpfs-rvu", "rvu", None),
    ],
)
def test_codes_have_the_shape_of_their_system(source: str, table: str, system: str | None) -> None:
    rows = sample_table(source, table)
    codes = rows["code"] if "code" in rows.columns else pl.concat([rows["column_1"], rows["column_2"]])
    shapes = [SYSTEMS[name].shape for name in ([system] if system else ["CPT", "HCPCS"])]
    assert not [code for code in codes if not any(shape.match(code) for shape in shapes)]


def test_hcpcs_rows_are_codes_and_modifiers_with_ordered_dates() -> None:
    rows = sample_table("hcpcs", "hcpcs")
    shapes = {"code": SYSTEMS["HCPCS"].shape, "modifier": SYSTEMS["HCPCSMOD"].shape}
    assert not [
        code for record, code in rows.select("record", "code").rows() if not shapes[record].match(code)
    ]
    assert rows.filter(pl.col("terminated") < pl.col("added")).is_empty()
    assert rows.filter(pl.col("terminated").is_not_null()).height >= 15
    assert rows.filter((pl.col("dose_quantity") > 0) != pl.col("dose_unit").is_not_null()).is_empty()


def test_pcs_codes_are_tables_or_full_codes_with_their_table_at_hand() -> None:
    for release in ("FY2025", "FY2026"):
        rows = sample_table("icd10pcs-order", "icd_order", release)
        headers = set(rows.filter(~pl.col("billable"))["code"])
        full = rows.filter("billable")["code"]
        assert all(SYSTEMS["ICD10PCS"].shape.match(code) and code[:3] in headers for code in full)
        assert headers == {code[:3] for code in full}


def test_pcs_codes_of_a_listed_table_stand_in_one_row() -> None:
    axes: dict[str, list[list[str]]] = {}
    for table, text in sample_table("icd10pcs-tables", "pcs_rows").select("table", "axes").rows():
        axes.setdefault(table, []).append(text.split("/"))
    labels = set(sample_table("icd10pcs-tables", "pcs_labels").select("table", "position", "value").rows())
    codes = [
        code for code in sample_table("icd10pcs-order", "icd_order")["code"].unique() if code[:3] in axes
    ]
    full = [code for code in codes if len(code) == 7]
    assert len(full) >= 10
    for code in full:
        assert any(all(c in axis for c, axis in zip(code[3:], row, strict=True)) for row in axes[code[:3]]), (
            code
        )
        assert {(code[:3], at, value) for at, value in enumerate(code, start=1)} <= labels


def test_tree_notes_and_seventh_characters_hang_together() -> None:
    nodes = sample_table("icd10cm-tabular", "icd_nodes")
    known, codes = set(nodes["node"]), set(nodes["code"].drop_nulls())
    order = sample_table("icd10cm-order", "icd_order", "FY2026")
    assert set(nodes["parent"].drop_nulls()) <= known
    assert set(nodes.filter(pl.col("parent").is_null())["node_type"]) == {"chapter"}
    assert codes <= set(order["code"])
    notes = sample_table("icd10cm-tabular", "icd_notes")
    assert set(notes["node"]) <= known
    for text, refs in notes.select("text", "refs").rows():
        assert note_references(text) == refs
    defined: dict[str, set[str]] = {}
    for node, char in sample_table("icd10cm-tabular", "icd_seventh").select("node", "char").rows():
        defined.setdefault(node, set()).add(char)
    assert set(defined) <= codes
    for code in order.filter(pl.col("code").str.len_chars() == 7)["code"]:
        nearest = next(code[:n] for n in range(6, 2, -1) if code[:n] in defined)
        assert code[6] in defined[nearest], code


@pytest.mark.parametrize("release", ["FY2025", "FY2026"])
def test_every_code_has_its_headers_and_no_billable_code_has_children(release: str) -> None:
    rows = sample_table("icd10cm-order", "icd_order", release)
    billable = dict(rows.select("code", "billable").rows())
    for code in billable:
        above = [code[:n] for n in range(3, len(code)) if code[:n] in billable]
        assert len(code) == 3 or above
        assert not any(billable[parent] for parent in above), code


def test_both_fiscal_years_differ_where_the_story_needs_it() -> None:
    old, new = (
        dict(sample_table("icd10cm-order", "icd_order", release).select("code", "billable").rows())
        for release in ("FY2025", "FY2026")
    )
    assert old["G35"] and not new["G35"] and new["G35D"] and "G35D" not in old
    assert "S301XXA" in old and "S301XXA" not in new
    assert len(set(new) - set(old)) >= 20


def test_index_and_conversion_name_codes_of_the_sample() -> None:
    codes = set(sample_table("icd10cm-order", "icd_order")["code"])
    for source in ("icd10cm-index", "icd10cm-eindex", "icd10cm-drug", "icd10cm-neoplasm"):
        rows = sample_table(source, "icd_index")
        assert set(rows["code"].drop_nulls()) <= codes
        if "see" in rows.columns:
            assert rows.filter(pl.col("code").is_null() & pl.col("see").is_null()).is_empty()
    assert set(sample_table("icd10cm-conversion", "icd_conversion")["code"]) <= codes


def test_codes_collide_and_edits_show_every_case() -> None:
    icd = set(sample_table("icd10cm-order", "icd_order")["code"])
    hcpcs = set(sample_table("hcpcs", "hcpcs", "2024Q3")["code"])
    assert {"J0120", "G0439"} <= icd & hcpcs
    priced = set(sample_table("mpfs-rvu", "rvu")["code"])
    for source in ("ncci-ptp-practitioner", "ncci-ptp-hospital"):
        rows = sample_table(source, "ptp")
        pairs = rows.select("column_1", "column_2").rows()
        assert {code for pair in pairs for code in pair} <= priced | hcpcs
        assert set(rows["indicator"]) == {"0", "1", "9"}
        assert rows["deletion"].null_count() not in (0, rows.height)
        assert len(set(pairs)) < len(pairs)
        assert {(b, a) for a, b in pairs} & set(pairs)


def test_icd9_titles_are_there_for_every_mapped_code() -> None:
    forward, back = (sample_table(source, "gem") for source in ("gem-cm-9to10", "gem-cm-10to9"))
    named = set(forward["source"]) | set(back["target"].drop_nulls())
    assert set(sample_table("icd9cm-titles", "icd9_titles")["code"]) == named
    assert back.filter("no_map")["target"].null_count() == back["no_map"].sum() > 0
    assert back.filter("combination").group_by("source").agg(pl.col("choice").n_unique())["choice"].max() == 3


def test_coverage_codes_belong_to_listed_documents() -> None:
    documents = set(sample_table("mcd-listing", "mcd_documents")["document"])
    for table, columns in (
        ("mcd_codes", ["document"]),
        ("mcd_groups", ["document"]),
        ("mcd_related", ["document", "related"]),
        ("mcd_places", ["document"]),
    ):
        rows = sample_table("mcd", table)
        assert {value for name in columns for value in rows[name]} <= documents
