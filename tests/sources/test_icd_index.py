"""The index and its tables: paths, directions, manifestations, cells, and the csv of drugs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_index import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, member_from_bytes, member_from_path, options

MAIN, CAUSES = options("icd10cm-index"), options("icd10cm-eindex")
DRUG, NEOPLASM = options("icd10cm-drug"), options("icd10cm-neoplasm")
ALL = {"main": MAIN, "causes": CAUSES, "drug": DRUG, "neoplasm": NEOPLASM}

# Synthetic.
INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version><title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
<letter><title>T</title>
<mainTerm><title>Trouble<nemod>(s) (old) (new)</nemod> NEC</title><code>A00.9</code>
  <term level="1"><title>true</title><code>B20.-</code><seeAlso>Trouble, false</seeAlso>
    <term level="2"><title>false</title><code>E11.9</code><manif>G63</manif></term>
  </term>
  <term level="1"><title>elsewhere</title><see>Ache, head</see></term>
  <term level="1"><title>grouped</title><subcat>O46.8X-</subcat></term>
  <term level="1"><title>with</title></term>
</mainTerm></letter></ICD10CM.index>"""
TABLE = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version>
<indexHeading><head col="1">%s</head><head col="2">One</head></indexHeading>
<letter><title>A</title>
<mainTerm><title>Alpha</title>
  <cell col="2">C80.1</cell><cell col="3">C79.8-</cell><cell col="4">-</cell>
  <cell col="5">--</cell><cell col="6">D48.9</cell><cell col="7">D49.9</cell>
  <term level="1"><title>leaf<nemod>(mouth)</nemod></title><manif>a site in words</manif>
    <cell col="2">C06.89</cell></term>
</mainTerm></letter></ICD10CM.index>"""
SHEET = [
    "ICD-10-CM TABLE of DRUGS and CHEMICALS,,,,,,,",
    "Substance,Poisoning Accidental (unintentional),Poisoning Intentional self-harm,Poisoning Assault,"
    "Poisoning Undetermined,Adverse effect,Underdosing,",
    "Alpha -see also Beta,T51.3X1,T51.3X2,T51.3X3,T51.3X4,--,--,",
    "\u2013 vapor,T45.AX1,,,,T45.AX5,,",
    '"\u2013 \u2013 old, new -see Gamma",,,,,,,',
    "-45,T46.5X1,,,,,,",
]


def read(text: str, chosen=MAIN, name: str = "x.xml"):
    return READER.read(member_from_bytes(name, text.encode()), chosen)


def test_paths_run_from_the_main_term_and_keep_modifiers():
    reading = read(INDEX)
    assert reading.tables["icd_index"].select("path", "code", "manifestation", "see").rows() == [
        ("Trouble(s) (old) (new) NEC", "A009", False, None),
        ("Trouble(s) (old) (new) NEC, true", "B20-", False, "see also Trouble, false"),
        ("Trouble(s) (old) (new) NEC, true, false", "E119", False, None),
        ("Trouble(s) (old) (new) NEC, true, false", "G63", True, None),
        ("Trouble(s) (old) (new) NEC, elsewhere", None, False, "see Ache, head"),
        ("Trouble(s) (old) (new) NEC, grouped", "O468X-", False, "see subcategory O46.8X-"),
    ]
    assert (reading.rows, reading.checks) == (6, {"main_terms": 1, "codes": 5})


def test_cells_become_rows_of_their_column_and_dashes_none():
    table = read(TABLE % "Neoplasm", NEOPLASM).tables["icd_index"]
    assert table.select("path", "code", "column").rows() == [
        ("Alpha", "C801", "malignant_primary"),
        ("Alpha", "C798-", "malignant_secondary"),
        ("Alpha", "D489", "uncertain"),
        ("Alpha", "D499", "unspecified_behavior"),
        ("Alpha, leaf (mouth) [a site in words]", "C0689", "malignant_primary"),
    ]


def test_the_csv_shows_depth_by_dashes_and_directions_behind_the_substance():
    reading = read("\r\n".join([*SHEET, SHEET[1], "Beta,--,--,--,--,--,--,"]), DRUG, "icd10cm-drug-2026.csv")
    assert reading.tables["icd_index"].select("row", "path", "code", "see", "column").rows() == [
        (3, "Alpha", "T513X1", "see also Beta", "poisoning_accidental"),
        (3, "Alpha", "T513X2", "see also Beta", "poisoning_self_harm"),
        (3, "Alpha", "T513X3", "see also Beta", "poisoning_assault"),
        (3, "Alpha", "T513X4", "see also Beta", "poisoning_undetermined"),
        (4, "Alpha, vapor", "T45AX1", None, "poisoning_accidental"),
        (4, "Alpha, vapor", "T45AX5", None, "adverse_effect"),
        (5, "Alpha, vapor, old, new", None, "see Gamma", None),
        (6, "Alpha, 45", "T465X1", None, "poisoning_accidental"),
    ]
    assert (reading.rows, reading.rejects) == (5, [])


def test_the_csv_without_a_column_is_an_error():
    heading = "Substance,Poisoning one,Poisoning two,Poisoning three"
    with pytest.raises(SourceFileError, match="columns are missing: poisoning_undetermined, adverse_effect"):
        read(heading + "\nAlpha,T51.3X1,,", DRUG, "d.csv")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (INDEX.replace("<code>A00.9</code>", "<code>see there</code>"), "<code> holds no ICD-10-CM code"),
        (INDEX.replace("<title>elsewhere</title>", ""), "no title"),
        (TABLE.replace("C80.1", "C80.1 or more"), "column 2 holds no ICD-10-CM code"),
        (TABLE.replace('<cell col="2">C80.1', '<cell col="9">C80.1'), "no column 9"),
    ],
)
def test_a_term_that_does_not_parse_is_rejected_with_its_line(content, reason):
    good = read(content.replace("%s", "Neoplasm"), NEOPLASM)
    assert len(good.rejects) == 1
    assert reason in good.rejects[0].reason
    assert accounted(good) == content.count("<mainTerm>") + content.count("<term ")


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (INDEX, "a.xml", "main"),
        (
            INDEX.replace("INDEX TO DISEASES and INJURIES", "External Cause of Injuries Index"),
            "b.xml",
            "causes",
        ),
        (TABLE % "Substance", "c.xml", "drug"),
        (TABLE % "Neoplasm", "d.xml", "neoplasm"),
        ("\n".join(SHEET), "e.csv", "drug"),
    ],
)
def test_the_heading_tells_the_four_apart(text, name, kind):
    member = member_from_bytes(name, text.encode())
    assert [each for each, chosen in ALL.items() if READER.recognise(member, chosen)] == [kind]


def test_drug_forms_are_parts_of_one_release():
    xml = member_from_bytes("icd10cm_drug_2026.xml", (TABLE % "Substance").encode())
    sheet = member_from_bytes("icd10cm-drug-2026.csv", "\n".join(SHEET).encode())
    releases = [READER.release(member, DRUG) for member in (xml, sheet)]
    assert [(release.name, release.part) for release in releases] == [("FY2026", "xml"), ("FY2026", "csv")]
    assert READER.release(member_from_bytes("i.xml", INDEX.encode()), MAIN).part == ""


@pytest.mark.parametrize("content", [INDEX[:-20], INDEX.replace("mainTerm", "other"), "", "\x00\x01"])
def test_a_damaged_file_is_one_clear_error(content):
    with pytest.raises(SourceFileError):
        read(content)


CELL = st.sampled_from(
    ["T51.3X1", "--", "", "-", "T45.AX1", "words", "\u2013 \u2013 x", "Alpha -see Beta", "\u00e9"]
)


@given(st.lists(st.lists(CELL, min_size=1, max_size=9), max_size=8))
def test_accounts_for_every_line_of_the_csv(rows):
    lines = [",".join(cells) for cells in rows]
    reading = read("\n".join([*SHEET[:2], *lines]), DRUG, "d.csv")
    assert accounted(reading) == sum(any(cells) for cells in rows)


@given(
    st.text(st.sampled_from("ABC019.-() \u2013"), max_size=12),
    st.sampled_from(["A00.9", "true", "G63", "B20.-"]),
)
def test_accounts_for_every_term_whatever_its_text(text, replaced):
    reading = read(INDEX.replace(replaced, text, 1))
    assert accounted(reading) == 6


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    member = member_from_bytes("x.csv", data)
    assert not any(READER.recognise(member, chosen) for chosen in ALL.values())
    with pytest.raises(SourceFileError):
        READER.read(member, DRUG)


FULL = "icd10cm/FY2017-full-xml/ICD10CM_FY2017_Full_XML.zip"


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "inner", "kind", "release", "rows", "codes"),
    [
        (FULL, "icd10cm_index_2017.xml", "main", "FY2017", 7_973 + 69_226, 60_303),
        (FULL, "icd10cm_eindex_2017.xml", "causes", "FY2017", 314 + 7_258, 6_223),
        (FULL, "icd10cm_drug_2017.xml", "drug", "FY2017", 5_170 + 2_246, 39_964),
        (FULL, "icd10cm_neoplasm_2017.xml", "neoplasm", "FY2017", 1 + 1_929, 9_009),
        ("icd10cm/FY2022-index-xml/icd10cm_eindex_2022.xml.gz", None, "causes", "FY2022", 7_800, 6_431),
        ("icd10cm/FY2022-index-xml/icd10cm_drug_2022.xml.gz", None, "drug", "FY2022", 7_423, 40_000),
        ("icd10cm/FY2022-index-xml/icd10cm_neoplasm_2022.xml.gz", None, "neoplasm", "FY2022", 1_939, 9_018),
        # 7,404 lines below the heading, two of which repeat it.
        (
            "icd10cm/FY2025-April/icd10cm-drug-April-2025.csv.gz",
            None,
            "drug",
            "FY2025-April",
            7_404 - 2,
            39_888,
        ),
    ],
)
def test_reads_every_term_of_the_published_files(shared_data: Path, file, inner, kind, release, rows, codes):
    member = member_from_path(shared_data / file, inner)
    reading = READER.read(member, ALL[kind])
    assert READER.release(member, ALL[kind]).name == release
    assert (reading.rows, reading.rejects, reading.checks["codes"]) == (rows, [], codes)


@pytest.mark.realdata
def test_text_titles_true_and_false_stay_text(shared_data: Path):
    table = READER.read(member_from_path(shared_data / FULL, "icd10cm_index_2017.xml"), MAIN).tables[
        "icd_index"
    ]
    last = set(table["path"].str.split(", ").list.last())
    assert {"false", "true"} <= last
