"""The ICD-10-PCS tables, index and definitions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.pcs_definitions import READER as DEFINITIONS
from indexer.sources.pcs_index import READER as INDEX
from indexer.sources.pcs_tables import READER as TABLES
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, member_from_bytes, member_from_path

READERS = {"tables": TABLES, "index": INDEX, "definitions": DEFINITIONS}


def axis(position: int, **labels: str) -> str:
    inside = "".join(f'<label code="{value.strip("_")}">{label}</label>' for value, label in labels.items())
    return f'<axis pos="{position}" values="{len(labels)}"><title>Axis {position}</title>{inside}</axis>'


# Synthetic.
HEAD = axis(1, _0="Section") + axis(2, _0="System") + axis(3, _1="Operation")
ROW = axis(4, _6="Part", U="Other part") + axis(5, _0="Open", _3="Closed", _4="Half") + axis(6, Z="None")
TREE = {
    "tables": f"""<?xml version="1.0"?><ICD10PCS.tabular><version>2026</version><title>2026</title>
<pcsTable>{HEAD}
<pcsRow codes="12">{ROW}{axis(7, _0="Here", _1="There")}</pcsRow>
<pcsRow codes="6">{ROW}{axis(7, _0="Somewhere else")}</pcsRow>
</pcsTable></ICD10PCS.tabular>""",
    "index": """<?xml version="1.0"?><ICD10PCS.index><version>2026</version><title>2026</title>
<letter><title>A</title>
<mainTerm><title>Alpha</title><use>Alpha device in<tab>02H</tab></use>
  <term level="1"><title>beta</title><codes>0W0F</codes></term>
  <term level="1"><see>Gamma, delta<codes>0WUF</codes></see></term>
  <term level="1"><title>full</title><code>0W0F0ZZ</code></term>
  <term level="1"><title>only a step</title></term>
</mainTerm></letter></ICD10PCS.index>""",
    "definitions": """<?xml version="1.0"?><ICD10PCS.definitions><version>2026</version><title>2026</title>
<section code="0"><title>Section</title><axis pos="4"><title>Body Part</title>
<terms><title>Left</title><title>Right</title>
<includes>one name</includes><includes>two, names</includes></terms>
<terms><title>Whole</title><definition>What it is</definition><explanation>And why</explanation></terms>
</axis></section>
<deviceAggregation><aggregate><device>x</device></aggregate></deviceAggregation></ICD10PCS.definitions>""",
}


def read(kind: str, text: str | None = None):
    return READERS[kind].read(
        member_from_bytes(f"icd10pcs_{kind}_2026.xml", (text or TREE[kind]).encode()), {}
    )


def test_a_row_holds_its_axes_and_the_codes_they_make():
    reading = read("tables")
    assert reading.tables["pcs_rows"].select("table", "codes", "axes").rows() == [
        ("001", 12, "6U/034/Z/01"),
        ("001", 6, "6U/034/Z/0"),
    ]
    assert reading.checks == {"tables": 1, "billable": 18}


def test_labels_belong_to_the_row_in_which_they_stand():
    tables = read("tables").tables
    lines = tables["pcs_rows"]["row"].to_list()
    labels = tables["pcs_labels"]
    assert labels.filter(position=7, value="0").select("row", "label").rows() == [
        (lines[0], "Here"),
        (lines[1], "Somewhere else"),
    ]
    assert labels.filter(position=3).select("value", "axis", "label").rows() == [("1", "Axis 3", "Operation")]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('codes="12"', 'codes="13"', "the row says 13 codes, its axes make 12"),
        ('<label code="U">', '<label code="I">', "digit or a letter but I and O"),
        ('<label code="U">', '<label code="6">', "twice"),
        ('<axis pos="7"', '<axis pos="6"', "the axes 4, 5, 6 and 7"),
    ],
)
def test_a_row_that_does_not_add_up_is_rejected(old, new, reason):
    reading = read("tables", TREE["tables"].replace(old, new, 1))
    assert (reading.rows, len(reading.rejects)) == (1, 1)
    assert reason in reading.rejects[0].reason


def test_a_table_without_three_characters_rejects_its_rows():
    reading = read("tables", TREE["tables"].replace('<axis pos="2"', '<axis pos="8"', 1))
    assert (reading.rows, len(reading.rejects)) == (0, 2)


def test_index_terms_have_codes_or_their_beginnings():
    reading = read("index")
    assert reading.tables["pcs_index"].select("path", "code", "see", "use").rows() == [
        ("Alpha", "02H", None, "Alpha device in 02H"),
        ("Alpha, beta", "0W0F", None, None),
        ("Alpha", "0WUF", "Gamma, delta 0WUF", None),
        ("Alpha, full", "0W0F0ZZ", None, None),
    ]
    assert reading.rows == 5


def test_each_title_of_a_definition_is_a_row():
    reading = read("definitions")
    columns = ("section", "position", "title", "definition", "includes")
    assert reading.tables["pcs_definitions"].select(columns).rows() == [
        ("0", 4, "Left", None, "one name; two, names"),
        ("0", 4, "Right", None, "one name; two, names"),
        ("0", 4, "Whole", "What it is\nAnd why", None),
    ]
    assert (reading.rows, reading.checks) == (2, {"sections": 1, "aggregates": 1})


@pytest.mark.parametrize("kind", READERS)
def test_each_reader_recognises_its_own_root(kind):
    member = member_from_bytes("x.xml", TREE[kind].encode())
    assert [each for each, reader in READERS.items() if reader.recognise(member, {})] == [kind]
    assert READERS[kind].release(member, {}).name == "FY2026"


@pytest.mark.parametrize("kind", READERS)
@given(data=st.binary(max_size=200), at=st.integers(0, 1500))
def test_a_mangled_file_is_read_or_gives_our_error(kind, data, at):
    content = TREE[kind].encode()
    try:
        reading = READERS[kind].read(member_from_bytes("x.xml", content[:at] + data + content[at + 5 :]), {})
    except SourceFileError:
        return
    assert accounted(reading) == {"tables": 2, "index": 5, "definitions": 2}[kind]


DATA = "icd10pcs/FY2021-xml"


@pytest.mark.realdata
def test_the_published_tables_make_the_codes_that_they_say(shared_data: Path):
    reading = TABLES.read(member_from_path(shared_data / DATA / "icd10pcs_tables_2021.xml.gz"), {})
    assert (reading.rows, reading.rejects) == (2_428, [])
    assert reading.checks == {"tables": 890, "billable": 78_136}


@pytest.mark.realdata
def test_reads_the_published_index(shared_data: Path):
    reading = INDEX.read(member_from_path(shared_data / DATA / "icd10pcs_index_2021.xml.gz"), {})
    assert (reading.rows, reading.rejects, reading.checks) == (2_828 + 21_038, [], {"main_terms": 2_828})


@pytest.mark.realdata
def test_reads_the_published_definitions(shared_data: Path):
    reading = DEFINITIONS.read(member_from_path(shared_data / DATA / "icd10pcs_definitions_2021.xml.gz"), {})
    assert (reading.rows, reading.rejects) == (842, [])
    assert reading.tables["pcs_definitions"].height == 972
