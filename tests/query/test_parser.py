"""The query language: what each form means, and that nothing is an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchcore.query import (
    And,
    Code,
    CodeRange,
    Codes,
    Every,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    parse,
)
from searchcore.query.lexer import MAX_CLAUSES, MAX_PHRASE_WORDS, MAX_WORD

from .work import counted

FIELDS = ("title", "synonyms")


def node(text: str) -> Node:
    return parse(text, FIELDS).node


def words(*texts: str) -> And:
    return And(tuple(Word(text) for text in texts))


def code(text: str) -> Code:
    found = node(text)
    assert isinstance(found, Code)
    return found


def node_of(text: str) -> Node:
    found = node(text)
    assert isinstance(found, CodeRange)
    return found


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("fever", Word("fever")),
        ("type two fever", words("type", "two", "fever")),
        ("x-ray", Word("x-ray")),
        ("pain with or without no non", words("pain", "with", "or", "without", "no", "non")),
        ('"chest pain"', Phrase("chest pain")),
        ("“chest pain”", Phrase("chest pain")),
        ("diab*", Prefix("diab")),
        ("*", Every()),
        ("", Every()),
        ("  \n\t ", Every()),
        ("chest -pain", And((Word("chest"), Not(Word("pain"))))),
        ('chest -"sharp pain"', And((Word("chest"), Not(Phrase("sharp pain"))))),
        ("chest -(sharp OR dull)", And((Word("chest"), Not(Or((Word("sharp"), Word("dull"))))))),
        ("-pain", Not(Word("pain"))),
        ("chest OR pain", Or((Word("chest"), Word("pain")))),
        ("sharp pain OR ache", Or((words("sharp", "pain"), Word("ache")))),
        ("sharp (pain OR ache)", And((Word("sharp"), Or((Word("pain"), Word("ache")))))),
        ("sharp (pain ache)", words("sharp", "pain", "ache")),
        ("pain OR (ache OR burn)", Or((Word("pain"), Word("ache"), Word("burn")))),
        ("fever AND cough", words("fever", "cough")),
        ("fever fever", Word("fever")),
        ("title:fever", Field("title", Word("fever"))),
        ("TITLE:fever", Field("title", Word("fever"))),
        ('title:"chest pain"', Field("title", Phrase("chest pain"))),
        ("title:(chest pain) ache", And((Field("title", words("chest", "pain")), Word("ache")))),
        ("title:fev*", Field("title", Prefix("fev"))),
        ("-title:fever", Not(Field("title", Word("fever")))),
        ("fever,cough;ache", words("fever", "cough", "ache")),
        ("fever\0cough", words("fever", "cough")),
        ('"E11.9" fever', And((code("E11.9"), Word("fever")))),
        ('"E11.9","I10"', Codes((code("E11.9"), code("I10")))),
        ('"E11 9"', Phrase("E11 9")),
        ('title:"E11.9"', Field("title", Phrase("E11.9"))),
        ("E10..E14", node_of("E10-E14")),
        ("E11..9", code("E11.9")),
    ],
)
def test_reads(text: str, meaning: Node) -> None:
    parsed = parse(text, FIELDS)
    assert parsed.node == meaning
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("text", "code", "systems", "modifiers"),
    [
        ("e11.9", "E119", ("ICD10CM",), ()),
        ("E119", "E119", ("ICD10CM",), ()),
        ("E11.9.", "E119", ("ICD10CM",), ()),
        ("J0120", "J0120", ("ICD10CM", "HCPCS"), ()),
        ("CPT 90862", "90862", ("CPT",), ()),
        ("cpt: 90862", "90862", ("CPT",), ()),
        ("11042-59", "11042", ("CPT",), ("59",)),
        ("11042-59-LT", "11042", ("CPT",), ("59", "LT")),
        ("0FT44ZZ", "0FT44ZZ", ("ICD10PCS",), ()),
        ("gzfzzzz", "GZFZZZZ", ("ICD10PCS",), ()),
        ("LT", "LT", ("HCPCSMOD",), ()),
        ("25", "25", ("CPTMOD", "POS"), ()),
        ("240.2", "240.2", ("NCD",), ()),
        ("11042/97597", "11042/97597", ("PTPPRA", "PTPOPH"), ()),
    ],
)
def test_recognises_codes(text: str, code: str, systems: tuple[str, ...], modifiers: tuple[str, ...]) -> None:
    parsed = parse(text)
    assert isinstance(parsed.node, Code)
    assert (parsed.node.code, parsed.node.systems, parsed.node.modifiers) == (code, systems, modifiers)
    assert parsed.codes == (code, *modifiers)


def test_recognises_codes_among_words() -> None:
    parsed = parse("CPT 90862 with E11.9, I10")
    assert parsed.codes == ("90862", "E119", "I10")


@pytest.mark.parametrize("text", ["abscess", "of the lt", "pos indicator", "cpt surgery"])
def test_words_without_a_digit_are_no_codes(text: str) -> None:
    assert parse(text).codes == ()


def test_excluded_codes_are_not_asked_for() -> None:
    assert parse("fever -E11.9").codes == ()


@pytest.mark.parametrize(
    ("text", "meaning", "note"),
    [
        ('"chest pain', words("chest", "pain"), "partner"),
        ("(chest pain", words("chest", "pain"), "partner"),
        ("chest) pain", words("chest", "pain"), "partner"),
        ("fever OR", words("fever", "or"), "alone"),
        ("OR fever", words("or", "fever"), "alone"),
        ("fever - cough", words("fever", "cough"), "minus"),
        ("fever -", Word("fever"), "minus"),
        ("fever 🙂", Word("fever"), "left out"),
        ("fever ()", Word("fever"), "empty parentheses"),
        ("fever title:", words("fever", "title"), "no value"),
        ("colour:red", Word("colour:red"), "no field 'colour'"),
        ("🙂", Every(), "showing everything"),
        ("-", Every(), "showing everything"),
        ('""', Every(), "showing everything"),
    ],
)
def test_says_what_it_could_not_understand(text: str, meaning: Node, note: str) -> None:
    parsed = parse(text, FIELDS)
    assert parsed.node == meaning
    assert any(note in said for said in parsed.notes)


def test_knows_where_things_stand() -> None:
    text = 'acute "chest pain" -title:fev*'
    found = {type(part).__name__: text[part.start : part.end] for part in node(text).walk()}
    assert found["Word"] == "acute"
    assert found["Phrase"] == '"chest pain"'
    assert found["Not"] == "-title:fev*"
    assert found["Field"] == "title:fev*"
    assert found["Prefix"] == "fev*"


@pytest.mark.parametrize(
    "piece",
    ["fever ", "(", "(a ", '"', "-", "a-", "title:", "x:", "OR ", "E11.9,", "-(", ") ", "\0", "é", "((a)"],
)
def test_bounds_a_hundred_kilobytes(piece: str) -> None:
    parsed, calls = counted(lambda: parse(piece * (100_000 // len(piece)), FIELDS))
    assert calls <= 100 * 100_000
    leaves = [part for part in parsed.node.walk() if isinstance(part, Word | Phrase | Prefix | Code)]
    assert len(leaves) <= MAX_CLAUSES


def test_says_when_it_cuts() -> None:
    many = " ".join(f"word{number}" for number in range(500))
    assert any(f"first {MAX_CLAUSES} words" in note for note in parse(many).notes)
    assert any("phrase was cut" in note for note in parse(f'"{many}"').notes)
    assert any("cut" in note for note in parse("a" * 1000).notes)


@st.composite
def hostile_text(draw: st.DrawFn) -> str:
    pieces = st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "(",
                ")",
                '"',
                "-",
                "*",
                ":",
                "OR",
                "AND",
                "title:",
                "E11.9",
                "11042-59",
                "CPT ",
                " ",
                "\0",
                "x-ray",
                "🙂",
            ]
        ),
    )
    return "".join(draw(st.lists(pieces, max_size=40)))


@settings(max_examples=1000, deadline=2000)
@given(hostile_text())
def test_any_text_parses(text: str) -> None:
    parsed = parse(text, FIELDS)
    for part in parsed.node.walk():
        assert 0 <= part.start <= part.end <= len(text)
        match part:
            case And(nodes=nodes) | Or(nodes=nodes):
                assert len(nodes) >= 2
            case Word(text=typed) | Prefix(text=typed):
                assert typed and len(typed) <= MAX_WORD
            case Phrase(text=typed):
                assert 1 <= len(typed.split()) <= MAX_PHRASE_WORDS
            case Code(code=code):
                assert code and not any(char.isspace() for char in code)
            case Field(name=name):
                assert name in FIELDS
    assert len(set(parsed.notes)) == len(parsed.notes)


@given(st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=2, max_size=8, unique=True))
def test_plain_words_are_kept_in_order(plain: list[str]) -> None:
    assert node(" ".join(plain)) == words(*plain)
