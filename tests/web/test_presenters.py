"""The parts of the pages that need no index: addresses, highlights, pages, words."""

from __future__ import annotations

import datetime as dt
import itertools
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from searchapp.params import asked_on_page, clean
from searchapp.presenters.chips import chips
from searchapp.presenters.family import family
from searchapp.presenters.highlight import parts
from searchapp.presenters.pager import page_links
from searchapp.presenters.successors import successor_groups
from searchapp.presenters.urls import Urls, for_kind
from searchapp.presenters.words import full_title, status_badge, validity
from searchcore.request import Request
from searchcore.result import Record, Successor
from searchcore.schema import KINDS, load_kind

TODAY = dt.date(2026, 11, 23)
URLS = Urls("", TODAY)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(
    clean
)  # control characters never get as far as an address


@st.composite
def requests(draw: st.DrawFn) -> Request:
    kind = draw(st.sampled_from(KINDS))
    schema = load_kind(kind)
    names = draw(st.lists(st.sampled_from(list(schema.facets)), max_size=3, unique=True))
    values = st.lists(texts.filter(bool), min_size=1, max_size=3)
    return Request(
        text=draw(texts),
        kind=kind,
        filters=tuple((name, tuple(draw(values))) for name in names),
        as_of=draw(st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))),
        sort=draw(st.sampled_from(list(schema.sorts))),
        page=draw(st.integers(1, 1_000_000)),
        per_page=draw(st.integers(1, 200)),
    )


def record(**changes: object) -> Record:
    """Return a synthetic record."""
    values: dict[str, object] = {
        "kind": "code",
        "system": "HCPCS",
        "code": "A0000",
        "display": "A0000",
        "title": "Synthetic thing",
        "status": "active",
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": None,
        "start": "known",
        "end": "open",
        "releases": ("synthetic/1",),
        "fields": {},
        "origins": {},
    }
    return Record(**{**values, **changes})  # type: ignore[arg-type]


@given(requests())
def test_an_address_of_a_search_says_the_same_search(request: Request) -> None:
    split = urlsplit(URLS.search(request))
    again = on_page({"as_of": [str(TODAY)], **parse_qs(split.query)})
    assert split.path == "/search"
    assert again.as_dict() == request.as_dict()


def on_page(params: dict[str, list[str]]) -> Request:
    return asked_on_page(
        MultiDict([(name, value) for name, values in params.items() for value in values])
    ).request


@given(requests())
def test_a_chip_removes_exactly_one_value_and_goes_to_page_1(request: Request) -> None:
    shown = chips(request, lambda kind, facet, value: value, URLS)
    selected = [(name, value) for name, values in request.filters for value in values]
    assert len(shown.items) == len(selected)
    for chip, pair in zip(shown.items, selected, strict=True):
        left = on_page(parse_qs(urlsplit(chip.url).query))
        pairs = [(name, value) for name, values in left.filters for value in values]
        assert pairs == [other for other in selected if other != pair]
        assert left.page == 1
    cleared = on_page(parse_qs(urlsplit(shown.clear_url).query))
    assert cleared.filters == ()
    assert cleared.as_dict()["q"] == request.as_dict()["q"]


def test_a_record_address_keeps_the_day_and_escapes_the_code() -> None:
    url = URLS.record("code", "CPT", "1?&#/ä", dt.date(2020, 5, 1))
    assert url == "/record/code/CPT/1%3F%26%23/%C3%A4?as_of=2020-05-01"
    assert URLS.record("ptp_edit", "PTPPRA", "11042/97597", TODAY) == "/record/ptp_edit/PTPPRA/11042/97597"
    assert Urls("/codes", TODAY).home == "/codes/"


def test_filters_and_order_do_not_carry_over_to_another_kind() -> None:
    request = Request("knee", filters=(("billable", ("yes",)),), sort="title", page=3)
    other = for_kind(request, "modifier")
    assert (other.kind, other.filters, other.sort, other.page) == ("modifier", (), "score", 1)
    assert for_kind(request, "code").filters == request.filters


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8))
def test_highlighted_parts_join_to_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    cut = parts(text, spans)
    assert "".join(part.text for part in cut) == text
    wanted = {at for start, end in spans for at in range(max(start, 0), min(end, len(text)))}
    at = 0
    for part in cut:
        for _ in part.text:
            assert part.match == (at in wanted)
            at += 1


@given(st.integers(1, 500), st.integers(1, 400))
def test_page_numbers_rise_and_hold_the_ends_and_the_current_page(here: int, last: int) -> None:
    links = page_links(here, last, lambda page: f"p{page}")
    numbers = [int(link.url[1:]) for link in links if link.url]
    assert numbers == sorted(set(numbers))
    assert {1, last} <= set(numbers) <= set(range(1, last + 1))
    assert [link.label for link in links if link.current] == ([str(here)] if here <= last else [])
    for before, after in itertools.pairwise(links):
        assert before.url or after.url, "two gaps in a row"
    for before, gap, after in zip(links, links[1:], links[2:], strict=False):
        if gap.url is None:
            assert before.url and after.url
            assert int(after.url[1:]) - int(before.url[1:]) > 2, "a gap of one page"


@pytest.mark.parametrize(
    ("changes", "words", "tone"),
    [
        ({}, "In force", "ok"),
        ({"status": "header"}, "Header: not billable", "warn"),
        (
            {"status": "deleted", "valid_to": dt.date(2012, 12, 31), "end": "known"},
            "Deleted since 2013-01-01",
            "stop",
        ),
        (
            {"status": "deleted", "valid_to": dt.date(2025, 9, 30), "end": "on_or_before"},
            "Deleted by 2025-10-01",
            "stop",
        ),
        ({"status": "deleted"}, "Deleted", "stop"),
        (
            {"status": "future", "valid_from": dt.date(2027, 1, 1)},
            "Not yet in force: from 2027-01-01",
            "info",
        ),
        ({"status": "future", "valid_from": None}, "Not yet in force", "info"),
        ({"status": "unknown"}, "Status unknown", "quiet"),
    ],
)
def test_status_is_said_in_words(changes: dict[str, object], words: str, tone: str) -> None:
    badge = status_badge(record(**changes))
    assert (badge.text, badge.tone) == (words, tone)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Valid from 2020-01-01, no end date"),
        ({"start": "on_or_before"}, "Valid from 2020-01-01 or earlier, no end date"),
        ({"start": "unknown", "valid_from": None}, "Start not given, no end date"),
        ({"start": "unknown"}, "Start not given, no end date"),
        ({"end": "unknown"}, "Valid from 2020-01-01, end not given"),
        ({"valid_to": dt.date(2024, 3, 31), "end": "known"}, "Valid from 2020-01-01 to 2024-03-31"),
        (
            {"valid_to": dt.date(2024, 3, 31), "end": "on_or_before"},
            "Valid from 2020-01-01 to 2024-03-31 at the latest",
        ),
        (
            {"start": "unknown", "valid_from": None, "valid_to": dt.date(2012, 12, 31), "end": "known"},
            "Start not given, to 2012-12-31",
        ),
    ],
)
def test_validity_says_how_well_each_bound_is_known(changes: dict[str, object], words: str) -> None:
    assert validity(record(**changes)) == words


def test_a_number_without_a_licensed_title_says_so() -> None:
    number = record(system="CPT", code="29881", display="29881", title=None)
    assert full_title(number) == "CPT 29881 – descriptor not loaded (AMA licence)"
    dental = record(system="HCPCS", code="D0120", display="D0120", title=None)
    assert full_title(dental) == "D0120 – descriptor not loaded (ADA licence)"


def test_successors_of_one_kind_stand_together_with_their_conditions() -> None:
    def to(code: str, kind: str, **more: str | None) -> Successor:
        values: dict[str, str | None] = {"to": None, "condition": None, "unit_change": None, "source": "s"}
        return Successor("HCPCS", code, code, kind=kind, **{**values, **more})  # type: ignore[arg-type]

    groups = successor_groups(
        (
            to("A0001", "replaced", condition="synthetic condition"),
            to("A0002", "replaced", to="A0009", unit_change="10 mg became 1 mg"),
            to("A0003", "some_new_kind"),
        ),
        dt.date(2020, 1, 2),
        URLS,
    )
    assert [group.lead for group in groups] == ["Replaced by", "Some new kind"]
    assert groups[0].condition == ""
    assert groups[0].sources == ("s",)
    first, second = groups[0].items
    assert first.condition == "synthetic condition"
    assert first.url == "/record/code/HCPCS/A0001?as_of=2020-01-02"
    assert (second.label, second.unit_change) == ("A0002 to A0009", "10 mg became 1 mg")


def test_a_condition_that_several_share_is_said_once() -> None:
    rows = tuple(
        Successor("HCPCS", code, code, None, "split", "whichever fits", None, "s")
        for code in ("A0001", "A0002")
    )
    (group,) = successor_groups(rows, None, URLS)
    assert group.condition == "whichever fits"
    assert [item.condition for item in group.items] == ["", ""]
    (alone,) = successor_groups(rows[:1], None, URLS)
    assert (alone.condition, alone.items[0].condition) == ("", "whichever fits")


def test_families_go_from_broad_to_narrow() -> None:
    found = family({"family": "Surgery; Bones; Knee"})
    assert found is not None
    assert (found.name, found.around) == ("Knee", ("Surgery", "Bones"))
    assert family({"family": None}) is None
    assert family({}) is None
