"""A record of which one text is the whole query goes before all others."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from searchcore.request import Request

from ..generated import cases
from .conftest import Engine
from .frames import EPOCH, Version, numbered

DAY = EPOCH + dt.timedelta(days=30)
IDLE = {"of", "the"}
WORDS = st.sampled_from(["knee", "pain", "burn", "hip", "of", "the"])
TITLES = st.lists(WORDS, min_size=1, max_size=4, unique=True).filter(lambda words: set(words) - IDLE)


def codes(engine: Engine, titles: list[str], text: str) -> list[str]:
    versions = [Version("HCPCS", f"J{number:04}", title=title) for number, title in enumerate(titles)]
    with engine.opened(numbered(versions)) as index:
        return [hit.record.title or "" for hit in index.search(Request(text, as_of=DAY)).hits]


@cases(60)
@given(st.lists(TITLES, min_size=1, max_size=8, unique_by=tuple), st.data())
def test_whole_titles_go_first_those_in_order_before_all(
    engine: Engine, titles: list[list[str]], data: st.DataObject
) -> None:
    asked = data.draw(st.sampled_from(titles))
    words = data.draw(st.permutations(asked))
    found = codes(engine, [" ".join(title) for title in titles], " ".join(words))
    content = set(asked) - IDLE
    same = [title for title in titles if set(title) - IDLE == content]
    first = [tuple(title.split()) for title in found[: len(same)]]
    assert set(first) == set(map(tuple, same))
    if tuple(words) in first and len({len(title) for title in first}) == 1:
        assert first[0] == tuple(words)


def test_a_title_that_says_no_more_goes_before_those_that_do(engine: Engine) -> None:
    titles = ["Childhood asthma", "Asthma, unspecified", "Asthma attack", "Unspecified burn"]
    assert codes(engine, titles, "asthma")[0] == "Asthma, unspecified"


def test_one_of_several_names_is_enough(engine: Engine) -> None:
    versions = [
        Version("HCPCS", "J0001", title="Heart burn", synonyms=("Knee",)),
        Version("HCPCS", "J0002", title="Burn of knee", synonyms=("Pyrosis of chest", "Heart")),
    ]
    with engine.opened(numbered(versions)) as index:
        for text in ("pyrosis chest", "the chest pyrosis"):
            assert [hit.record.code for hit in index.search(Request(text, as_of=DAY)).hits] == ["J0002"]
        assert index.search(Request("heart", as_of=DAY)).hits[0].record.code == "J0002"
