"""Hits collapsed by a column: the groups, their order and members are those of the hits one by one."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from searchcore.engine import KindIndex, RawHit, RawResult
from searchcore.request import Request

from ..generated import cases
from .conftest import Engine
from .frames import CODES, KIND, Version, corpora, day, numbered
from .reference import Query, answer, grouped, in_sort_order
from .test_answers import everything, filters, number_of, queries

GROUP = "family"
LISTED = 200


def members_of(hits: tuple[RawHit, ...]) -> list[list[int]]:
    """Return the numbers of the versions of each group, its hit first."""
    return [[number_of(hit), *map(number_of, hit.members)] for hit in hits]


def alone(hit: RawHit) -> RawHit:
    """Return a hit as it is where hits are not collapsed."""
    return hit._replace(members=(), members_total=None)


def groups_of(versions: list[Version], hits: tuple[RawHit, ...]) -> list[list[int]]:
    """Collapse hits in plain Python: numbers of the versions of each group."""
    in_order = [versions[number_of(hit)] for hit in hits]
    return [[version.number for version in group] for group in grouped(in_order)]


requests = st.builds(
    Request,
    text=queries.map(lambda query: query.text) | st.sampled_from((*CODES, "burn OR knee", "")),
    kind=st.just(KIND),
    filters=filters.map(lambda chosen: tuple(chosen.items())),
    as_of=st.none() | day,
    sort=st.sampled_from(("score", "code", "title", "newest", "ended")),
)


@cases(150)
@given(st.data(), corpora(max_keys=20))
def test_groups_are_those_of_the_hits_one_by_one(
    engine: Engine, data: st.DataObject, versions: list[Version]
) -> None:
    with engine.opened(versions) as index:
        for _ in range(8):
            request = data.draw(requests)
            flat = everything(index, request)
            result = everything(index, request.with_(group=GROUP))
            expected = groups_of(versions, flat.hits)
            event(f"collapsed: {len(expected) < len(flat.hits)}")
            assert members_of(result.hits) == expected
            assert result.groups == len(expected)
            assert [hit.members_total for hit in result.hits] == [len(group) - 1 for group in expected]
            # Records are counted as they are without groups, in the total and in every facet.
            assert (result.total, result.counts, result.notes) == (flat.total, flat.counts, flat.notes)
            assert flat.groups is None
            apart = {number_of(hit): hit for hit in flat.hits}
            for hit in result.hits:
                for member in (hit, *hit.members):
                    assert alone(member) == apart[number_of(member)]


@cases(60)
@given(corpora(max_keys=20), st.none() | day, st.sampled_from(("code", "title", "newest", "ended")))
def test_groups_of_all_records_in_every_order(
    engine: Engine, versions: list[Version], as_of: object, sort: str
) -> None:
    request = Request("", filters=(("billable", ("yes", "-")),), as_of=as_of, sort=sort, group=GROUP)  # type: ignore[arg-type]
    with engine.opened(versions) as index:
        result = everything(index, request)
    expected = answer(versions, Query(), {"billable": ("yes", "-")}, request.as_of)
    assert members_of(result.hits) == [
        [version.number for version in group] for group in grouped(in_sort_order(expected.versions, sort))
    ]
    assert {name: result.counts[name] for name in expected.counts} == expected.counts


@cases(60)
@given(st.data(), corpora(max_keys=20), st.integers(1, 7))
def test_pages_of_groups(engine: Engine, data: st.DataObject, versions: list[Version], per_page: int) -> None:
    request = data.draw(requests).with_(group=GROUP)
    with engine.opened(versions) as index:
        whole = everything(index, request)
        assert whole.groups is not None
        pages = -(-whole.groups // per_page)
        found = [page_of(index, request, page, per_page) for page in range(1, pages + 2)]
    assert [hit for result in found for hit in result.hits] == list(whole.hits)
    assert [len(result.hits) for result in found[:-1]] == [per_page] * (pages - 1) + [
        whole.groups - per_page * (pages - 1)
    ] * (pages > 0)
    assert found[-1].hits == ()
    assert {(result.total, result.groups) for result in found} == {(whole.total, whole.groups)}


def page_of(index: KindIndex, request: Request, page: int, per_page: int) -> RawResult:
    return index.search(request.with_(page=page, per_page=per_page))


def test_a_large_group_is_listed_in_part_and_counted_exactly(engine: Engine) -> None:
    versions = numbered(
        [Version("CPT", f"{code:05}", title="knee", family_key="all") for code in range(LISTED + 52)]
        + [Version("HCPCS", f"J{code:04}", title="knee") for code in range(3)]
    )
    with engine.opened(versions) as index:
        for sort in ("score", "title", "code"):
            result = index.search(Request("knee", as_of=None, sort=sort, group=GROUP))
            assert (result.total, result.groups) == (LISTED + 55, 4)
            assert members_of(result.hits) == [list(range(LISTED + 1)), [252], [253], [254]]
            assert [hit.members_total for hit in result.hits] == [LISTED + 51, 0, 0, 0]


def test_an_exact_code_leads_its_group(engine: Engine) -> None:
    titles = {"A001": "knee", "A0012": "knee knee burn", "A00": "knee"}
    versions = numbered(
        [Version("ICD10CM", code, title=titles[code], family_key="A00") for code in sorted(titles)]
        + [Version("ICD10PCS", "A0012", title="hip")]
    )
    with engine.opened(versions) as index:
        result = index.search(Request("A0012", as_of=None, group=GROUP))
        # Of ICD-10-CM the code is written A00.12.
        assert [(hit.record.system, hit.exact) for hit in result.hits] == [
            ("ICD10PCS", True),
            ("ICD10CM", True),
        ]
        by_title = index.search(Request("knee", as_of=None, sort="title", group=GROUP))
    assert members_of(by_title.hits) == [[0, 1, 2]]


def test_no_record_and_no_match(engine: Engine) -> None:
    with engine.opened([]) as index:
        empty = index.search(Request("knee", as_of=None, group=GROUP))
    with engine.opened([Version("CPT", "90862", title="knee")]) as index:
        none = index.search(Request("hip", as_of=None, group=GROUP))
        behind = index.search(Request("knee", as_of=None, group=GROUP, page=7))
    assert (empty.hits, empty.total, empty.groups) == ((), 0, 0)
    assert (none.hits, none.total, none.groups) == ((), 0, 0)
    assert (behind.hits, behind.total, behind.groups) == ((), 1, 1)
