"""The page of results: facets, chips, tabs, order, pages and the day, all without a script."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from searchcore.schema import KINDS, load_kind
from tests.web.conftest import Browse
from tests.web.html_check import Element, Page, squeezed


def total(page: Page) -> int:
    """Return the number of matches that the heading names."""
    found = re.match(r"[\d,]+", squeezed(page.all("h1")[0].text))
    assert found, page.all("h1")[0].text
    return int(found[0].replace(",", ""))


def count_of(link: Element) -> int:
    """Return the number that a facet value or tab shows."""
    shown = next(child for child in link.children if "count" in child.attributes.get("class", "").split())
    found = re.search(r"[\d,]+", shown.text)
    assert found
    return int(found[0].replace(",", ""))


def codes(page: Page) -> list[str]:
    """Return the addresses of the hits, in order."""
    return [
        child.attributes["href"]
        for heading in page.all("h2")
        if heading.inside("ol")
        for child in heading.children
        if child.tag == "a"
    ]


def test_words_find_codes_with_the_words_marked(browse: Browse) -> None:
    page = browse("/search?q=diabetes")
    assert total(page) > 1
    assert any(mark.text.casefold().startswith("diabet") for mark in page.all("mark"))
    assert page.all("input", id="q")[0].attributes["value"] == "diabetes"


def test_an_exact_code_comes_first_in_any_spelling(browse: Browse) -> None:
    for spelling in ("E11.9", "e119", " e11.9 "):
        page = browse("/search?" + urlencode({"q": spelling}))
        assert codes(page)[0] == "/record/code/ICD10CM/E119"
        assert "Exact code" in page.text


def test_what_is_shown_for_another_spelling_is_said_once(browse: Browse) -> None:
    text = browse("/search?q=diabtes").text
    assert "Shown for diabetes; nothing has diabtes" in " ".join(text.split())
    assert "Did you mean" not in text


def test_nothing_found_lists_what_was_searched_folded(browse: Browse) -> None:
    page = browse("/search?q=zzzqqq")
    (folded,) = [each for each in page.all("details") if "cannot be found" in each.text]
    assert "ICD-10-CM order file" in folded.text


def test_the_use_of_a_modifier_is_in_words(browse: Browse) -> None:
    text = browse("/search?kind=modifier&q=modifier+25").text
    assert "Global surgery" in text and "global-surgery" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_facet_count_is_what_its_link_finds(browse: Browse, kind: str) -> None:
    page = browse(f"/search?kind={kind}")
    links = page.links("facet-value")
    assert links
    for link in links[::3]:
        narrowed = browse(link.attributes["href"])
        assert total(narrowed) == count_of(link), link.attributes["href"]
        chosen = [other for other in narrowed.links("facet-value") if "aria-current" in other.attributes]
        assert len(chosen) == 1
        assert "Selected:" in chosen[0].text
        assert "✓" in chosen[0].text


def test_values_of_one_facet_widen_and_facets_narrow(browse: Browse) -> None:
    one = browse("/search?f.system=ICD10CM")
    two = browse("/search?f.system=ICD10CM&f.system=HCPCS")
    hcpcs = browse("/search?f.system=HCPCS")
    assert total(two) == total(one) + total(hcpcs)
    both = browse("/search?f.system=ICD10CM&f.status=active")
    assert 0 < total(both) < total(one)
    systems = [link for link in both.links("facet-value") if "f.system=" in link.attributes["href"]]
    assert len([link for link in systems if "HCPCS" in link.text]) == 1, "other values stay on offer"


def test_the_count_stands_in_the_name_of_the_link(browse: Browse) -> None:
    for link in browse("/search").links("facet-value"):
        assert re.search(r", [\d,]+ found", squeezed(link.text).replace(" ,", ",")), link.text


def test_chips_name_facet_and_value_and_remove_exactly_one(browse: Browse) -> None:
    page = browse("/search?q=diabetes&f.system=ICD10CM&f.billable=yes&page=1")
    chips = page.links("chip")
    assert len(chips) == 2
    assert [squeezed(chip.text).startswith("Remove the filter") for chip in chips] == [True, True]
    system = next(chip for chip in chips if "Code system" in chip.text)
    assert parse_qs(urlsplit(system.attributes["href"]).query) == {"q": ["diabetes"], "f.billable": ["yes"]}


def test_clear_all_keeps_the_text_and_the_day(browse: Browse) -> None:
    page = browse("/search?q=diabetes&f.system=ICD10CM&as_of=2025-01-15")
    clear = page.links("clear")[0].attributes["href"]
    assert parse_qs(urlsplit(clear).query) == {"q": ["diabetes"], "as_of": ["2025-01-15"]}


def test_changing_a_filter_goes_back_to_page_1(browse: Browse) -> None:
    page = browse("/search?per_page=5&page=2&f.system=ICD10CM")
    for link in [*page.links("facet-value"), *page.links("chip"), *page.links("clear")]:
        assert "page=2" not in link.attributes["href"].replace("per_page", "")


def test_paging_shows_every_hit_once(browse: Browse) -> None:
    page = browse("/search?per_page=7&f.system=HCPCS&sort=code")
    expected = total(page)
    seen = codes(page)
    for _ in range(expected):
        following = list(page.all("a", rel="next"))
        if not following:
            break
        page = browse(following[0].attributes["href"])
        assert page.all("a", rel="prev")
        seen += codes(page)
    assert len(seen) == expected == len(set(seen))


def test_a_page_behind_the_last_leads_back(browse: Browse) -> None:
    page = browse("/search?q=diabetes&page=9000")
    assert "behind the last one" in page.text
    back = next(link for link in page.links() if link.text == "To the last page")
    assert codes(browse(back.attributes["href"]))


@pytest.mark.parametrize(
    "query",
    [
        "q=diabetes",
        "q=injection&f.system=HCPCS",
        "q=11042",
        "q=59",
        "q=knee+brace+xyzzy&all_words=1",
        "q=heart+attack&expand=0",
    ],
)
def test_tab_counts_are_what_the_tabs_hold(browse: Browse, query: str) -> None:
    page = browse(f"/search?{query}")
    tabs = [link for link in page.links() if link.parent and link.parent.tag == "li" and link.inside("nav")][
        :4
    ]
    assert [squeezed(tab.text).split(",")[0] for tab in tabs] == [load_kind(kind).label for kind in KINDS]
    for tab in tabs:
        assert total(browse(tab.attributes["href"])) == count_of(tab)


def test_the_order_can_be_chosen(browse: Browse) -> None:
    page = browse("/search?f.system=HCPCS&sort=code")
    assert codes(page) == sorted(codes(page))
    current = [link.text for link in page.links() if link.attributes.get("aria-current") == "true"]
    assert "Code" in current


def test_a_new_text_keeps_filters_day_and_order(browse: Browse) -> None:
    page = browse("/search?q=x&kind=modifier&f.system=CPTMOD&as_of=2025-01-15&sort=code&page=3")
    form = page.all("form", role="search")[0]
    assert form.attributes["method"] == "get"
    kept = [
        (child.attributes["name"], child.attributes["value"])
        for child in form.children
        if child.attributes.get("type") == "hidden"
    ]
    assert dict(kept) == {
        "kind": "modifier",
        "f.system": "CPTMOD",
        "as_of": "2025-01-15",
        "sort": "code",
    }


def test_the_day_form_keeps_the_search(browse: Browse) -> None:
    page = browse("/search?q=diabetes&f.system=ICD10CM&page=2&per_page=1")
    form = page.all("form", class_="as-of")[0]
    kept = [
        (child.attributes["name"], child.attributes["value"])
        for child in form.children
        if child.attributes.get("type") == "hidden"
    ]
    sent = urlencode([*kept, ("as_of", "2025-02-03")])
    there = browse(f"{form.attributes['action']}?{sent}")
    assert "As of 2025-02-03" in there.text
    assert parse_qs(sent) == {
        "q": ["diabetes"],
        "f.system": ["ICD10CM"],
        "per_page": ["1"],
        "as_of": ["2025-02-03"],
    }


def test_all_dates_counts_versions_and_says_so(browse: Browse) -> None:
    page = browse("/search?q=G35&as_of=all")
    assert "version" in page.all("h1")[0].text
    assert "All dates" in page.text
    assert total(page) >= total(browse("/search?q=G35"))


def test_nothing_found_keeps_the_chips_and_proposes_the_best_way_out(browse: Browse) -> None:
    page = browse("/search?q=90862&f.system=CPT&f.billable=no&f.laterality=left")
    assert total(page) == 0
    assert len(page.links("chip")) == 3
    assert "What is not loaded cannot be found" in page.text
    one = browse("/search?q=90862&f.system=ICD10CM")
    way_out = next(link for link in one.links() if link.text.startswith("Remove it ("))
    promised = re.search(r"\(([\d,]+) found\)", way_out.text)
    assert promised
    assert total(browse(way_out.attributes["href"])) == int(promised[1].replace(",", ""))


def test_a_deleted_code_shows_what_took_its_place_at_first_sight(browse: Browse) -> None:
    page = browse("/search?q=90862")
    assert "Deleted since 2013-01-01" in page.text
    assert "descriptor not loaded (AMA licence)" in page.text
    links = {link.attributes["href"] for link in page.links() if link.inside("ol")}
    for code in ("90833", "90863"):
        assert f"/record/code/CPT/{code}" in links


def test_canonical_previous_and_next_addresses(browse: Browse) -> None:
    page = browse("/search?page=2&per_page=5&q=+diabetes++&kind=code&utm=x")

    def address(rel: str) -> str:
        return page.all("link", rel=rel)[0].attributes["href"]

    assert address("canonical") == "/search?q=diabetes&page=2&per_page=5"
    assert address("prev") == "/search?q=diabetes&per_page=5"
    assert address("next") == "/search?q=diabetes&page=3&per_page=5"


def test_a_long_text_is_cut_and_the_page_says_so(browse: Browse) -> None:
    page = browse("/search?" + urlencode({"q": "E119 " * 3000}))
    assert "cut to its first 4,000 characters" in page.text
    assert len(page.html) < 3_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            " ".join(f"knee{number}x" for number in range(90)),
            "The text is long; only its first 64 words were searched",
        ),
        ("(" * 90 + "knee" + ")" * 90, "Parentheses that have no partner, or nest too deeply, were left out"),
        ("knee " + "x" * 900, "A word of more than 200 characters was cut"),
        ("knee " * 900, "The text was cut to its first 4,000 characters; the JSON API takes more."),
    ],
)
def test_a_limit_that_was_hit_is_said_on_the_page(browse: Browse, text: str, said: str) -> None:
    page = browse(f"/search?{urlencode({'q': text})}")
    assert said in " ".join(page.text.split())
