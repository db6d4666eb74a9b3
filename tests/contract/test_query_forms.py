"""Ranges, lists, facets, days and patterns in a query, against plain Python over the versions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.request import Request

from ..generated import cases
from .conftest import Engine
from .frames import Version, corpora, numbered

Holds = Callable[[Version], bool]
SPLIT = dt.date(2020, 10, 1)


FORMS: list[tuple[str, Holds]] = [
    ("A00, A0012", lambda version: version.code in ("A00", "A0012")),
    ("J0120; 90862\tG0439", lambda version: version.code in ("J0120", "90862", "G0439")),
    ("A00.*", lambda version: version.system == "ICD10CM" and version.code.startswith("A00")),
    ("A00-A01", lambda version: version.system == "ICD10CM" and version.code.startswith("A00")),
    ("A001 to A01", lambda v: v.system == "ICD10CM" and "A001" <= v.code < "A02"),
    ("90861-90863", lambda version: version.system == "CPT" and version.code == "90862"),
    ("-(A00-A01)", lambda v: not (v.system == "ICD10CM" and v.code.startswith("A00"))),
    (
        "A00-A01 title:knee",
        lambda v: v.system == "ICD10CM" and v.code[0] == "A" and "knee" in (v.title or "").split(),
    ),
    ("HCPCS J0120", lambda version: version.system == "HCPCS" and version.code == "J0120"),
    ("system:cpt", lambda version: version.system == "CPT"),
    ("sys:CPT,hcpcs", lambda version: version.system in ("CPT", "HCPCS")),
    ("side:left", lambda version: version.laterality == "left"),
    ("side:none", lambda version: version.laterality is None),
    ("-side:left", lambda version: version.laterality != "left"),
    ("chapter:1.2", lambda version: "1.2" in version.chapter),
    ("year:2020", lambda version: version.start_year == "2020"),
    ("year:none", lambda version: version.start_year is None),
    ("-year:none", lambda version: version.start_year is not None),
    ("year<=2019", lambda version: version.start_year == "2019"),
    ("eff>=2020-10-01", lambda version: version.valid_from is not None and version.valid_from >= SPLIT),
    ("end < 2020-10", lambda version: version.valid_to is not None and version.valid_to < SPLIT),
    ("side:left sys:cpt", lambda version: version.laterality == "left" and version.system == "CPT"),
    ("side:left OR sys:cpt", lambda version: version.laterality == "left" or version.system == "CPT"),
    ("title:kn?e", lambda version: "knee" in (version.title or "").split()),
    ("title:*ee", lambda version: "knee" in (version.title or "").split()),
    ("dx:(title:knee)", lambda v: v.system == "ICD10CM" and "knee" in (v.title or "").split()),
    ("9086?", lambda version: re.fullmatch("9086.", version.code) is not None),
]
# Each form finds some of these and leaves some out.
FIXED = numbered(
    [
        Version(
            "CPT", "90862", dt.date(2019, 1, 1), dt.date(2020, 6, 1), start_year="2019", laterality="left"
        ),
        Version("CPT", "A00", dt.date(2020, 1, 1), dt.date(2020, 1, 11), title="knee"),
        Version("HCPCS", "J0120", dt.date(2021, 1, 1), title="bone", laterality="left", start_year="2020"),
        Version("ICD10CM", "A00", dt.date(2020, 1, 1), title="knee", chapter=("1", "1.2", "1.2.1")),
        Version("ICD10CM", "A0012", dt.date(2020, 11, 1), title="knee without rash", laterality="right"),
    ]
)


@pytest.mark.parametrize("text", [text for text, _ in FORMS])
def test_each_form_finds_some_records_and_not_others(engine: Engine, text: str) -> None:
    holds = dict(FORMS)[text]
    with engine.opened(FIXED) as index:
        result = index.search(Request(text, as_of=None, per_page=200, all_words=True))
    found = sorted(int(str(hit.record.fields["number"])) for hit in result.hits)
    assert found == [version.number for version in FIXED if holds(version)]
    assert 0 < len(found) < len(FIXED)


@cases(25)
@given(st.data(), corpora().filter(len))
def test_a_form_finds_what_it_says(engine: Engine, data: st.DataObject, versions: list[Version]) -> None:
    if not any(version.title for version in versions):
        return
    with engine.opened(versions) as index:
        for text, holds in data.draw(st.lists(st.sampled_from(FORMS), min_size=3, max_size=8)):
            result = index.search(Request(text, as_of=None, per_page=200, all_words=True))
            found = sorted(str(hit.record.fields["number"]) for hit in result.hits)
            assert found == sorted(str(version.number) for version in versions if holds(version)), text
