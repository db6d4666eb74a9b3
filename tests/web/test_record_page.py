"""The page of one record, the address of a bare code, and both as JSON."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from coding.detail import Cell, Detail, Link, Section
from searchapp.presenters.record_page import record_page
from searchapp.presenters.urls import Urls
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS
from tests.web.conftest import Browse
from tests.web.html_check import squeezed
from tests.web.test_presenters import record


@pytest.mark.parametrize("kind", KINDS)
def test_every_hit_of_the_sample_has_a_sound_page(browse: Browse, sample_library: Library, kind: str) -> None:
    result = sample_library.search(Request(kind=kind, per_page=200))
    assert result.hits
    for hit in result.hits[:: max(1, len(result.hits) // 25)]:
        record = hit.record
        page = browse(f"/record/{record.kind}/{record.system}/{record.code}")
        assert record.display in page.all("h1")[0].text
        assert page.all("link", rel="canonical")[0].attributes["href"].endswith(record.code)


def test_90862_says_everything_at_first_sight(browse: Browse) -> None:
    page = browse("/record/code/CPT/90862")
    assert "CPT 90862 – descriptor not loaded (AMA licence)" in squeezed(page.all("h1")[0].text)
    assert "Deleted since 2013-01-01" in page.text
    assert "What to use instead" in page.text
    addresses = {link.attributes["href"] for link in page.links()}
    assert {"/record/code/CPT/90833", "/record/code/CPT/90863"} <= addresses
    main = page.html.index('id="main"')
    assert page.html.index("Deleted since", main) < page.html.index("What to use instead", main)


def test_j1030_says_that_the_unit_changed(browse: Browse) -> None:
    page = browse("/record/code/HCPCS/J1030")
    assert "/record/code/HCPCS/J1010" in {link.attributes["href"] for link in page.links()}
    assert "Unit changed" in page.text


def test_g35_changes_with_the_day(browse: Browse) -> None:
    before = browse("/record/code/ICD10CM/G35?as_of=2025-09-30")
    assert [badge.text for badge in before.all("span", class_="badge")] == ["In force"]
    after = browse("/record/code/ICD10CM/G35?as_of=2025-10-01")
    assert [badge.text for badge in after.all("span", class_="badge")] == ["Header: not billable"]
    addresses = {link.attributes["href"].split("?")[0] for link in after.links()}
    assert {"/record/code/ICD10CM/G35A", "/record/code/ICD10CM/G35D"} <= addresses


def test_a_header_leads_to_the_billable_codes_below(browse: Browse, sample_library: Library) -> None:
    headers = Request(filters=(("system", ("ICD10CM",)), ("status", ("header",))), per_page=50)
    for hit in sample_library.search(headers).hits:
        page = browse(f"/record/code/ICD10CM/{hit.record.code}")
        below = {link.attributes["href"].rpartition("/")[2] for link in page.links() if link.inside("main")}
        assert any(code != hit.record.code and code.startswith(hit.record.code) for code in below), (
            hit.record.code
        )


def test_every_link_to_a_record_keeps_the_day(browse: Browse) -> None:
    page = browse("/record/code/ICD10CM/G35?as_of=2025-10-01")
    links = [
        link.attributes["href"]
        for link in page.links()
        if link.attributes["href"].startswith("/record/") and link.text != "today"
    ]
    assert links
    assert all(address.endswith("as_of=2025-10-01") for address in links)
    assert page.all("input", id="as-of")[0].attributes["value"] == "2025-10-01"


def test_all_dates_on_a_record_means_today(browse: Browse) -> None:
    assert "As of today" in browse("/record/code/ICD10CM/E119?as_of=all").text


def test_another_spelling_leads_to_the_one_address(client: FlaskClient) -> None:
    answer = client.get("/record/code/ICD10CM/e11.9?as_of=2025-01-15")
    assert answer.status_code == 302
    assert answer.location == "/record/code/ICD10CM/E119?as_of=2025-01-15"


def test_an_edit_has_both_codes_in_its_address(browse: Browse, sample_library: Library) -> None:
    edit = sample_library.search(Request(kind="ptp_edit", per_page=1)).hits[0].record
    first, second = edit.code.split("/")
    page = browse(f"/record/ptp_edit/{edit.system}/{first}/{second}")
    assert first in page.text
    assert second in page.text


def test_a_bare_code_leads_to_its_record(client: FlaskClient) -> None:
    answer = client.get("/code/E11.9")
    assert answer.status_code == 302
    assert answer.location == "/record/code/ICD10CM/E119"


@pytest.mark.parametrize(
    ("code", "systems"),
    [("J0120", ("code/HCPCS", "code/ICD10CM")), ("25", ("modifier/CPTMOD", "modifier/POS"))],
)
def test_a_code_of_several_systems_asks_which_and_each_names_the_other(
    browse: Browse, code: str, systems: tuple[str, ...]
) -> None:
    page = browse(f"/code/{code}?as_of=2025-01-15")
    assert "Which" in page.all("h1")[0].text
    addresses = [f"/record/{system}/{code}?as_of=2025-01-15" for system in systems]
    assert [link.attributes["href"] for link in page.links() if link.inside("main")] == addresses
    for address, other in (addresses, addresses[::-1]):
        there = browse(address)
        assert "The same code elsewhere" in there.text
        assert other in {link.attributes["href"] for link in there.links()}


def test_a_code_that_nobody_has_is_not_found_in_words(browse: Browse, client: FlaskClient) -> None:
    page = browse("/code/Z99999", status=404)
    assert "Z99999" in page.text
    assert browse("/record/code/ICD10CM/Z99999", status=404)
    assert browse("/record/nonsense/ICD10CM/E119", status=404)
    assert browse("/record/code/NONSENSE/E119", status=404)
    assert browse("/record/code/ICD10CM/E119?as_of=yesterday", status=400)


def test_the_same_as_json(client: FlaskClient) -> None:
    data = client.get("/api/record/code/CPT/90862").get_json()
    assert (data["system"], data["code"], data["title"]) == ("CPT", "90862", None)
    assert data["status"] == "deleted"
    assert {row["code"] for row in data["successors"]} >= {"90833", "90863"}
    assert client.get("/api/record/code/CPT/00000").status_code == 404


def test_only_the_pages_of_agencies_become_links_out_of_the_site() -> None:
    texts = ("https://www.cms.gov/page?a=1&b=2", "http://x", "javascript:x()", "see https://x", "https://x y")
    section = Section("s", "S", (), tuple((Cell(text),) for text in texts))
    page = record_page(Detail(record(), sections=(section,)), dt.date(2026, 1, 1), Urls())
    links = [row[0].url for row in page.sections[0].rows]
    assert links == [texts[0], None, None, None, None]


def test_a_long_list_is_folded_and_says_when_it_is_not_complete() -> None:
    links = tuple(
        Link("code", "ICD10CM", f"S{number:03}", f"S{number:03}", "Synthetic") for number in range(200)
    )
    for count, heading in ((3, "Billable codes below (3)"), (200, "Some of the billable codes below (200)")):
        page = record_page(Detail(record(), completions=links[:count]), dt.date(2026, 1, 1), Urls())
        assert page.completions_title == heading
        assert len(page.completions) == count
