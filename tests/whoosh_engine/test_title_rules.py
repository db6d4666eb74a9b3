"""The thing itself stands before its parts, and before records about something beside what they name."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from searchcore.data import schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.request import Request
from searchcore.whoosh_engine.title_rules import load_title_rules, read_title_rules

from ..contract.frames import Version
from .test_expansions import index_of


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Walker, folding, adjustable", "Walker"),
        ("Injection, heparin sodium, per 10 units", "heparin sodium"),
        ("Commode chair with fixed arms", "Commode chair"),
        ("Forearm crutch", "Forearm crutch"),
        ("INJECTION; Iron dextran", "Iron dextran"),
    ],
)
def test_a_head_is_what_comes_before_marks_and_words_that_say_more(title: str, head: str) -> None:
    assert load_title_rules().heads(pl.Series([title])).to_list() == [head]


@pytest.mark.parametrize(
    ("system", "code", "title", "less"),
    [
        ("ICD10CM", "Z8546", "Personal history of malignant neoplasm of prostate", True),
        ("ICD10CM", "C61", "Malignant neoplasm of prostate", False),
        ("ICD10CM", "N08", "Glomerular disorders in diseases classified elsewhere", True),
        ("ICD10CM", "I222", "Subsequent non-ST elevation myocardial infarction", True),
        ("HCPCS", "A4611", "Battery, heavy duty", True),
        ("HCPCS", "E0465", "Home ventilator", False),
        ("HCPCS", "S9960", "Ambulance service", True),
        ("HCPCS", "M0300", "Chelation", False),
        ("ICD10PCS", "02PA0MZ", "Removal of cardiac lead", True),
        ("HCPCS", "E0466", "Home ventilator, each additional day", True),
        ("HCPCS", "E0467", "Patient has a home ventilator", True),
        ("CPT", "99213", None, False),
    ],
)
def test_records_about_something_beside_count_less(
    system: str, code: str, title: str | None, less: bool
) -> None:
    records = pl.DataFrame(
        {"system": [system], "code": [code], "title": [title]}, schema_overrides={"title": pl.String}
    )
    assert bool(load_title_rules().shares(records)[0] < 1) is less


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("HCPCS Knee orthosis, without knee joint, custom", None),
        ("Ulcer of esophagus without bleeding", "Ulcer of esophagus"),
        ("Leukemia, unspecified not having achieved remission", "Leukemia, unspecified"),
        ("Chronic gout, unspecified, without tophus (tophi)", "Chronic gout, unspecified"),
        (
            "Lafora epilepsy, not intractable, without status epilepticus",
            "Lafora epilepsy",
        ),
        ("Penetrating wound of orbit with or without foreign body", None),
        ("Placenta previa NOS or without hemorrhage", None),
        ("Rheumatoid arthritis without rheumatoid factor, unspecified elbow", None),
        ("Lafora epilepsy, not intractable, with status epilepticus", None),
        ("Without", None),
        ("Injection, pemetrexed, not otherwise specified, 10 mg", "pemetrexed"),
        ("Injection, penicillin g benzathine, 100,000 units", "penicillin g benzathine"),
        ("Ostomy belt, each", "Ostomy belt"),
        ("Rolapitant, oral, 1 mg", "Rolapitant"),
        (
            "Injection, heparin sodium, (heparin lock flush), per 10 units",
            "heparin sodium, (heparin lock flush)",
        ),
        ("Each", None),
        ("Ulcer of esophagus with bleeding", None),
        (None, None),
    ],
)
def test_a_plain_title_leaves_out_what_says_no_more(title: str | None, plain: str | None) -> None:
    system, title = (
        ("HCPCS", title.removeprefix("HCPCS ")) if title and "HCPCS" in title else ("ICD10CM", title)
    )
    records = pl.DataFrame(
        {"system": [system], "title": [title]}, schema={"system": pl.String, "title": pl.String}
    )
    assert load_title_rules().plain_titles(records).to_list() == [plain]


def test_what_a_title_only_denies_stands_before_what_another_adds() -> None:
    versions = [
        Version("ICD10CM", "K2210", title="Ulcer of esophagus without bleeding"),
        Version("ICD10CM", "K2211", title="Ulcer of esophagus bleeding"),
    ]
    for text in ("ulcer of esophagus", "esophagus ulcer"):
        with index_of(versions, ()) as index:
            assert [hit.record.code for hit in index.search(Request(text)).hits] == ["K2210", "K2211"]


def test_the_thing_stands_before_its_parts() -> None:
    versions = [
        Version("HCPCS", "E0130", title="Walker, rigid, adjustable or fixed height"),
        Version("HCPCS", "E0156", title="Seat attachment, walker"),
    ]
    with index_of(versions, ()) as index:
        assert [hit.record.code for hit in index.search(Request("walker")).hits] == ["E0130", "E0156"]


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    text = (schemas_dir() / "language" / "titles.yaml").read_text(encoding="utf-8")
    path = tmp_path / "titles.yaml"
    path.write_text(text.replace("  - share:", "  - shares:", 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="shares"):
        read_title_rules(path)


def test_a_manifestation_counts_least_and_a_later_encounter_a_little_less() -> None:
    titles = [
        "Glomerular disorders in diseases classified elsewhere",
        "Newborn affected by something",
        "Laceration of hand, sequela",
        "Laceration of hand, initial encounter",
    ]
    records = pl.DataFrame({"system": "ICD10CM", "code": ["N08", "P00", "S61S", "S61A"], "title": titles})
    shares = load_title_rules().shares(records)
    assert shares[0] < shares[1] < shares[2] < shares[3] == 1


def test_of_encounters_the_first_stands_first() -> None:
    versions = [
        Version("ICD10CM", "S61419S", title="Laceration of hand, sequela"),
        Version("ICD10CM", "S61419D", title="Laceration of hand, subsequent encounter"),
        Version("ICD10CM", "S61419A", title="Laceration of hand, initial encounter"),
    ]
    with index_of(versions, ()) as index:
        assert index.search(Request("hand laceration")).hits[0].record.code == "S61419A"
        assert index.search(Request("hand laceration sequela")).hits[0].record.code == "S61419S"
