"""Export tables of the coverage database. Rows are synthetic, in the export's own columns, unless marked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.sources.base import Reading
from indexer.sources.mcd import READER
from indexer.sources.mcd_places import BUILDERS
from indexer.tables import TABLES
from searchcore.errors import SourceFileError
from tests.sources.members import accounted, member_from_bytes, member_from_path, options, source

OPTIONS = options("mcd")
ARTICLE = {
    "article_id": "56781", "article_version": "34", "article_type": "8",
    "title": "Billing &amp; Coding: Example", "article_pub_date": "2025-01-02 00:00:00",
    "article_eff_date": "2025-02-01 00:00:00", "article_end_date": "",
    "description": "&lt;p&gt;First line&lt;/p&gt;<p>Second\r\nline</p>", "other_comments": "",
    "status": "A", "last_updated": "2025-03-04 10:11:12.840000000", "article_rev_end_date": "",
    "date_retired": "", "keywords": "echo; heart", "icd10_doc": "Y", "add_icd10_info": "",
    "cms_cov_policy": "", "display_id": "A56781",
}  # fmt: skip
LCD = {
    "lcd_id": "33577", "lcd_version": "12", "title": "Example LCD", "status": "R", "display_id": "L33577",
    "orig_det_eff_date": "2015-10-01 00:00:00", "rev_eff_date": "", "rev_end_date": "",
    "date_retired": "2024-06-30", "indication": "<p>Covered when<br/>needed</p>",
    "summary_of_evidence": "Evidence", "last_updated": "2024-07-01",
}  # fmt: skip
NCD = {
    "NCD_id": "7", "NCD_vrsn_num": "2", "NCD_mnl_sect": "110.21", "NCD_mnl_sect_title": "Example NCD",
    "NCD_efctv_dt": "2007-07-30 00:00:00", "NCD_trmntn_dt": "", "itm_srvc_desc": "Item",
    "indctn_lmtn": "<p>Limits</p>", "xref_txt": "", "othr_txt": "", "ncd_keyword": "word",
    "last_updt_tmstmp": "2021-01-19 09:00:00",
}  # fmt: skip
OF_ARTICLE = {"article_id": "56781", "article_version": "34"}
OF_LCD = {"lcd_id": "33577", "lcd_version": "12"}
CONTRACTOR = {"contractor_id": "500", "contractor_type_id": "8", "contractor_version": "1"}


def table(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def read(name: str, *rows: Mapping[str, str], encoding: str = "utf-8") -> Reading:
    member = member_from_bytes(f"{name}.csv", table(rows, encoding))
    assert READER.recognise(member, OPTIONS)
    release = READER.release(member, OPTIONS)
    assert release is not None and release.part == name
    return READER.read(member, OPTIONS)


def only_row(reading: Reading) -> dict[str, Any]:
    assert reading.rejects == []
    (frame,) = reading.tables.values()
    (row,) = frame.to_dicts()
    return row


def test_an_article_becomes_a_document_with_plain_text() -> None:
    row = only_row(read("article", ARTICLE))
    assert row == {
        "row": 2, "document": "A56781", "doc_type": "ARTICLE", "version": "34",
        "title": "Billing & Coding: Example", "status": "A", "effective": dt.date(2025, 2, 1),
        "ended": None, "keywords": "echo; heart", "text": "First line\nSecond\nline", "contractors": None,
        "url": "https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleid=56781&ver=34",
    }  # fmt: skip


def test_an_lcd_takes_the_first_date_that_is_there() -> None:
    row = only_row(read("lcd", LCD))
    assert (row["document"], row["doc_type"]) == ("L33577", "LCD")
    assert (row["effective"], row["ended"]) == (dt.date(2015, 10, 1), dt.date(2024, 6, 30))
    assert row["text"] == "Covered when\nneeded\nEvidence"


def test_a_proposed_lcd_keeps_its_dl_number() -> None:
    row = only_row(read("lcd", {**LCD, "display_id": "DL33577"}))
    assert (row["document"], row["doc_type"]) == ("DL33577", "PROPOSED LCD")


def test_an_ncd_is_known_by_its_section() -> None:
    row = only_row(read("ncd_trkg", NCD))
    assert (row["document"], row["version"], row["title"]) == ("110.21", "2", "Example NCD")
    assert (row["effective"], row["text"], row["keywords"]) == (dt.date(2007, 7, 30), "Item\nLimits", "word")


CODES = [
    ("article_x_hcpc_code", "hcpc_code_id", "11042", "CPT", "11042", "listed"),
    ("article_x_hcpc_code", "hcpc_code_id", "g0439", "HCPCS", "G0439", "listed"),
    ("lcd_x_hcpc_code", "hcpc_code_id", "J0120", "HCPCS", "J0120", "listed"),
    ("article_x_icd10_covered", "icd10_code_id", "I25.10", "ICD10CM", "I2510", "covered"),
    ("article_x_icd10_covered", "icd10_code_id", "XX000", "ICD10CM", "XX000", "covered"),
    ("article_x_icd10_noncovered", "icd10_code_id", "M17.11", "ICD10CM", "M1711", "noncovered"),
    ("article_x_icd10_pcs_code", "icd10_pcs_code_id", "0016070", "ICD10PCS", "0016070", "listed"),
    ("article_x_hcpc_modifier", "hcpc_modifier_code_id", "KX", "HCPCSMOD", "KX", "listed"),
    ("article_x_hcpc_modifier", "hcpc_modifier_code_id", "26", "CPTMOD", "26", "listed"),
    ("article_x_bill_code", "bill_code_id", "013x", "BILL", "013X", "listed"),
    ("article_x_revenue_code", "revenue_code_id", "480", "REVENUE", "0480", "listed"),
    ("article_x_code_table", "hcpc_code_id", "J0585", "HCPCS", "J0585", "code_table"),
]


@pytest.mark.parametrize(("name", "column", "given_code", "system", "code", "role"), CODES)
def test_listed_codes_get_their_system_and_role(
    name: str, column: str, given_code: str, system: str, code: str, role: str
) -> None:
    owner = OF_ARTICLE if name.startswith("article") else OF_LCD
    group = OPTIONS["tables"][name].get("group")
    extra = {group: "2"} if group else {"code_table_row": "1"} if name.endswith("code_table") else {}
    more = {"range": "", "asterisk": "Y", "description": "Not kept", "last_updated": "2025-01-01"}
    row = only_row(read(name, {**owner, column: given_code, **extra, **more}))
    assert row == {
        "row": 2, "document": "A56781" if owner is OF_ARTICLE else "L33577",
        "version": [*owner.values()][1], "system": system, "code": code, "role": role,
        "group": "2" if group else None, "is_range": False, "asterisk": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "is_range"), [("", False), ("N", False), ("B", False), ("M", False), ("Y", True)]
)
def test_ranges_written_out_code_by_code_are_no_ranges(value: str, is_range: bool) -> None:
    row = {**OF_ARTICLE, "icd10_code_id": "M23.200", "icd10_covered_group": "1", "range": value}
    assert only_row(read("article_x_icd10_covered", row))["is_range"] is is_range


def test_a_row_of_the_code_table_without_a_code_is_read_but_lists_none() -> None:
    rows = [
        {**OF_ARTICLE, "code_table_row": "1", "hcpc_code_id": code, "brand_name": "Brand"}
        for code in ("", "J0585")
    ]
    reading = read("article_x_code_table", *rows)
    assert (reading.rows, reading.tables["mcd_codes"].height, reading.rejects) == (2, 1, [])


def test_a_group_has_its_paragraph_and_the_meaning_of_its_asterisk() -> None:
    row = {
        **OF_ARTICLE,
        "icd10_covered_group": "3",
        "paragraph": "<p>Use <b>both</b></p>",
        "icd10_covered_ast": "*x",
    }
    found = only_row(read("article_x_icd10_covered_group", row))
    assert (found["role"], found["group"], found["paragraph"], found["asterisk"]) == (
        "covered",
        "3",
        "Use both",
        "*x",
    )


def test_a_related_row_may_name_an_lcd_an_article_or_both() -> None:
    def row(lcd: str, article: str) -> dict[str, str]:
        return {
            **OF_ARTICLE,
            "related_num": "1",
            "r_article_id": article,
            "r_lcd_id": lcd,
            "r_contractor_id": "5",
        }

    reading = read(
        "article_related_documents", row("33577", ""), row("33577", "56782"), row("", ""), row("0", "0")
    )
    related = reading.tables["mcd_related"]
    assert (reading.rows, reading.rejects) == (4, [])
    assert related.select("row", "document", "related").rows() == [
        (2, "A56781", "L33577"), (3, "A56781", "L33577"), (3, "A56781", "A56782"),
    ]  # fmt: skip


def test_contractors_are_known_by_id_type_and_version() -> None:
    link = only_row(read("article_x_contractor", {**OF_ARTICLE, "article_type": "6", **CONTRACTOR}))
    assert (link["document"], link["contractor"], link["state"]) == ("A56781", "500/8/1", None)
    name = only_row(
        read("contractor", {**CONTRACTOR, "contractor_number": "06102", "contractor_bus_name": "A MAC"})
    )
    assert name == {"row": 2, "contractor": "500/8/1", "name": "A MAC", "number": "06102"}
    row = {**CONTRACTOR, "state_id": "7", "active_date": "2020-01-01 00:00:00", "term_date": ""}
    assert only_row(read("contractor_jurisdiction", row)) == {
        "row": 2, "contractor": "500/8/1", "state": "7", "first": dt.date(2020, 1, 1), "last": None,
    }  # fmt: skip


def test_states_and_primary_jurisdictions_share_the_state_id() -> None:
    state = only_row(
        read("state_lookup", {"state_id": "65", "state_abbrev": "UN", "description": "A region"})
    )
    assert state == {"row": 2, "state": "65", "abbreviation": "UN", "name": "A region"}
    assert only_row(read("lcd_x_primary_jurisdiction", {**OF_LCD, "state_id": "65"}))["state"] == "65"


@pytest.mark.parametrize(
    ("name", "good", "bad", "reason"),
    [
        ("article", ARTICLE, {"article_id": "x"}, "no document id"),
        ("article", ARTICLE, {"title": "<p></p>"}, "no title"),
        ("article", ARTICLE, {"article_eff_date": "soon"}, "article_eff_date is not a date"),
        ("article", ARTICLE, {"article_version": "1&x=y"}, "version"),
        ("ncd_trkg", NCD, {"NCD_mnl_sect": "7"}, "no document id"),
        ("lcd_x_contractor", {**OF_LCD, **CONTRACTOR}, {"contractor_id": ""}, "no contractor"),
        ("lcd_x_contractor", {**OF_LCD, **CONTRACTOR}, {"lcd_id": ""}, "no document"),
    ],
)
def test_a_bad_row_is_rejected(
    name: str, good: Mapping[str, str], bad: Mapping[str, str], reason: str
) -> None:
    reading = read(name, good, {**good, **bad})
    assert reading.rows == 1
    assert [reason in reject.reason for reject in reading.rejects] == [True]


def test_line_breaks_in_quotes_do_not_shift_the_line_numbers() -> None:
    long = {**ARTICLE, "description": "a\r\nb\r\n" + "word " * 300_000}
    reading = read("article", long, {**ARTICLE, "article_id": "x"})
    assert len(reading.tables["mcd_documents"]["text"][0]) > 1_000_000
    # The first row takes lines 2 to 6: its own end, two breaks here and the two of the other field.
    assert [reject.line for reject in reading.rejects] == [2 + 3]


def test_cp1252_is_read() -> None:
    assert only_row(read("article", {**ARTICLE, "title": "Coverage – “new”"}, encoding="cp1252"))[
        "title"
    ] == ("Coverage – “new”")


def test_the_release_is_the_newest_day_of_an_update() -> None:
    rows = [ARTICLE, {**ARTICLE, "last_updated": "2025-12-31 00:00:00"}, {**ARTICLE, "last_updated": ""}]
    found = READER.release(member_from_bytes("article.csv", table(rows)), OPTIONS)
    assert found is not None and (found.name, found.start) == ("2025-12-31", dt.date(2025, 12, 31))
    silent = READER.release(
        member_from_bytes("article.csv", table([{**ARTICLE, "last_updated": ""}])), OPTIONS
    )
    assert silent is not None and silent.name == "undated"


def test_a_table_under_the_name_of_another_is_refused() -> None:
    member = member_from_bytes("lcd.csv", table([ARTICLE]))
    with pytest.raises(SourceFileError, match="the name says lcd, the columns are those of article"):
        READER.release(member, OPTIONS)


def test_an_unknown_table_is_not_recognised() -> None:
    assert not READER.recognise(
        member_from_bytes("region_lookup.csv", b"region_id,description\n1,x\n"), OPTIONS
    )


def test_every_described_table_is_of_a_known_kind_and_matches_a_name_of_the_source() -> None:
    import re

    patterns = [re.compile(pattern) for pattern in source("mcd")["names"]]
    for name, spec in OPTIONS["tables"].items():
        assert BUILDERS[spec["kind"]].table in TABLES
        assert any(pattern.search(f"{name}.csv") for pattern in patterns), name


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), min_size=1, max_size=6),
        max_size=8,
    )
)
@settings(max_examples=50)
def test_every_row_is_read_or_rejected(rows: list[list[str]]) -> None:
    text = io.StringIO()
    header = ["article_id", "article_version", "icd10_code_id", "icd10_covered_group", "range", "asterisk"]
    csv.writer(text, lineterminator="\n").writerows([header, ["1", "1", "A00.0", "1", "", ""], *rows])
    data = text.getvalue().encode("utf-8", errors="replace")
    seen = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    whole = csv.reader(io.StringIO(seen, newline="\n"))
    wanted = sum(any(cell.strip() for cell in row) for row in whole) - 1
    assert accounted(READER.read(member_from_bytes("article_x_icd10_covered.csv", data), OPTIONS)) == wanted


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "table_name", "rows"),
    [
        ("article", "mcd_documents", 1),
        ("lcd", "mcd_documents", 1),
        ("article_x_hcpc_code", "mcd_codes", 6),
        ("article_x_icd10_covered", "mcd_codes", 121),
        ("article_x_icd10_covered_group", "mcd_groups", 1),
        ("lcd_related_documents", "mcd_related", 1),
    ],
)
def test_the_reconstructed_article_is_read(shared_data: Path, name: str, table_name: str, rows: int) -> None:
    member = member_from_path(shared_data / "mcd" / "A56781-reconstructed" / f"{name}.csv")
    assert READER.recognise(member, OPTIONS)
    reading = READER.read(member, OPTIONS)
    assert (reading.rows, len(reading.rejects)) == (rows, 0)
    assert reading.tables[table_name].height == rows
