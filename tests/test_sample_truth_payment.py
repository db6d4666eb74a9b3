"""The HCPCS, edit, payment and coverage facts of the sample corpus against the agencies' files."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from indexer.tables import TABLES
from tests.real_files import copied, csv_rows, plain, ptp_file, sheet, text_of, ymd
from tests.sample_corpus import sample_table

pytestmark = pytest.mark.realdata

NCCI = "ncci/2024Q3-reconstructed"


def _hcpcs_facts(get: Any) -> dict[str, Any]:
    def listed(name: str, count: int) -> list[str]:
        return [value for n in range(1, count + 1) if (value := get(f"{name}{n}"))]

    texts = {"multiple_pricing": "MULT_PI", "statute": "STATUTE", "coverage": "COV", "asc_group": "ASC_GRP"}
    facts: dict[str, Any] = {ours: get(name) or None for ours, name in texts.items()}
    facts |= {"betos": get("BETOS") or None, "action": get("ACTION CD") or None}
    facts |= {"pricing": listed("PRICE", 4), "xref": listed("XREF", 5), "type_of_service": listed("TOS", 5)}
    facts |= {
        "added": ymd(get("ADD DT")),
        "action_date": ymd(get("ACT EFF DT")),
        "terminated": ymd(get("TERM DT")),
    }
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
        assert {name: row[name] for name in facts if name in row} == {
            name: facts[name] for name in facts if name in row
        }
        assert not any(facts[name] for name in facts if name not in row)
        assert not copied(row["title"], there["LONG DESCRIPTION"]) and not copied(
            row["title"], there["SHORT DESCRIPTION"]
        )
        if row.get("dose_unit"):
            unit = UNITS.get(row["dose_unit"], row["dose_unit"])
            dose = rf"\b({row['dose_quantity']:g} ?|per (study )?){unit}"
            assert re.search(dose, there["LONG DESCRIPTION"]), row["code"]


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("practitioner", "PractitionerServices"),
        ("hospital", "OutpatientHospitalServices"),
        ("dme", "DMESupplierServices"),
    ],
)
def test_mue_rows_are_those_of_the_table(shared_data: Path, setting: str, name: str) -> None:
    text = text_of(shared_data / NCCI / f"MCR_MUE_{name}_Eff_07-01-2024.reconstructed.csv.gz")
    real = {row[0]: (int(row[1]), row[2][0], row[3]) for row in csv_rows(text, "CPTCode")[1:]}
    rows = sample_table(f"ncci-mue-{setting}", "mue").select("code", "value", "basis", "rationale").rows()
    assert not [row for row in rows if real[row[0]] != row[1:]]


@pytest.mark.parametrize(
    ("source", "name"), [("ncci-ptp-practitioner", "ccipra"), ("ncci-ptp-hospital", "ccioph")]
)
def test_edits_are_all_the_rows_of_their_pairs(shared_data: Path, source: str, name: str) -> None:
    ours = sample_table(source, "ptp").cast({pl.Categorical: pl.String})
    real = ptp_file(shared_data / NCCI / f"{name}-v302r0.reconstructed.txt.gz")
    there = real.join(
        ours.select("column_1", "column_2").unique(), on=["column_1", "column_2"], maintain_order="left"
    )
    assert ours.rows() == there.select(ours.columns).sort("column_1", "column_2", maintain_order=True).rows()
    assert there.filter(pl.col("effective") != "").is_empty()


def test_add_on_pairs_are_those_of_the_file(shared_data: Path) -> None:
    names = ("AOC_DelDT", "Primary_Code_DelDT", "AOC_Edit_EffDT", "AOC_Edit_DelDT")
    real = {
        (
            plain(row["AOC_Edit_Type"]),
            row["Add-On_Code"],
            plain(row["Primary_Code"]),
            *(ymd(row[n], "%Y%j") for n in names),
        )
        for row in sheet(shared_data / "ncci/2026Q2/AOC_V2026Q2-MCR.xlsx", "AOC_Edit_Type")
    }
    ours = sample_table("ncci-aoc", "aoc")
    columns = ("edit_type", "add_on", "primary", "add_on_deleted", "primary_deleted", "effective", "deletion")
    assert set(ours.select(columns).rows()) <= real
    assert len(set(ours.select(columns).rows())) == ours.height


def test_fee_schedule_rows_are_those_of_the_file(shared_data: Path) -> None:
    names = list(TABLES["rvu"])[1:]
    text = text_of(shared_data / "mpfs/RVU25D/PPRRVU2025_Oct.descriptors-stripped.csv.gz")
    real = [dict(zip(names, row, strict=True)) for row in csv_rows(text, "HCPCS")[1:]]
    ours = sample_table("mpfs-rvu", "rvu")
    by_key = {(row["code"], row["modifier"]): row for row in real}
    for row in ours.iter_rows(named=True):
        there = by_key[row["code"], row["modifier"] or ""]
        for name, value in row.items():
            published = there[name].strip()
            assert (
                (float(published) == value) if isinstance(value, float) else (published == (value or ""))
            ), (row, name)
    codes = set(ours["code"])
    assert {key for key in by_key if key[0] in codes} == {
        (code, mod or "") for code, mod in ours.select("code", "modifier").rows()
    }


def test_gpcis_are_those_of_the_file(shared_data: Path) -> None:
    text = text_of(shared_data / "mpfs/RVU25D/GPCI2025.csv.gz")
    real = {
        (*(cell.strip().rstrip("*") for cell in row[:4]), *map(float, row[4:7]))
        for row in csv_rows(text, "(MAC)")[1:]
        if row[6]
    }
    ours = (
        sample_table("mpfs-gpci", "gpci")
        .select("mac", "state", "locality", "name", "work", "pe", "mp")
        .rows()
    )
    assert set(ours) <= real


def test_coverage_documents_are_as_listed(shared_data: Path) -> None:
    text = text_of(shared_data / "mcd/coverage-api-2025-08/documents_latest.csv.gz")
    real = {row["document_display_id"]: row for row in csv.DictReader(text.splitlines(keepends=True))}
    for row in sample_table("mcd-listing", "mcd_documents").iter_rows(named=True):
        there = real[row["document"]]
        stated = (there["document_type"], there["document_version"], there["note"] or None, there["url"])
        assert (row["doc_type"], row["version"], row["status"], row["url"]) == stated
        assert row["effective"] == ymd(there["effective_date"], "%m/%d/%Y")
        assert row["ended"] == ymd(there["retirement_date"], "%m/%d/%Y")
        assert row["contractors"] == [
            " ".join(name.split()) for name in there["contractor_name_type"].split("\n\n")
        ]
        assert not copied(row["title"], there["title"])


def test_listed_codes_are_all_those_of_the_article(shared_data: Path) -> None:
    folder = shared_data / "mcd/A56781-reconstructed"
    real = set()
    for role, table, column in (
        ("listed", "hcpc_code", "hcpc_code_id"),
        ("covered", "icd10_covered", "icd10_code_id"),
    ):
        with (folder / f"article_x_{table}.csv").open(encoding="utf-8") as stream:
            real |= {(role, row[column].replace(".", "")) for row in csv.DictReader(stream)}
    assert set(sample_table("mcd", "mcd_codes").select("role", "code").rows()) == real
    with (folder / "article_x_icd10_covered_group.csv").open(encoding="utf-8") as stream:
        paragraphs = [row["paragraph"] for row in csv.DictReader(stream)]
    ours = sample_table("mcd", "mcd_groups")["paragraph"].to_list()
    assert not [text for text in ours if any(copied(text, theirs) for theirs in paragraphs)]
