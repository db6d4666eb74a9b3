"""The page of all values of a facet."""

from __future__ import annotations

import re

import pytest

from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import KINDS, load_kind
from tests.web.conftest import Browse
from tests.web.html_check import squeezed
from tests.web.test_search_page import count_of


@pytest.mark.parametrize("kind", KINDS)
def test_every_facet_has_a_page_with_all_its_values(
    browse: Browse, sample_library: Library, kind: str
) -> None:
    for name in load_kind(kind).facets:
        page = browse(f"/facet/{kind}/{name}")
        values = sample_library.facet_values(Request(kind=kind), name).values
        assert len(page.links("facet-value")) == min(len(values), 200), name


def test_the_filter_box_finds_labels(browse: Browse) -> None:
    page = browse("/facet/code/system?contains=icd")
    assert page.links("facet-value")
    assert all("icd" in link.text.casefold() for link in page.links("facet-value"))
    assert re.search(r"\d+ of \d+ values", page.text)
    assert page.all("input", id="contains")[0].attributes["value"] == "icd"
    nothing = browse("/facet/code/system?contains=zzzz")
    assert "No value contains that text." in nothing.text


def test_both_orders(browse: Browse) -> None:
    by_count = [count_of(link) for link in browse("/facet/code/start_year").links("facet-value")]
    assert by_count == sorted(by_count, reverse=True)
    by_label = browse("/facet/code/start_year?order=label").links("facet-value")
    years = [int(found[0]) for link in by_label if (found := re.search(r"\b\d{4}\b", link.text))]
    assert len(years) > 1
    assert years == sorted(years)


def test_the_search_is_kept_and_the_way_back_too(browse: Browse) -> None:
    page = browse("/facet/code/system?q=diabetes&f.billable=yes&as_of=2025-01-15")
    assert "Billable" in squeezed(page.links("chip")[0].text)
    back = next(link for link in page.links() if "Back to the results" in link.text)
    assert back.attributes["href"] == "/search?q=diabetes&f.billable=yes&as_of=2025-01-15"
    assert ("q", "diabetes") in page.hidden
    assert ("f.billable", "yes") in page.hidden
    for link in page.links("facet-value"):
        assert link.attributes["href"].startswith("/search?q=diabetes&f.billable=yes")


def test_names_that_do_not_exist_are_not_found(browse: Browse) -> None:
    assert "has no facet" in browse("/facet/code/nonsense", status=404).text
    assert "no kind" in browse("/facet/nonsense/system", status=404).text
    assert "no order" in browse("/facet/code/system?order=nonsense", status=400).text
    assert "not a part" in browse("/facet/code/system?part=-1", status=400).text
