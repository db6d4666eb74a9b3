"""Every answer of an engine equals the reference: totals, counts, representatives, order, pages."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from searchcore.engine import KindIndex, RawHit, RawResult
from searchcore.request import Request

from ..generated import cases
from .conftest import Engine
from .frames import CODES, EPOCH, SYSTEMS, WORDS, Version, corpora, day, numbered
from .reference import FACETS, Query, answer, in_sort_order, standing

word = st.sampled_from(WORDS[:10])  # words with a digit are codes to the parser

queries = st.builds(
    Query,
    words=st.lists(word, max_size=3).map(tuple),
    phrase=st.just(()) | st.tuples(word, word),
    title_word=st.just("") | word,
    either=st.none() | st.tuples(word, word).filter(lambda pair: pair[0] != pair[1]),
    without=st.just("") | word,
    prefix=st.just("") | st.sampled_from(("b", "bu", "wi", "k", "zz")),
)
filters = st.dictionaries(
    st.sampled_from((*FACETS, "status")),
    st.lists(
        st.sampled_from(
            (
                "-",
                "yes",
                "left",
                "right",
                "1",
                "1.2",
                "2",
                "x",
                "y",
                "2020",
                "2019..2020",
                "..2019",
                "2020..",
                "CPT",
                "HCPCS",
                "active",
                "deleted",
                "no such",
            )
        ),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    max_size=3,
)


def number_of(hit: RawHit) -> int:
    number = hit.record.fields["number"]
    assert isinstance(number, int)
    return number


def everything(index: KindIndex, request: Request) -> RawResult:
    return index.search(Request(**{**vars(request), "page": 1, "per_page": 200}))


def read_otherwise(result: RawResult) -> bool:
    """Tell whether a text was read in another way: that has tests of its own, test_other_readings.py."""
    other = any("; showing what" in note for note in result.notes)
    event(f"read in another way: {other}")
    return other


@cases(120)
@given(st.data(), corpora())
def test_totals_counts_and_hits(engine: Engine, data: st.DataObject, versions: list[Version]) -> None:
    with engine.opened(versions) as index:
        for _ in range(6):
            query = data.draw(queries)
            chosen = data.draw(filters)
            as_of = data.draw(st.none() | day)
            result = everything(index, Request(query.text, filters=tuple(chosen.items()), as_of=as_of))
            if read_otherwise(result):
                continue
            expected = answer(versions, query, chosen, as_of)
            event(f"relaxed: {len(expected.relaxed)}, some complete: {expected.complete > 0}")
            assert result.total == len(expected.versions)
            counts = {name: result.counts[name] for name in expected.counts}
            assert counts == expected.counts
            assert sorted(map(number_of, result.hits)) == sorted(v.number for v in expected.versions)
            assert {number_of(hit): hit.record.status for hit in result.hits} == {
                version.number: expected.status[version.number] for version in expected.versions
            }
            assert result.complete == (expected.complete if expected.relaxed else None)
            shares = " ".join(note for note in result.notes if "all of these words" in note)
            ends = {expected.relaxed[0], expected.relaxed[-1]} if expected.relaxed else set()
            assert {least for least in range(9) if f" {least} of " in shares} == ends
            assert_ranked(result.hits)


def test_a_denial_found_only_on_another_day_changes_no_share(engine: Engine) -> None:
    """A record with the denied word, not in force on the day, hid the step that finds the other one."""
    later = EPOCH + dt.timedelta(days=20)
    versions = numbered(
        [
            Version("CPT", "A00", EPOCH, title="with hip"),
            Version("CPT", "A001", EPOCH, later - dt.timedelta(days=1)),
            Version("CPT", "A001", later, title="knee without"),
        ]
    )
    with engine.opened(versions) as index:
        result = index.search(Request("with without hip (knee OR hip)", as_of=EPOCH))
        assert "no code has all of these words; showing those with 3 of 4" in result.notes
        assert [hit.record.code for hit in result.hits] == ["A00"]


def assert_ranked(hits: tuple[RawHit, ...]) -> None:
    """Higher scores come first; equal ones by code, then system, then version."""
    for first, second in pairwise(hits):
        assert first.score >= second.score or first.exact > second.exact
        if first.score == second.score and first.exact == second.exact:
            assert code_key(first) < code_key(second)


def code_key(hit: RawHit) -> tuple[str, str, int]:
    return hit.record.code, hit.record.system, number_of(hit)


@cases(40)
@given(st.data(), corpora())
def test_sorts(engine: Engine, data: st.DataObject, versions: list[Version]) -> None:
    with engine.opened(versions) as index:
        as_of = data.draw(st.none() | day)
        expected = answer(versions, Query(), {}, as_of).versions
        for sort in ("code", "title", "newest", "ended"):
            hits = everything(index, Request("", as_of=as_of, sort=sort)).hits
            assert [number_of(hit) for hit in hits] == [v.number for v in in_sort_order(expected, sort)]


@cases(30)
@given(st.data(), corpora(), st.sampled_from(("score", "code", "title", "newest")), st.integers(1, 7))
def test_pages(
    engine: Engine, data: st.DataObject, versions: list[Version], sort: str, per_page: int
) -> None:
    with engine.opened(versions) as index:
        text = data.draw(queries).text
        as_of = data.draw(st.none() | day)
        whole = everything(index, Request(text, as_of=as_of, sort=sort))
        pages = -(-whole.total // per_page)
        found: list[RawHit] = []
        for page in range(1, pages + 1):
            part = index.search(Request(text, as_of=as_of, sort=sort, page=page, per_page=per_page))
            assert (part.total, part.counts) == (whole.total, whole.counts)
            assert len(part.hits) == min(per_page, whole.total - (page - 1) * per_page)
            found += part.hits
        assert found == list(whole.hits)
        behind = index.search(Request(text, as_of=as_of, sort=sort, page=pages + 1, per_page=per_page))
        assert (behind.hits, behind.total, behind.counts) == ((), whole.total, whole.counts)


@cases(60)
@given(st.data(), corpora(), st.sampled_from(CODES))
def test_exact_codes_come_first(
    engine: Engine, data: st.DataObject, versions: list[Version], code: str
) -> None:
    as_of = data.draw(st.none() | day)
    typed = data.draw(
        st.sampled_from((code, code.lower(), f"{code[:3]}.{code[3:]}" if code[0] == "A" else code))
    )
    chosen = data.draw(filters)
    request = Request(typed.rstrip("."), filters=tuple(chosen.items()), as_of=as_of)
    with engine.opened(versions) as index:
        hits = everything(index, request).hits
    allowed = {v.number for v in answer(versions, Query(), chosen, as_of).versions}
    # A dot is of ICD-10-CM alone (J01.20 is no drug).
    systems = ("ICD10CM",) if "." in request.text else SYSTEMS
    exact = {version.number for version in versions if version.code == code and version.system in systems}
    exact &= allowed
    assert {number_of(hit) for hit in hits[: len(exact)]} == exact
    assert [hit.exact for hit in hits] == [True] * len(exact) + [False] * (len(hits) - len(exact))
    below = {v.number for v in versions if v.system == "ICD10CM" and v.code.startswith(code)} & allowed
    assert below <= {number_of(hit) for hit in hits}


@cases(40)
@given(corpora(), day, st.sampled_from(CODES), st.none() | st.lists(st.sampled_from(SYSTEMS), max_size=2))
def test_versions_and_representatives(
    engine: Engine, versions: list[Version], as_of: dt.date, code: str, systems: list[str] | None
) -> None:
    keys = standing(versions, as_of)
    mine = [v for v in versions if v.code == code and (systems is None or v.system in systems)]
    with engine.opened(versions) as index:
        found = index.versions(code, systems, as_of)
        assert [record.fields["number"] for record in found] == [version.number for version in mine]
        assert [record.status for record in found] == [keys[v.system, v.code][1] for v in mine]
        chosen = index.representative(code, systems, as_of)
        assert [record.fields["number"] for record in chosen] == [
            version.number for version in mine if keys[version.system, version.code][0] == version
        ]
        today = standing(versions, dt.date.today())
        assert [record.status for record in index.versions(code, systems, None)] == [
            today[v.system, v.code][1] for v in mine
        ]


@cases(40)
@given(corpora(), day, st.sampled_from((*CODES, "A0", "B", "")), st.sampled_from(SYSTEMS), st.integers(1, 3))
def test_records_before_and_behind_a_code(
    engine: Engine, versions: list[Version], as_of: dt.date, code: str, system: str, count: int
) -> None:
    found = [key for key in sorted(standing(versions, as_of)) if key[0] == system]
    with engine.opened(versions) as index:
        before, behind = index.beside(system, code, as_of, count)
        assert index.among(CODES, as_of, 10) == ([], 0), "records of this kind join no codes"
    assert [record.code for record in before] == [other for _, other in found if other < code][-count:]
    assert [record.code for record in behind] == [other for _, other in found if other > code][:count]


@cases(25)
@given(corpora())
def test_records_come_back_whole(engine: Engine, versions: list[Version]) -> None:
    with engine.opened(versions) as index:
        assert index.check() == len(versions)
        for hit in everything(index, Request("", as_of=None)).hits:
            record, version = hit.record, versions[number_of(hit)]
            assert (record.kind, record.system, record.code) == ("code", version.system, version.code)
            assert (record.valid_from, record.valid_to) == (version.valid_from, version.valid_to)
            assert (record.start, record.title or "") == (version.start, version.title or "")
            assert record.releases == ("synthetic@1",)
            assert record.origins == {"title": f"synthetic@1#{version.number}"}
            assert record.fields["billable"] == (version.billable or None)
            assert record.fields["chapter"] == tuple(dict.fromkeys(version.chapter))
            assert "nothing" not in record.fields


@pytest.mark.parametrize("text", ["burn", "burns", "knee OR burns", '"knee burn"', "bu*", "title:burn"])
def test_highlights_words_with_the_same_stem(engine: Engine, text: str) -> None:
    versions = [Version("CPT", "90862", title="Knee burns, no rash (burn)")]
    with engine.opened(versions) as index:
        (hit,) = index.search(Request(text, as_of=None)).hits
    assert hit.record.title is not None
    marked = [hit.record.title[start:end] for start, end in hit.spans]
    assert [word for word in marked if word != "Knee"] == ["burns", "burn"]


def test_highlights_nothing_that_is_excluded_or_elsewhere(engine: Engine) -> None:
    versions = [Version("CPT", "90862", title="knee rash", synonyms=("hip",))]
    with engine.opened(versions) as index:
        (hit,) = index.search(Request("synonyms:hip knee -burn", as_of=None)).hits
    assert hit.spans == ((0, 4),)
