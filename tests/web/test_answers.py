"""What stands beside the hits, on the page of results and in its JSON; and what is near to a record."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Browse
from tests.web.html_check import Page


def box(page: Page) -> str:
    """Return the text of what stands beside the hits; empty if there is nothing."""
    found = [element for element in page.elements if element.attributes.get("aria-label") == "Answers"]
    return " ".join(found[0].text.split()) if found else ""


def ask(browse: Browse, text: str, **more: str) -> Page:
    return browse("/search?" + urlencode({"q": text, **more}))


def hrefs(page: Page) -> list[str]:
    return [link.attributes["href"] for link in page.all("a")]


def test_a_header_shows_what_is_missing_and_links_to_the_legal_codes(browse: Browse) -> None:
    page = ask(browse, "S06.0X0")
    assert "The 7th character is missing: A or D." in box(page)
    assert "/record/code/ICD10CM/S060X0A" in hrefs(page)
    assert "Header: not billable" in box(page) and "Exact code" in box(page)


def test_a_code_that_became_a_header_keeps_the_day_in_its_links(browse: Browse) -> None:
    page = ask(browse, "G35", as_of="2025-10-01")
    assert "/record/code/ICD10CM/G35A?as_of=2025-10-01" in hrefs(page)
    assert "In force" in box(ask(browse, "G35", as_of="2025-09-30"))


def test_an_exact_code_stands_on_the_page_once_whatever_is_selected(browse: Browse) -> None:
    link = "/record/code/HCPCS/J1030"
    assert hrefs(ask(browse, "J1030")).count(link) == 1
    filtered = ask(browse, "J1030", **{"f.status": "active"})
    assert hrefs(filtered).count(link) == 1 and "Deleted" in box(filtered)
    assert hrefs(ask(browse, "J1030", kind="coverage")).count(link) == 1


@pytest.mark.parametrize("text", ["diabetes", "type 2 diabetes", ""])
def test_without_codes_nothing_stands_beside_the_hits(browse: Browse, text: str) -> None:
    assert box(ask(browse, text)) == ""


def test_a_header_among_the_hits_offers_the_codes_below_it(browse: Browse, client: FlaskClient) -> None:
    (found, *_) = client.get("/api/search?q=concussion&f.status=header").get_json()["answers"]["headers"]
    page = ask(browse, "concussion", **{"f.status": "header"})
    links = hrefs(page)
    assert box(page) == "" and found["choices"]["codes"]
    for link in found["choices"]["codes"]:
        assert f"/record/code/ICD10CM/{link['code']}" in links
        assert link["code"].startswith(found["header"]["code"])


def test_answers_are_on_the_first_page_only(browse: Browse) -> None:
    assert box(ask(browse, "E11"))
    assert box(ask(browse, "E11", per_page="5", page="2")) == ""


def test_what_is_not_loaded_says_where_was_searched_and_what_is_near(browse: Browse) -> None:
    page = ask(browse, "E11.99")
    assert "E11.99 is not loaded" in box(page)
    assert "E11.9 is complete and takes no further characters." in box(page)
    assert "icd10cm-order/FY2026" in box(page)
    assert "/record/code/ICD10CM/E119" in hrefs(page)
    assert "Nothing found" not in page.text


def test_several_codes_show_the_edits_among_them(browse: Browse) -> None:
    page = ask(browse, "11042, 97597")
    assert "NCCI PTP, practitioner: 1 pair of these codes has edits" in box(page)
    assert "/record/ptp_edit/PTPPRA/11042/97597" in hrefs(page)
    listed = ask(browse, "99214 11042 97597 E11.99 250.00")
    assert "The codes you asked for" in box(listed)
    assert re.search(r"E11\.99 Not loaded", box(listed))
    assert re.search(r"250\.00 Not current approximately E11\.9", box(listed))


def test_icd_9_is_marked_approximate_and_old(browse: Browse) -> None:
    page = ask(browse, "250.00")
    assert "ICD-9-CM diagnosis" in box(page) and "(approximate)" in box(page) and "2018" in box(page)
    assert "/record/code/ICD10CM/E119" in hrefs(page)


def test_a_kind_asked_for_by_name_is_shown_with_the_way_to_it(browse: Browse) -> None:
    page = ask(browse, "place of service office")
    assert "Shown as places of service" in box(page)
    (way,) = {href for href in hrefs(page) if "f.system=POS" in href and "q=office" in href}
    assert browse(way).links("facet-value")
    assert "Medically unlikely edits" in box(ask(browse, "mue 11042"))


def test_the_one_record_asked_for_by_kind_has_its_card_only(browse: Browse) -> None:
    said = box(ask(browse, "modifier 59"))
    assert "Shown as" not in said and "CPT modifier" in said and "Exact code" in said


def test_what_a_text_asks_for_is_said_and_not_what_codes_lack(browse: Browse) -> None:
    said = " ".join(ask(browse, "ptp 11042").text.split())
    assert "You asked for NCCI PTP edits; below the answer stand codes with some of these words" in said
    assert "all of these words" not in said and "Did you mean" not in said
    assert "No national coverage determinations found" in box(ask(browse, "ncd zzzz"))


def test_edits_asked_for_by_name_say_their_set(browse: Browse) -> None:
    said = box(ask(browse, "ptp 11042"))
    assert "Shown as NCCI PTP edits" in said
    assert re.search(r"\w+ / \w+ NCCI PTP, (practitioner|outpatient hospital)", said)


@pytest.mark.parametrize("text", ["<script>x</script> E11.99", 'J9999"><b>', "E11.99\u202e", "11042-<i>"])
def test_typed_text_is_never_markup(browse: Browse, text: str) -> None:
    page = ask(browse, text)
    assert not [element for element in page.all("script") if "src" not in element.attributes]
    assert not page.all("i")


def test_the_json_has_the_answers(client: FlaskClient) -> None:
    form = client.get("/api/search?q=11042+97597").get_json()["answers"]
    assert [answer["code"] for answer in form["codes"]] == ["11042", "97597"]
    assert [each["system"] for each in form["edits"]["sets"]] == ["PTPPRA", "PTPOPH"]
    assert client.get("/api/search?q=knee").get_json()["answers"]["codes"] == []


def test_a_record_shows_what_is_next_to_it_and_like_it(browse: Browse, client: FlaskClient) -> None:
    form = client.get("/api/record/code/ICD10CM/N182").get_json()
    assert [link["code"] for link in form["next_to"]][:2] == ["N181", "N183"]
    assert form["alike"] and "N182" not in {link["code"] for link in form["alike"]}
    page = browse("/record/code/ICD10CM/N182")
    assert "Next to it" in page.text and "More like this" in page.text
    for link in (*form["next_to"], *form["alike"]):
        assert f"/record/{link['kind']}/{link['system']}/{link['code']}" in hrefs(page)
    edit = client.get("/api/record/ptp_edit/PTPPRA/11042/97597").get_json()
    assert (edit["next_to"], edit["alike"]) == ([], [])
