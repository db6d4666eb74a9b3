"""Suggestions against plain Python: which phrases and codes, in which order, with what marked."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.errors import ConfigurationError
from searchcore.language import Rule
from searchcore.schema import load_kind
from searchcore.suggestion import Suggestion
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.suggest_rules import asked_phrases, load_rules, read_rules
from searchcore.whoosh_engine.writer import WhooshWriter
from tests.contract.frames import Version, frame, numbered

from ..generated import cases

DAY = dt.date(2024, 5, 1)
RULES = load_rules()


@contextmanager
def index_of(
    versions: Sequence[Version], kind: str = "code", rules: Sequence[Rule] | None = ()
) -> Iterator[WhooshKindIndex]:
    rows = numbered(sorted(versions, key=lambda version: (version.system, version.code)))
    with tempfile.TemporaryDirectory() as folder:
        WhooshWriter(rules=rules).write(load_kind(kind), frame(rows), Path(folder), lambda done, total: None)
        index = WhooshKindIndex(load_kind(kind), Path(folder))
        yield index
        index.close()


def code(code: str, title: str | None, **more: object) -> Version:
    return Version("ICD10CM", code, valid_from=dt.date(2020, 1, 1), title=title, **more)  # type: ignore[arg-type]


def terms(found: Sequence[Suggestion]) -> list[str]:
    return [each.text for each in found if each.group == "term"]


def codes(found: Sequence[Suggestion]) -> list[str]:
    return [each.text for each in found if each.group == "code"]


WORDS = ("qqa", "qqab", "qqb", "qqbc", "qqc", "qq2")
TYPED = ("qq", "qqa", "qqab", "qqb", "qqc", "qqx")


@cases(12)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=14),
    st.lists(st.lists(st.sampled_from(TYPED), min_size=1, max_size=3).map(" ".join), min_size=6, max_size=12),
    st.integers(1, 10),
)
def test_phrases_are_those_of_plain_python(titles: list[str], typed: list[str], limit: int) -> None:
    with index_of([code(f"X{number:03}", title) for number, title in enumerate(titles)]) as index:
        for text in typed:
            begins = list(dict.fromkeys(text.split()))
            scored = {}
            for title in dict.fromkeys(title for title in titles if title != " ".join(text.split())):
                words = title.split()
                if all(any(word.startswith(begin) for word in words) for begin in begins):
                    score = RULES.fields["title"] * math.log1p(titles.count(title)) - RULES.length * len(
                        title
                    )
                    score += RULES.begins * words[0].startswith(begins[0]) + RULES.whole * (
                        begins[-1] in words
                    )
                    scored[title] = score
            found = index.suggest(text, limit, DAY)
            assert len(terms(found)) == min(limit, len(scored))
            best = sorted(scored.values(), reverse=True)[:limit]
            assert [scored[title] for title in terms(found)] == pytest.approx(best, abs=1e-4)
            for each in found:
                assert [each.text[begin:end] for begin, end in each.spans] == [
                    max((begin for begin in begins if word.startswith(begin)), key=len)
                    for word in each.text.split()
                    if any(word.startswith(begin) for begin in begins)
                ]


TREE = (
    code("E11", "Type 2 qdiabetes mellitus", header=True),
    *(code(f"E11{number}", f"Type 2 qdiabetes mellitus with problem {number}") for number in range(1, 9)),
    code("E13", "Qdiabetes, old", valid_to=dt.date(2021, 1, 1)),
    code("I21", "Acute qmyocardial infarction", synonyms=("Qcoronary attack", "Ménière qdisease")),
    code("S720", "Qfracture of left femur", family_key="f"),
    code("S721", "Qfracture of right femur", family_key="f"),
    Version("ICD10PCS", "0QB", title="Qexcision", header=True),
    Version("ICD10PCS", "0QB60ZZ", title="Qexcision of right upper femur, open approach"),
    Version("HCPCS", "E1130", title="Standard qwheelchair"),
)


@pytest.fixture(scope="module")
def index() -> Iterator[WhooshKindIndex]:
    with index_of(TREE) as opened:
        yield opened


def test_a_header_of_many_codes_comes_first_and_an_ended_code_last(index: WhooshKindIndex) -> None:
    found = terms(index.suggest("qdia", 10, DAY))
    assert found[0] == "Type 2 qdiabetes mellitus"
    assert found[-1] == "Qdiabetes, old"


def test_words_in_any_order_and_any_case(index: WhooshKindIndex) -> None:
    assert terms(index.suggest("acute QMY", 10, DAY)) == ["Acute qmyocardial infarction"]
    assert terms(index.suggest("infar acu", 10, DAY)) == ["Acute qmyocardial infarction"]
    assert terms(index.suggest("qcoro", 10, DAY)) == ["Qcoronary attack"]
    assert index.suggest("acute qmy zebra", 10, DAY) == []


def test_accents_are_folded_and_what_matched_is_marked(index: WhooshKindIndex) -> None:
    (found,) = index.suggest("menier qd", 10, DAY)
    assert [found.text[begin:end] for begin, end in found.spans] == ["Ménièr", "qd"]


def test_sides_and_built_up_titles_are_left_to_their_headers(index: WhooshKindIndex) -> None:
    assert terms(index.suggest("qfract", 10, DAY)) == []
    assert terms(index.suggest("qexci", 10, DAY)) == ["Qexcision"]


def test_codes_begin_as_typed_in_any_spelling(index: WhooshKindIndex) -> None:
    found = index.suggest("e11.", 10, DAY)
    assert codes(found)[:3] == ["E11", "E1130", "E11.1"]
    assert found[0].title == "Type 2 qdiabetes mellitus" and found[0].status == "header"
    assert found[2].spans == ((0, 3),)
    assert codes(index.suggest("E 1130", 10, DAY)) == ["E1130"]
    assert codes(index.suggest("e13", 10, DAY)) == ["E13"]
    assert codes(index.suggest("e1", 10, DAY))[-1] == "E11.8"
    (ended,) = index.suggest("e13", 1, DAY)
    assert ended.status == "deleted"
    assert index.suggest("e13", 1, dt.date(2020, 6, 1))[0].status == "active"


def test_what_people_say_is_suggested_where_it_finds_something(index: WhooshKindIndex) -> None:
    assert "heart attack" not in terms(index.suggest("heart att", 10, DAY))
    with index_of([*TREE, code("I219", "Acute myocardial infarction, unspecified")], rules=None) as other:
        assert "heart attack" in terms(other.suggest("heart att", 10, DAY))


def test_what_was_typed_is_no_suggestion(index: WhooshKindIndex) -> None:
    assert terms(index.suggest("Qcoronary attack", 10, DAY)) == []
    assert terms(index.suggest("qcoronary attac", 10, DAY)) == ["Qcoronary attack"]


def test_an_abbreviation_suggests_what_it_means_and_a_side_its_header(index: WhooshKindIndex) -> None:
    tree = [*TREE, code("S72", "Fracture of femur", header=True), code("S729", "Fracture of femur, open")]
    with index_of(tree, rules=None) as other:
        assert terms(other.suggest("fx fem", 10, DAY)) == ["Fracture of femur", "Fracture of femur, open"]
        assert terms(other.suggest("fracture femur lef", 10, DAY))[0] == "Fracture of femur"
        assert terms(other.suggest("fx fem rt", 10, DAY))[0] == "Fracture of femur"
        for side in ("left", "r", "bilat"):
            assert terms(other.suggest(f"zebra {side}", 10, DAY)) == []


def test_an_index_without_records_suggests_no_codes() -> None:
    with index_of([]) as index:
        assert codes(index.suggest("e", 10, DAY)) == []


@cases(150)
@given(
    st.text(max_size=300)
    | st.sampled_from(("\ud800", "\x00", "(((", "a" * 5000, "e " * 5000, "😀", "''", "%"))
)
def test_any_text_gives_at_most_ten(index: WhooshKindIndex, text: str) -> None:
    for as_of in (DAY, None):
        found = index.suggest(text, 50, as_of)
        assert len(found) <= 10
        for each in found:
            assert all(0 <= begin < end <= len(each.text) for begin, end in each.spans)


def test_rules_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "suggest.yaml"
    source = (Path(__file__).parents[2] / "schemas" / "suggest.yaml").read_text(encoding="utf-8")
    for changed, said in (
        (source.replace("whole: 2.0", "whole: -1"), "whole is -1"),
        (source.replace("title: 1.0", "title: high"), "fields.title is 'high'"),
        (source + "more: 1\n", "more is no key"),
        ("[]", "the file does not consist of keys"),
    ):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=said):
            read_rules(path)


def test_what_is_asked_most_is_suggested_first_as_the_records_have_it() -> None:
    versions = [
        code("I1A0", "Hypertensive crisis"),
        code("I10", "Hypertension"),
        code("I11", "Hypersomnia of many words"),
    ]
    with index_of(versions) as index:
        assert terms(index.suggest("hyp", 2, DAY))[0] == "Hypertension"
        assert terms(index.suggest("migr", 10, DAY)) == [], "no record has the word"


def test_several_letters_begin_a_word_and_no_code() -> None:
    with index_of([Version("ICD10PCS", "BR00ZZZ", valid_from=DAY, title="breast", header=True)]) as index:
        assert codes(index.suggest("br", 10, DAY)) == []
        assert terms(index.suggest("br", 10, DAY)) == ["breast"]
        assert codes(index.suggest("b", 10, DAY)) == codes(index.suggest("br0", 10, DAY)) == ["BR00ZZZ"]


@pytest.mark.parametrize("phrase", asked_phrases())
def test_what_is_asked_most_is_short_and_stands_once(phrase: str) -> None:
    assert 3 <= len(phrase) <= RULES.longest
    assert asked_phrases().count(phrase) == 1
