"""Language rules in the index: what finds what, why, and what is left when rules are switched off."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.language import PART, Rule, slug
from searchcore.request import Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.writer import WhooshWriter

from ..contract.frames import EPOCH, KIND, Version, frame, numbered
from ..generated import cases

IDLE = ("of", "the", "a", "an")
WORDS = ("knee", "hip", "burn", "bone", "rash", "of")
SAID = ("mi", "joint", "knee", "scald")
Text = tuple[str, ...]


@contextmanager
def index_of(versions: Sequence[Version], rules: Sequence[Rule]) -> Iterator[WhooshKindIndex]:
    with tempfile.TemporaryDirectory() as name:
        schema = load_kind(KIND)
        records = frame(numbered(sorted(versions, key=lambda each: (each.system, each.code))))
        WhooshWriter(rules=rules).write(schema, records, Path(name), lambda _done, _total: None)
        index = WhooshKindIndex(schema, Path(name))
        try:
            yield index
        finally:
            index.close()


def version(number: int, title: Text, synonyms: tuple[Text, ...] = (), chapter: Text = ()) -> Version:
    others = tuple(" ".join(text) for text in synonyms)
    system = "ICD10CM" if number % 2 else "HCPCS"
    return Version(system, f"A{number:04d}", EPOCH, title=" ".join(title), synonyms=others, chapter=chapter)


def fires(rule: Rule, record: Version) -> list[str]:
    """Return the fields of a record in which a rule fires, in plain Python."""
    if rule.within and not {record.system, *record.chapter} & set(rule.within):
        return []
    texts = {"title": [record.title or ""], "synonyms": list(record.synonyms)}
    return [name for name, strings in texts.items() if any(_has_parts(text, rule) for text in strings)]


def _has_parts(text: str, rule: Rule) -> bool:
    words = [word for word in text.split() if word not in IDLE]
    for part in rule.mean.split(PART):
        wanted = [word for word in part.split() if word not in IDLE]
        if not any(words[at : at + len(wanted)] == wanted for at in range(len(words))):
            return False
    return True


def own_words(record: Version) -> set[str]:
    return {word for text in (record.title or "", *record.synonyms) for word in text.split()}


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(tuple)
phrases = st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=2).map(" ".join)
means = st.lists(phrases, min_size=1, max_size=2).map(PART.join)
says = st.lists(st.sampled_from(SAID), min_size=1, max_size=2, unique=True).map(" ".join)
rules_drawn = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["one", "two"]),
        st.just("Label"),
        says,
        means,
        st.sampled_from([0.2, 1.0]),
        st.sampled_from([(), ("ICD10CM",), ("ICD10CM:9",), ("HCPCS", "ICD10CM:9")]),
    ),
    max_size=6,
    unique=True,
)
records_drawn = st.lists(
    st.tuples(texts, st.lists(texts, max_size=2).map(tuple), st.sampled_from([(), ("ICD10CM:9",)])),
    min_size=1,
    max_size=8,
)


@cases(120)
@given(records_drawn, rules_drawn, st.sampled_from(SAID), st.booleans(), st.sampled_from(["", "two", "mi"]))
def test_what_is_found_and_why_equals_a_search_by_hand(
    drawn: list[tuple[Text, tuple[Text, ...], Text]], rules: list[Rule], asked: str, expand: bool, off: str
) -> None:
    versions = [version(number, *each) for number, each in enumerate(drawn)]
    holding = [r for r in rules if expand and off not in (r.group, slug(r.say)) and asked in r.say.split()]
    expected = {
        v.code: {(r.say, r.mean) for r in holding if fires(r, v)}
        for v in versions
        if asked in own_words(v) or any(fires(r, v) for r in holding)
    }
    with index_of(versions, rules) as index:
        found = index.search(Request(asked, per_page=200, as_of=None, expand=expand, off=(off,)))
        assert {hit.record.code for hit in found.hits} == set(expected)
        by_code = {v.code: v for v in versions}
        for hit in found.hits:
            own = [reason for reason in hit.reasons if reason.how == "word"]
            through = {(r.rule.say, r.rule.mean) for r in hit.reasons if r.rule}
            record = by_code[hit.record.code]
            assert bool(own) == (asked in own_words(record))
            assert through <= expected[hit.record.code]
            assert own or len(through) == min(3, len(expected[hit.record.code]))
            texts_of = {"title": [record.title or ""], "synonyms": list(record.synonyms)}
            wanted = {n for n, strings in texts_of.items() if any(asked in t.split() for t in strings)}
            assert {name for reason in own for name in reason.fields} == wanted


HEART = Rule("heart", "Heart word", "heart attack", "myocardial infarction", 0.8)
MI = Rule("short", "Abbreviation", "MI", "myocardial infarction", 0.4)
RECORDS = [
    version(1, ("acute", "myocardial", "infarction")),
    version(3, ("heart", "attack", "alarm")),
    version(5, ("infarction", "of", "the", "myocardial", "wall")),
    version(7, ("old", "myocardial", "infarctions"), (("heart", "attack"),)),
]


def codes(index: WhooshKindIndex, text: str, **options: object) -> list[str]:
    found = index.search(Request(text, per_page=50, as_of=None, all_words=True, **options))  # type: ignore[arg-type]
    return [] if found.notes else sorted(hit.record.code for hit in found.hits)


def test_rules_and_groups_are_switched_off_by_name() -> None:
    with index_of(RECORDS, [HEART, MI]) as index:
        assert codes(index, "heart attack") == ["A0001", "A0003", "A0007"]
        assert codes(index, "heart attack", off=("Heart attack",)) == ["A0003", "A0007"]
        assert codes(index, "mi") == ["A0001", "A0007"]
        assert codes(index, "mi*", off=("heart-attack",)) == ["A0001", "A0007"]
        assert codes(index, "mi", off=("short",)) == []
        assert codes(index, "mi", expand=False) == []


def test_a_quoted_phrase_is_found_through_the_rule_that_says_it() -> None:
    with index_of(RECORDS, [HEART, MI]) as index:
        assert codes(index, '"heart attack"') == ["A0001", "A0003", "A0007"]
        assert codes(index, '"attack heart"') == []
        assert codes(index, '"heart attack"', expand=False) == ["A0003", "A0007"]


def test_a_word_in_title_and_rule_is_not_counted_twice() -> None:
    one = [version(1, ("burn", "knee")), version(3, ("burn", "hip"))]
    rule = Rule("g", "G", "burn", "knee", 1.0)
    with index_of(one, [rule]) as index:
        scores = {h.record.code: h.score for h in index.search(Request("burn", as_of=None)).hits}
    assert scores["A0001"] == pytest.approx(scores["A0003"])


def test_added_words_do_not_make_a_record_longer() -> None:
    rule = Rule("g", "G", "many more words than before", "knee", 1.0)

    def score(rules: Sequence[Rule]) -> float:
        with index_of([version(1, ("burn", "knee")), version(3, ("burn", "hip"))], rules) as index:
            return index.search(Request("burn", as_of=None)).hits[0].score

    assert score([rule]) == pytest.approx(score([]))


def test_reasons_name_the_form_in_the_record() -> None:
    with index_of(RECORDS, [HEART]) as index:
        hits = index.search(Request("infarction mitochondrial OR infarction", as_of=None)).hits
        reasons = {hit.record.code: hit.reasons[0] for hit in hits}
        assert (reasons["A0007"].how, reasons["A0007"].form) == ("form", "infarctions")
        assert (reasons["A0001"].how, reasons["A0001"].form) == ("word", None)


def test_a_form_is_that_of_a_field_that_is_named_and_of_nothing_else() -> None:
    record = replace(version(1, ("infarctions", "knee")), billable="infarction")
    with index_of([record], []) as index:
        (hit,) = index.search(Request("infarction", as_of=None)).hits
    assert hit.record.fields["billable"] == "infarction"
    assert [(reason.how, reason.form, reason.fields) for reason in hit.reasons] == [
        ("form", "infarctions", ("title",))
    ]


def test_a_roman_numeral_is_the_number_behind_type_and_stage() -> None:
    some = [version(1, ("type", "IV")), version(3, ("type", "4")), version(5, ("IV", "type", "bag"))]
    with index_of(some, []) as index:
        assert codes(index, "type 4") == codes(index, "type IV") == ["A0001", "A0003"]
        assert codes(index, "iv") == ["A0005"]


def test_a_name_that_leaves_no_rule_out_is_said() -> None:
    rule = Rule("short", "Abbreviations", "mi", "knee", 1.0)
    with index_of([version(1, ("knee",))], [rule]) as index:
        found = index.search(Request("knee", as_of=None, off=("nonsense", "short", "mi")))
        assert [note for note in found.notes if "language rule" in note and "“nonsense”" in note]
        assert len([note for note in found.notes if "language rule" in note]) == 1
