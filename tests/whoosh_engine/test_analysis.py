"""The analysis: what is one word, and that records and queries are analysed alike."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.whoosh_engine.analysis import MAX_TOKEN, CodeAnalyzer, fold, places, stems
from searchcore.whoosh_engine.postings import GAP, field_postings, merged_postings
from searchcore.whoosh_engine.text_bank import analysed

from ..generated import cases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fractures of femur", ["fractur", "of", "femur"]),
        ("Crohn's, Crohn’s, Crohns", ["crohn"] * 3),
        ("Kaposi's, Kaposi", ["kaposi"] * 2),
        ("Peyronie's, Peyronie", ["peyrony"] * 2),
        ("x-ray 3b CKD", ["x", "ray", "3b", "ckd"]),
        ("with without no not", ["with", "without", "no", "not"]),
        ("Ménière", ["menier"]),
        ("snake_case", ["snak", "case"]),
        ("'quoted'", ["quot"]),
        ("", []),
        ("… — 🙂", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


@cases(100)
@given(st.text(max_size=80))
def test_any_text_has_tokens_where_they_stand(text: str) -> None:
    end = 0
    for place in places(text):
        assert end <= place.start < place.end <= len(text)
        assert fold(text[place.start : place.end]) == place.surface == fold(place.surface)
        assert place.stem and len(place.surface) <= MAX_TOKEN
        end = place.end


@cases(100)
@given(st.text(max_size=80))
def test_whoosh_sees_the_same_tokens(text: str) -> None:
    tokens = [
        (t.text, t.pos, t.startchar, t.endchar) for t in CodeAnalyzer()(text, positions=True, chars=True)
    ]
    assert tokens == [(place.stem, at, place.start, place.end) for at, place in enumerate(places(text))]


plain = st.lists(st.none() | st.text(max_size=20), max_size=8)
lists = st.lists(st.none() | st.lists(st.text(max_size=12), max_size=3), max_size=8)


@cases(100)
@given(plain, lists)
def test_postings_equal_a_count_by_hand(one: list[object], two: list[object]) -> None:
    records = max(len(one), len(two))
    columns = {"one": pl.Series(one, dtype=pl.String), "two": pl.Series(two, dtype=pl.List(pl.String))}
    texts, found = analysed(columns)
    assert texts.terms == sorted(texts.terms, key=str.encode)
    parts = [field_postings(texts, each, max(1, records)) for each in found.values()]
    keys, weights = merged_postings(
        [(part.keys, part.counts, weight) for part, weight in zip(parts, (80, 10), strict=True)]
    )
    expected: dict[tuple[str, int], float] = {}
    for column, weight, postings in ((one, 80, parts[0]), (two, 10, parts[1])):
        places_by_hand: dict[tuple[str, int], list[int]] = {}
        for record, value in enumerate(column):
            position = 0
            for text in [value] if isinstance(value, str) else value or []:  # type: ignore[attr-defined]
                for word in stems(text):
                    expected[word, record] = expected.get((word, record), 0) + weight
                    places_by_hand.setdefault((word, record), []).append(position)
                    position += 1
                if text:
                    position += GAP
        assert _by_term(texts.terms, postings.keys, postings.counts, records) == {
            key: len(found) for key, found in places_by_hand.items()
        }
        flat = [
            position for key in _keys(texts.terms, postings.keys, records) for position in places_by_hand[key]
        ]
        assert postings.positions.tolist() == flat
    assert _by_term(texts.terms, keys, weights, records) == expected


def _keys(terms: list[str], keys: object, records: int) -> list[tuple[str, int]]:
    return [(terms[key // max(1, records)], key % max(1, records)) for key in keys.tolist()]  # type: ignore[attr-defined]


def _by_term(terms: list[str], keys: object, values: object, records: int) -> dict[tuple[str, int], float]:
    return dict(zip(_keys(terms, keys, records), values.tolist(), strict=True))  # type: ignore[attr-defined]


@cases(100)
@given(st.lists(st.text("abc'’ é_-1\u0301²ǅ\x85", max_size=12) | st.text(max_size=20), max_size=6))
def test_texts_are_cut_as_queries_are(texts: list[str]) -> None:
    known, found = analysed({"title": pl.Series(texts, dtype=pl.String)})
    for record, number in zip(found["title"].records.tolist(), found["title"].texts.tolist(), strict=True):
        flat, _ = known.expand(np.array([number]))
        assert [known.terms[place] for place in flat.tolist()] == stems(texts[record])
