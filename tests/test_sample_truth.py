"""The facts of the sample corpus against the agencies' files; titles must be our own words."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.real_files import copied, csv_rows, order_file, plain, ptp_file, sheet, text_of, tree, xml_root, ymd
from tests.sample_corpus import sample_table

pytestmark = pytest.mark.realdata

ORDER_FILES = [
    ("icd10cm-order", "FY2025", "icd10cm/FY2025/ICD10-CM Code Descriptions 2025.zip"),
    ("icd10cm-order", "FY2026", "icd10cm/FY2026/icd10cm-Code Descriptions-2026.zip"),
    ("icd10pcs-order", "FY2025", "icd10pcs/FY2025/cms_2025_pr.zip"),
    ("icd10pcs-order", "FY2026", "icd10pcs/FY2026/cms_2026_pr.zip"),
]
TABULAR = "icd10cm/FY2026-April-1/icd10c-tabular-April-1-2026.xml.gz"
NCCI = "ncci/2024Q3-reconstructed"


@pytest.mark.parametrize(("source", "release", "file"), ORDER_FILES)
def test_codes_exist_and_are_billable_as_in_the_order_file(
    shared_data: Path, source: str, release: str, file: str
) -> None:
    ours, every = sample_table(source, "icd_order", release), sample_table(source, "icd_order")["code"].unique()
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
    for row in sheet(shared_data / "icd10cm/FY2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "Current code assignment"):
        code, day, before = row.values()
        day = f"{int(day)}-10-01" if isinstance(day, float) else str(day)
        real[str(code).replace(".", "")] = (day, str(before).replace(".", ""))
    ours = sample_table("icd10cm-conversion", "icd_conversion")
    for code, day, previous in ours.select("code", "effective", "previous").rows():
        assert real[code] == (day.isoformat(), ", ".join(previous))


def test_pcs_rows_and_labels_are_those_of_the_tables(shared_data: Path) -> None:
    rows, labels = set[tuple[str, int, str]](), dict[tuple[str, int, str, str], str]()
    for table in xml_root(shared_data / "icd10pcs/FY2021-xml/icd10pcs_tables_2021.xml.gz").findall("pcsTable"):
        name = "".join(label.get("code") or "" for label in table.findall("axis/label"))
        for holder in (table, *table.findall("pcsRow")):
            axes = ["".join(label.get("code") or "" for label in axis.findall("label")) for axis in holder.findall("axis")]
            if holder is not table:
                rows.add((name, int(holder.get("codes") or 0), "/".join(axes)))
            for axis in holder.findall("axis"):
                for label in axis.findall("label"):
                    key = (name, int(axis.get("pos") or 0), label.get("code") or "", axis.findtext("title") or "")
                    labels[key] = label.text or ""
    ours = set(sample_table("icd10pcs-tables", "pcs_rows").select("table", "codes", "axes").rows())
    listed = {table for table, _, _ in ours}
    assert ours == {row for row in rows if row[0] in listed}
    named = sample_table("icd10pcs-tables", "pcs_labels").select("table", "position", "value", "axis", "label").rows()
    assert {row[:4] for row in named} == {key for key in labels if key[0] in listed}
    assert not [row for row in named if copied(row[4], labels[row[0], row[1], row[2], row[3]])]


def _hcpcs_facts(get: Any) -> dict[str, Any]:
    def listed(name: str, count: int) -> list[str]:
        return [value for n in range(1, count + 1) if (value := get(f"{name}{n}"))]

    texts = {"multiple_pricing": "MULT_PI", "statute": "STATUTE", "coverage": "COV", "asc_group": "ASC_GRP"}
    facts: dict[str, Any] = {ours: get(name) or None for ours, name in texts.items()}
    facts |= {"betos": get("BETOS") or None, "action": get("ACTION CD") or None}
    facts |= {"pricing": listed("PRICE", 4), "xref": listed("XREF", 5), "type_of_service": listed("TOS", 5)}
    facts |= {"added": ymd(get("ADD DT")), "action_date": ymd(get("ACT EFF DT")), "terminated": ymd(get("TERM DT"))}
    facts["anesthesia_units"] = int(get("ANEST_BU")) if get("ANEST_BU") else None
    return facts


UNITS = {"unit": r"(i\.?u\.?|units?)", "cm2": "square centimeter", "dose": "dose"}


@pytest.mark.parametrize("release", ["2024Q3", "2020Q4"])
def test_hcpcs_codes_and_modifiers_are_as_published(shared_data: Path, release: str) -> None:
    if release == "2024Q3":
        text = text_of(shared_data / "hcpcs/2024-07-reconstructed/HCPC2024_JUL_ANWEB_v3.reconstructed.csv.gz")
        published: list[dict[str, Any]] = list(csv.DictReader(text.split("\n")))
    else:
        published = sheet(shared_data / "hcpcs/2020-10/anweb.xlsx", "HCPC")
    real = {plain(row["HCPC"]): row for row in published if plain(row["RECID"]) in ("3", "7")}
    ours = sample_table("hcpcs", "hcpcs", release)
    for row in ours.iter_rows(named=True):
        there = real[row["code"]]
        assert row["record"] == {"3": "code", "7": "modifier"}[plain(there["RECID"])]
        facts = _hcpcs_facts(lambda name, there=there: plain(there[name] or ""))
        assert {name: row[name] for name in facts if name in row} == {name: facts[name] for name in facts if name in row}
        assert not any(facts[name] for name in facts if name not in row)
        assert not copied(row["title"], there["LONG DESCRIPTION"]) and not copied(row["title"], there["SHORT DESCRIPTION"])
        if row.get("dose_unit"):
            unit = UNITS.get(row["dose_unit"], row["dose_unit"])
            dose = rf"\b({row['dose_quantity']:g} ?|per (study )?){unit}"
            assert re.search(dose, there["LONG DESCRIPTION"]), row["code"]


@pytest.mark.parametrize(
    ("setting", "name"),
    [("practitioner", "PractitionerServices"), ("hospital", "OutpatientHospitalServices"), ("dme", "DMESupplierServices")],
)
def test_mue_rows_are_those_of_the_table(shared_data: Path, setting: str, name: str) -> None:
    text = text_of(shared_data / NCCI / f"MCR_MUE_{name}_Eff_07-01-2024.reconstructed.csv.gz")
    real = {row[0]: (int(row[1]), row[2][0], row[3]) for row in csv_rows(text, "CPTCode")[1:]}
    rows = sample_table(f"ncci-mue-{setting}", "mue").select("code", "value", "basis", "rationale").rows()
    assert not [row for row in rows if real[row[0]] != row[1:]]


@pytest.mark.parametrize(("source", "name"), [("ncci-ptp-practitioner", "ccipra"), ("ncci-ptp-hospital", "ccioph")])
def test_edits_are_all_the_rows_of_their_pairs(shared_data: Path, source: str, name: str) -> None:
    ours = sample_table(source, "ptp")
    real = ptp_file(shared_data / NCCI / f"{name}-v302r0.reconstructed.txt.gz")
    there = real.join(ours.select("column_1", "column_2").unique(), on=["column_1", "column_2"], maintain_order="left")
    assert ours.rows() == there.select(ours.columns).sort("column_1", "column_2", maintain_order=True).rows()
    assert there.filter(pl.col("effective") != "").is_empty()


def test_add_on_pairs_are_those_of_the_file(shared_data: Path) -> None:
    names = ("AOC_DelDT", "Primary_Code_DelDT", "AOC_Edit_EffDT", "AOC_Edit_DelDT")
    real = {
        (plain(row["AOC_Edit_Type"]), row["Add-On_Code"], plain(row["Primary_Code"]), *(ymd(row[n], "%Y%j") for n in names))
        for row in sheet(shared_data / "ncci/2026Q2/AOC_V2026Q2-MCR.xlsx", "AOC_Edit_Type")
    }
    ours = sample_table("ncci-aoc", "aoc")
    columns = ("edit_type", "add_on", "primary", "add_on_deleted", "primary_deleted", "effective", "deletion")
    assert set(ours.select(columns).rows()) <= real
    assert len(set(ours.select(columns).rows())) == ours.height


def test_fee_schedule_rows_are_those_of_the_file(shared_data: Path) -> None:
    names = (
        "code modifier title status not_used work pe_nonfacility pe_nonfacility_na pe_facility pe_facility_na mp "
        "total_nonfacility total_facility pctc global_days pre_op intra_op post_op multiple_procedure bilateral assistant "
        "co_surgeon team endo_base conversion_factor supervision calculation_flag imaging_family opps_nonfacility "
        "opps_facility opps_mp"
    ).split()
    text = text_of(shared_data / "mpfs/RVU25D/PPRRVU2025_Oct.descriptors-stripped.csv.gz")
    real = [dict(zip(names, row, strict=True)) for row in csv_rows(text, "HCPCS")[1:]]
    ours = sample_table("mpfs-rvu", "rvu")
    by_key = {(row["code"], row["modifier"]): row for row in real}
    for row in ours.iter_rows(named=True):
        there = by_key[row["code"], row["modifier"] or ""]
        for name, value in row.items():
            published = there[name].strip()
            assert (float(published) == value) if isinstance(value, float) else (published == (value or "")), (row, name)
    codes = set(ours["code"])
    assert {key for key in by_key if key[0] in codes} == {(code, mod or "") for code, mod in ours.select("code", "modifier").rows()}


def test_gpcis_are_those_of_the_file(shared_data: Path) -> None:
    text = text_of(shared_data / "mpfs/RVU25D/GPCI2025.csv.gz")
    real = {(*(cell.strip() for cell in row[:4]), *map(float, row[4:7])) for row in csv_rows(text, "(MAC)")[1:] if row[6]}
    ours = sample_table("mpfs-gpci", "gpci").select("mac", "state", "locality", "name", "work", "pe", "mp").rows()
    assert set(ours) <= real


@pytest.mark.parametrize(("source", "file"), [("gem-cm-10to9", "2018_I10gem"), ("gem-cm-9to10", "2018_I9gem")])
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


def test_coverage_documents_are_as_listed(shared_data: Path) -> None:
    text = text_of(shared_data / "mcd/coverage-api-2025-08/documents_latest.csv.gz")
    real = {row["document_display_id"]: row for row in csv.DictReader(text.splitlines(keepends=True))}
    for row in sample_table("mcd-listing", "mcd_documents").iter_rows(named=True):
        there = real[row["document"]]
        stated = (there["document_type"], there["document_version"], there["note"] or None, there["url"])
        assert (row["doc_type"], row["version"], row["status"], row["url"]) == stated
        assert row["effective"] == ymd(there["effective_date"], "%m/%d/%Y")
        assert row["ended"] == ymd(there["retirement_date"], "%m/%d/%Y")
        names = re.findall(r"(?:^|\n)([^\n(]+)\n\(", there["contractor_name_type"])
        assert row["contractors"] == names
        assert not copied(row["title"], there["title"])


def test_listed_codes_are_all_those_of_the_article(shared_data: Path) -> None:
    folder = shared_data / "mcd/A56781-reconstructed"
    real = set()
    for role, column in (("hcpc_code", "hcpc_code_id"), ("icd10_covered", "icd10_code_id")):
        with (folder / f"article_x_{role}.csv").open(encoding="utf-8") as stream:
            real |= {(role, row[column].replace(".", "")) for row in csv.DictReader(stream)}
    assert set(sample_table("mcd", "mcd_codes").select("role", "code").rows()) == real
    with (folder / "article_x_icd10_covered_group.csv").open(encoding="utf-8") as stream:
        paragraphs = [row["paragraph"] for row in csv.DictReader(stream)]
    ours = sample_table("mcd", "mcd_groups")["paragraph"].to_list()
    assert not [text for text in ours if any(copied(text, theirs) for theirs in paragraphs)]
