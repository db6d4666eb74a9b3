"""The tabular list: one tree, notes and 7th characters where they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from indexer.sources.icd_tabular import READER
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, member_from_bytes, member_from_path

# Synthetic.
BEGIN = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2026</version>
  <introduction><introSection type="title"><title>Words</title></introSection></introduction>
"""
CHAPTER = """  <chapter>
    <name>1</name>
    <desc>Synthetic chapter (A00-B99)</desc>
    <excludes2><note>something else (C00-D49)</note></excludes2>
    <sectionIndex><sectionRef first="B20" last="B20" id="B20">Not a section</sectionRef></sectionIndex>
    <section id="B20">
      <desc>Synthetic section (B20)</desc>
      <includes><note>what it holds</note></includes>
      <diag>
        <name>B20</name><desc>Synthetic category</desc>
        <sevenChrNote><note>One of these is to be added to B20</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">first</extension><extension char="D">second</extension>
          <note>an example of second</note>
        </sevenChrDef>
        <useAdditionalCode><note>a partner (E10.-, E11.-)</note><note>no code</note></useAdditionalCode>
        <diag placeholder="true"><name>B20.0X</name><desc>Synthetic placeholder</desc></diag>
        <diag><name>B20.1</name><desc>Synthetic   code
          on two lines</desc><inclusionTerm><note>a name &amp; another</note></inclusionTerm></diag>
      </diag>
    </section>
  </chapter>
"""
END = "</ICD10CM.tabular>"


def read(body: str, begin: str = BEGIN, end: str = END):
    return READER.read(member_from_bytes("icd10cm_tabular_2026.xml", (begin + body + end).encode()), {})


def test_sections_and_categories_of_one_name_are_two_nodes():
    nodes = read(CHAPTER).tables["icd_nodes"].select("node", "node_type", "code", "parent").rows()
    assert nodes == [
        ("ch:1", "chapter", None, None),
        ("sec:B20-B20", "section", None, "ch:1"),
        ("B20", "code", "B20", "sec:B20-B20"),
        ("B200X", "code", "B200X", "B20"),
        ("B201", "code", "B201", "B20"),
    ]


def test_titles_lose_runs_of_blanks():
    assert read(CHAPTER).tables["icd_nodes"]["title"].to_list()[-1] == "Synthetic code on two lines"


def test_notes_stand_where_they_are_written_with_the_element_as_type():
    notes = read(CHAPTER).tables["icd_notes"].select("node", "note_type", "text", "refs").rows()
    assert notes == [
        ("ch:1", "excludes2", "something else (C00-D49)", ["C00-D49"]),
        ("sec:B20-B20", "includes", "what it holds", []),
        ("B20", "sevenChrNote", "One of these is to be added to B20", ["B20"]),
        ("B20", "sevenChrDef", "an example of second", []),
        ("B20", "useAdditionalCode", "a partner (E10.-, E11.-)", ["E10-", "E11-"]),
        ("B20", "useAdditionalCode", "no code", []),
        ("B201", "inclusionTerm", "a name & another", []),
    ]


def test_seventh_characters_stand_at_the_node_that_defines_them():
    reading = read(CHAPTER)
    assert reading.tables["icd_seventh"].select("node", "char", "meaning").rows() == [
        ("B20", "A", "first"),
        ("B20", "D", "second"),
    ]
    assert reading.checks == {"chapters": 1, "sections": 1, "notes": 7, "seventh_characters": 1}


def test_rows_name_the_line_of_their_element():
    lines = (BEGIN + CHAPTER).split("\n")
    for row, title in read(CHAPTER).tables["icd_nodes"].select("row", "title").rows():
        words = title.split(" on ")[0].replace("Synthetic code", "Synthetic   code")
        assert any(words in line for line in lines[row - 1 : row + 2])


def test_a_chapter_without_a_name_takes_its_position():
    body = CHAPTER + "<chapter><desc>Second</desc></chapter>"
    assert read(body.replace("<name>1</name>", "")).tables["icd_nodes"]["node"].to_list()[0] == "ch:1"
    assert read(body).tables["icd_nodes"]["node"].to_list()[-1] == "ch:2"


def test_a_code_that_does_not_parse_is_rejected_and_its_children_kept():
    reading = read(CHAPTER.replace("<name>B20</name>", "<name>??</name>"))
    assert [(reject.text, reject.reason) for reject in reading.rejects] == [
        ("??", "the name is no ICD-10-CM code")
    ]
    assert reading.tables["icd_nodes"].filter(code="B201")["parent"].to_list() == ["sec:B20-B20"]
    assert accounted(reading) == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BEGIN + CHAPTER, "not well-formed"),
        (BEGIN + END, "no <chapter>"),
        (BEGIN + "<a>" * 70 + "</a>" * 70 + END, "nested more than"),
        (
            '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            + BEGIN[39:]
            + "<chapter>&b;</chapter>"
            + END,
            "refused",
        ),
        ('<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BEGIN[39:] + CHAPTER + END, "refused"),
    ],
)
def test_a_damaged_or_hostile_file_is_one_clear_error(content, words):
    with pytest.raises(SourceFileError, match=words):
        READER.read(member_from_bytes("icd10cm_tabular_2026.xml", content.encode()), {})


def test_release_comes_from_version_and_name():
    named = {
        "icd10c-tabular-April-1-2026.xml": "FY2026-April",
        "icd10cm_tabular_2026.xml": "FY2026",
        "renamed.xml": "FY2026",
    }
    for name, release in named.items():
        assert READER.release(member_from_bytes(name, (BEGIN + END).encode()), {}).name == release
    with pytest.raises(SourceFileError, match="the name says 2025, the file says 2026"):
        READER.release(member_from_bytes("icd10cm_tabular_2025.xml", (BEGIN + END).encode()), {})


@pytest.mark.parametrize(
    ("start", "recognised"),
    [
        ("", True),
        ("<!-- words -->", True),
        ("<!DOCTYPE ICD10CM.tabular>", True),
        ("<!---->" * 5_000, True),
        ("<!---->" * 5_000 + "words", False),
        ("<!-- " * 5_000, False),
    ],
)
def test_the_root_is_found_behind_comments_at_once(start, recognised):
    member = member_from_bytes("t.xml", (start + "<ICD10CM.tabular>").encode())
    assert READER.recognise(member, {}) is recognised


@given(st.text(max_size=60), st.integers(0, len(CHAPTER)))
def test_a_mangled_file_is_read_or_gives_our_error(noise, at):
    body = CHAPTER[:at] + noise + CHAPTER[at + len(noise) :]
    data = (BEGIN + body + END).encode("utf-8", "replace")
    try:
        reading = READER.read(member_from_bytes("t.xml", data), {})
    except SourceFileError:
        return
    assert accounted(reading) == sum(1 for _ in fromstring(data).iter("diag"))


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_error(data):
    member = member_from_bytes("t.xml", data)
    assert not READER.recognise(member, {})
    with pytest.raises(SourceFileError):
        READER.read(member, {})


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "inner", "release", "rows", "notes", "seventh"),
    [
        ("FY2026-April-1/icd10c-tabular-April-1-2026.xml.gz", None, "FY2026-April", 46_881, 25_176, 1_790),
        ("FY2025-April/icd10cm-tabular-April-2025.xml.gz", None, "FY2025-April", 46_498, 24_922, 1_790),
        (
            "FY2017-full-xml/ICD10CM_FY2017_Full_XML.zip",
            "icd10cm_tabular_2017.xml",
            "FY2017",
            43_910,
            22_325,
            1_781,
        ),
    ],
)
def test_reads_every_code_of_the_published_files(
    shared_data: Path, file, inner, release, rows, notes, seventh
):
    member = member_from_path(shared_data / "icd10cm" / file, inner)
    reading = READER.read(member, {})
    assert READER.release(member, {}).name == release
    assert (reading.rows, reading.rejects) == (rows, [])
    assert reading.tables["icd_notes"].height == notes
    assert reading.tables["icd_seventh"].height == seventh
    nodes = reading.tables["icd_nodes"]
    assert nodes["node"].n_unique() == nodes.height
    assert set(nodes["parent"].drop_nulls()) <= set(nodes["node"])
