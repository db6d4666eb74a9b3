"""Spelling against plain Python: which words are near, and at what cost; how words are joined and parted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.errors import ConfigurationError
from searchcore.query import parse
from searchcore.schema import TextField, load_kind
from searchcore.whoosh_engine.layout import MERGED
from searchcore.whoosh_engine.segment_file import SegmentFile, SegmentFileWriter
from searchcore.whoosh_engine.spelling import Speller, readings, words_of
from searchcore.whoosh_engine.spelling_rules import load_rules, read_rules
from searchcore.whoosh_engine.terms import FieldPostings
from searchcore.whoosh_engine.text_writer import write_text
from searchcore.whoosh_engine.words import Words

from ..generated import cases

RULES = load_rules()
# Few letters, so that words are near each other; q and w are neighbours on the keyboard.
word = st.text("qwmz", min_size=1, max_size=9)
vocabulary = st.dictionaries(
    word | st.sampled_from(("q2w", "wqé", "mmmm1")), st.integers(1, 30), min_size=1, max_size=25
)


def distance(typed: str, meant: str) -> int:
    """Return the optimal string alignment distance, by its definition."""
    table = {(0, 0): 0}
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            ways = [table[0, 0]] if i == j == 0 else []
            if i and j:
                ways.append(table[i - 1, j - 1] + (typed[i - 1] != meant[j - 1]))
            if i:
                ways.append(table[i - 1, j] + 1)
            if j:
                ways.append(table[i, j - 1] + 1)
            if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 2 : j][::-1]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(typed), len(meant)]


def price(typed: str, meant: str) -> float:
    """Return the cheapest way from one word to another, by its definition."""
    costs = RULES.costs
    table = {(0, 0): 0.0}
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            ways = [0.0] if i == j == 0 else []
            if i and j:
                pair = {typed[i - 1], meant[j - 1]}
                change = 0.0 if len(pair) == 1 else costs.neighbour if pair in ({"q", "w"},) else costs.other
                ways.append(table[i - 1, j - 1] + change)
            if i:
                twice = i > 1 and typed[i - 1] == typed[i - 2]
                ways.append(table[i - 1, j] + (costs.doubled if twice else costs.extra))
            if j:
                twice = j > 1 and meant[j - 1] == meant[j - 2]
                ways.append(table[i, j - 1] + (costs.doubled if twice else costs.missing))
            if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 2 : j][::-1]:
                ways.append(table[i - 2, j - 2] + costs.swapped)
            table[i, j] = min(ways)
    return table[len(typed), len(meant)] + (costs.first if typed[0] != meant[0] else 0.0)


def speller(records: Mapping[str, int], folder: str) -> Speller:
    """Return a speller that has learned words, each of so many records."""
    schema = replace(load_kind("code"), text={"title": TextField("title", "Title")})
    titles = [word for word, count in records.items() for _ in range(count)]
    path = Path(folder) / "segment"
    with SegmentFileWriter(path) as file:
        write_text(file, schema, pl.DataFrame({"title": titles}), lambda: None)
        file.finish()
    opened = SegmentFile(path)
    return Speller(Words(opened), FieldPostings(opened, MERGED), RULES)


@cases(60)
@given(vocabulary, st.lists(word, min_size=1, max_size=5), st.integers(1, 5))
def test_spellings_are_those_of_plain_python(records: dict[str, int], typed: list[str], least: int) -> None:
    with TemporaryDirectory() as folder:
        known = speller(records, folder)
        for text in typed:
            most = RULES.most_edits(len(text))
            near = [
                (max(0.0, price(text, word) - RULES.frequency * math.log(count)), word)
                for word, count in records.items()
                if set(word) <= set("qwmz") and count >= least and 0 < distance(text, word) <= most
            ]
            expected = sorted(near)[: RULES.alternatives]
            found = known.spellings(text, least)
            assert [word for _, word in found] == [word for _, word in expected]
            assert [cost for cost, _ in found] == pytest.approx([cost for cost, _ in expected])


MEDICAL = {
    "diabetes": 900, "mellitus": 600, "gallbladder": 30, "stone": 20, "gall": 2, "bladder": 300, "micro": 5,
    "albumin": 40, "heart": 500, "heat": 30, "failure": 200, "left": 9000, "without": 9000, "with": 9000,
    "knee": 400,
}  # fmt: skip


@pytest.fixture(scope="module")
def medical(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    return speller(MEDICAL, str(tmp_path_factory.mktemp("words")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diabtes", "diabetes"),
        ("Diabeets", "diabetes"),
        ("melitus", "mellitus"),
        ("faliure", "failure"),
        ("hearrt", "heart"),
        ("nkee", "knee"),
    ],
)
def test_slips_of_the_pen(medical: Speller, typed: str, meant: str) -> None:
    assert medical.spellings(typed)[0][1] == meant


@pytest.mark.parametrize(
    "typed", ["e119", "E11.9", "b12", "kne", "x-ray", "ménière", "", "2", "\0", "胃痛胃痛", "FEVR", "feVr"]
)
def test_codes_short_words_and_other_scripts_stay(medical: Speller, typed: str) -> None:
    assert medical.spellings(typed) == []


def texts(known: Speller, typed: str) -> list[str]:
    words = words_of(parse(typed).node, known)
    unknown = [word for word in words if not known.records(word.text)]

    def others(word: object) -> list[tuple[float, str]]:
        text = word.text  # type: ignore[attr-defined]
        return [*(known.spellings(text) if word in unknown else []), *known.parted(text)]

    return [
        reading.text(typed)
        for reading in readings(typed, words, unknown, others, known, joined=True)
        if not reading.unread
    ]


def test_words_are_joined_and_parted(medical: Speller) -> None:
    assert texts(medical, "gall  bladder stone")[0] == "gallbladder stone"
    assert texts(medical, "Microalbumin")[0] == "micro albumin"
    assert "gallbladder" not in texts(medical, "gall -knee bladder")


def test_the_cheapest_reading_comes_first_and_the_rest_of_the_text_stays(medical: Speller) -> None:
    assert texts(medical, 'diabtes  (melitus) "hart falure"')[0] == 'diabetes  (mellitus) "hart falure"'
    costs = [r.cost for r in _all(medical, "diabtes melitus faliure")]
    assert costs == sorted(costs) and len(costs) <= RULES.tries + 1


def _all(known: Speller, typed: str) -> list[object]:
    words = words_of(parse(typed).node, known)
    return list(readings(typed, words, words, lambda word: known.spellings(word.text), known))


def test_sides_and_denials_are_never_parted(medical: Speller) -> None:
    assert medical.parted("without") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("negations: [no, without]", "negations holds False.*put it in quotes"),
        ("sure: -1", "sure is -1.*number from 0 up"),
        ("half: 1.5", "half is 1.5.*whole number"),
        ("fill: {below: 10}", "fill.share is missing"),
        ("more: 1", "more is no key"),
    ],
)
def test_rules_are_checked(tmp_path: Path, line: str, message: str) -> None:
    source = (Path(__file__).parents[2] / "schemas" / "spelling.yaml").read_text(encoding="utf-8")
    key = line.partition(":")[0]
    lines = [each for each in source.splitlines() if not each.startswith(f"{key}:")]
    path = tmp_path / "spelling.yaml"
    path.write_text("\n".join([*lines, line]), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_rules(path)
