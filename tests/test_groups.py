"""Grouped hits on every surface: the request, the library, the command, the web."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from click.testing import Result

from searchcore.errors import QueryError
from searchcore.library import Library
from searchcore.request import Request, request_from_params
from searchcore.schema import KINDS, load_kind

Codefacet = Callable[..., Result]
DAY = dt.date(2026, 11, 23)
ANKLE = Request("sprained ankle", group="family")


class TestRequest:
    def test_a_group_is_part_of_the_canonical_form(self) -> None:
        plain = ANKLE.with_(group="")
        assert ANKLE.as_dict() == {**plain.as_dict(), "group": "family"}
        assert "group" not in plain.as_dict()
        assert ANKLE.hash() != plain.hash()

    def test_an_address_keeps_it(self) -> None:
        query = ANKLE.with_(page=3).to_query()
        assert query == "q=sprained+ankle&group=family&page=3"
        assert request_from_params(parse_qs(query)) == ANKLE.with_(page=3)

    @pytest.mark.parametrize(
        ("kind", "name"), [("code", "nothing"), ("modifier", "family"), ("ptp_edit", "\0")]
    )
    def test_an_unknown_group_is_refused(self, kind: str, name: str) -> None:
        with pytest.raises(QueryError, match="has no group"):
            Request("knee", kind, group=name)
        with pytest.raises(QueryError, match="has no group"):
            request_from_params({"kind": [kind], "group": [name]})

    def test_a_tab_drops_the_group_that_its_kind_does_not_have(self) -> None:
        params = {"q": ["knee"], "group": ["family"]}
        assert request_from_params(params, kind="modifier").group == ""
        assert request_from_params(params, kind="code").group == "family"

    def test_every_group_tells_its_members_apart_by_facets_of_one_value(self) -> None:
        groups = [(kind, group) for kind in KINDS for group in load_kind(kind).groups.values()]
        assert groups
        for kind, group in groups:
            facets = load_kind(kind).facets
            assert not [name for name in group.differ if facets[name].several or facets[name].as_of]


class TestLibrary:
    def test_every_match_is_in_one_group_with_what_it_is_alone(self, sample_library: Library) -> None:
        plain = sample_library.search(Request("", per_page=200))
        found = {}
        for page in range(1, plain.pages + 1):
            for hit in sample_library.search(Request("", per_page=200, page=page)).hits:
                found[hit.record.system, hit.record.code] = hit.as_dict()
        grouped = sample_library.search(Request("", per_page=200, group="family"))
        assert (grouped.total, grouped.facets) == (plain.total, plain.facets)
        assert grouped.groups == grouped.rows < plain.rows == plain.total
        seen = {}
        for page in range(1, grouped.pages + 1):
            result = sample_library.search(Request("", per_page=200, group="family", page=page))
            for hit in result.hits:
                assert hit.members_total == len(hit.members)
                form = hit.as_dict()
                members = form.pop("members")
                assert form.pop("members_total") == len(members)
                for one in (form, *members):
                    assert seen.setdefault((one["system"], one["code"]), one) is one
        assert seen == found

    def test_members_have_their_successors(self, sample_library: Library) -> None:
        result = sample_library.search(Request("pelvis perineum", as_of=DAY, group="family"))
        members = {member.record.display: member for hit in result.hits for member in hit.members}
        alone = sample_library.search(Request("R10.2", as_of=DAY)).hits[0]
        assert [successor.display for successor in alone.successors] == ["R10.20", "R10.21", "R10.22"]
        assert members["R10.2"].successors == alone.successors
        assert members["R10.22"].successors == ()

    def test_members_can_be_looked_at_after_the_library_was_closed(self, sample_data_dir: Path) -> None:
        library = Library.open(sample_data_dir)
        (hit,) = library.search(Request("S93.401A", group="family")).hits
        result = library.search(ANKLE)
        library.close()
        assert hit.members_total == 0
        assert [len(hit.members) for hit in result.hits] == [hit.members_total for hit in result.hits]
        assert any(member.record.title for hit in result.hits for member in hit.members)


class TestCommand:
    def test_names_what_the_members_differ_in(self, sample_data_dir: Path, codefacet: Codefacet) -> None:
        done = codefacet(
            sample_data_dir, "search", "sprained ankle", "--all-words", "--group", "family", "--per-page", "1"
        )
        assert done.exit_code == 0
        words = " ".join(done.output.split())
        assert "1 found by family, 9 in all" in words
        assert "and 8 more: Right 4, Left 2 · Initial encounter 2, Sequela 1, Subsequent encounter 1" in words

    def test_an_unknown_group_is_wrong_usage(self, sample_data_dir: Path, codefacet: Codefacet) -> None:
        done = codefacet(sample_data_dir, "search", "knee", "--group", "side")
        assert (done.exit_code, "no group 'side'" in done.output) == (2, True)
        every = codefacet(sample_data_dir, "search", "knee", "--kind", "all", "--group", "family", "--json")
        kinds = json.loads(every.stdout)["kinds"]
        assert [kind for kind, form in kinds.items() if "groups" in form] == ["code"]

    def test_a_batch_is_grouped(self, sample_data_dir: Path, codefacet: Codefacet) -> None:
        done = codefacet(
            sample_data_dir, "search", "--batch", "-", "--group", "family", input="ankle\nknee\n"
        )
        assert [json.loads(line)["groups"] > 0 for line in done.stdout.splitlines()] == [True, True]


class TestWeb:
    def test_the_api_and_the_page_count_groups(self, sample_library: Library) -> None:
        from searchapp.app import create_app

        client = create_app(sample_library).test_client()
        form = client.get("/api/search?q=ankle&group=family&per_page=1").get_json()
        assert form["groups"] == form["pages"] < form["total"]
        assert client.get("/api/search?q=ankle&group=nothing").status_code == 400
        page = client.get("/search?q=ankle&group=family&per_page=1").get_data(as_text=True)
        assert f"1 to 1 of {form['groups']}" in page
        # Families are what a page shows anyway; links to other kinds leave the group out.
        assert "q=ankle&amp;page=2" in page
        assert not [link for link in page.split('"') if "kind=modifier" in link and "group=" in link]

    def test_a_page_shows_families_unless_asked_otherwise(self, sample_library: Library) -> None:
        from searchapp.app import create_app

        client = create_app(sample_library).test_client()
        page = client.get("/search?q=sprained+ankle&all_words=1").get_data(as_text=True)
        assert "in 1 family" in page
        # One row for each side, one column for each encounter, a link to each code.
        picker = page[page.index('<details class="picker">') : page.index("</details>", page.index("picker"))]
        assert [row in picker for row in (">Right</th>", ">Left</th>")] == [True, True]
        assert [column in picker for column in (">Initial encounter</th>", ">Sequela</th>")] == [True, True]
        assert "/record/code/ICD10CM/S93401A" in picker
        assert [link for link in page.split('"') if "group=family" in link and "/api/" not in link] == []
        assert "/search?q=sprained+ankle&amp;all_words=1&amp;group=none" in page
        flat = client.get("/search?q=sprained+ankle&all_words=1&group=none").get_data(as_text=True)
        assert ("in 1 family" in flat, '<details class="picker">' in flat) == (False, False)
        assert 'rel="canonical" href="/search?q=sprained+ankle&amp;all_words=1&amp;group=none"' in flat
        assert client.get("/search?q=sprained+ankle&group=side").status_code == 400
        assert client.get("/api/search?q=sprained+ankle").get_json().get("groups") is None
