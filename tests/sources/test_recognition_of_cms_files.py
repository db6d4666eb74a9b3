"""Every CMS reader over every published file: each says yes to its own files and no to all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.descriptions import load_sources
from indexer.recognise import reader_of
from tests.sources.members import members_under

OURS = (
    "hcpcs", "ncci-ptp-practitioner", "ncci-ptp-hospital", "ncci-mue-practitioner", "ncci-mue-hospital",
    "ncci-mue-dme", "ncci-aoc", "mpfs-rvu", "mpfs-gpci", "mcd", "mcd-listing", "ama-cpt", "rbcs", "asp-ndc",
)  # fmt: skip
# The content of the two PTP sets is alike: only the name tells them apart.
PTP = {"ncci-ptp-practitioner", "ncci-ptp-hospital"}
EXPECTED = {
    "HCPC2018_CONTR_ANWEB_disc.txt": {"hcpcs"},
    "HCPC2018_CONTR_ANWEB_disc.xlsx": {"hcpcs"},
    "HCPC2019_CONTR_ANWEB.txt": {"hcpcs"},
    "HCPC2019_CONTR_ANWEB.xlsx": {"hcpcs"},
    "anweb.xlsx": {"hcpcs"},
    "HCPC2024_JUL_ANWEB_v3.reconstructed.csv": {"hcpcs"},
    "HCPC2026_OCT_ANWEB.excerpt.csv": {"hcpcs"},
    "ccipra-v302r0.reconstructed.txt": PTP,
    "ccioph-v302r0.reconstructed.txt": PTP,
    "ccipra-v322r0-f1.excerpt.txt": PTP,
    "MCR_MUE_PractitionerServices_Eff_07-01-2024.reconstructed.csv": {"ncci-mue-practitioner"},
    "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.reconstructed.csv": {"ncci-mue-hospital"},
    "MCR_MUE_DMESupplierServices_Eff_07-01-2024.reconstructed.csv": {"ncci-mue-dme"},
    "MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt.csv": {"ncci-mue-practitioner"},
    "AOC_V2026Q2-MCR.xlsx": {"ncci-aoc"},
    "PPRRVU2025_Oct.descriptors-stripped.csv": {"mpfs-rvu"},
    "PPRRVU2025_Oct.descriptors-stripped.txt": {"mpfs-rvu"},
    "PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv": {"mpfs-rvu"},
    "GPCI2025.csv": {"mpfs-gpci"},
    "documents_latest.csv": {"mcd-listing"},
    "article.csv": {"mcd"},
    "lcd.csv": {"mcd"},
    "article_x_hcpc_code.csv": {"mcd"},
    "article_x_icd10_covered.csv": {"mcd"},
    "article_x_icd10_covered_group.csv": {"mcd"},
    "lcd_related_documents.csv": {"mcd"},
}


@pytest.mark.realdata
def test_each_published_file_is_recognised_by_its_own_readers_only(shared_data: Path) -> None:
    sources = load_sources()
    found: dict[str, set[str]] = {}
    for member in members_under(shared_data):
        known = {
            name
            for name in OURS
            if reader_of(sources[name].reader).recognise(member, sources[name].reader_options)
        }
        if known or member.name in EXPECTED:
            found[member.name] = known
        member.forget()
    assert found == EXPECTED


@pytest.mark.realdata
def test_the_names_of_the_published_files_single_out_their_source(shared_data: Path) -> None:
    sources = load_sources()
    for name, known in EXPECTED.items():
        fitting = {source for source in OURS if sources[source].matches(name)}
        assert len(fitting & known) == 1, name


@pytest.mark.realdata
def test_the_excerpts_fall_below_the_minimum_rows(shared_data: Path) -> None:
    sources = load_sources()
    for member in members_under(shared_data / "excerpts-2026"):
        (source,) = (sources[name] for name in OURS if sources[name].matches(member.name))
        assert reader_of(source.reader).read(member, source.reader_options).rows < source.minimum_rows
