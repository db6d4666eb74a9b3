"""Any text is read, in time, and its canonical form is read as the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchcore.query import Code, CodeRange, Codes, Node, parse
from searchcore.query.lexer import MAX_CLAUSES
from searchcore.query.lists import MAX_CODES
from searchcore.schema import KINDS, load_kind

from .drawn import NAMES, texts
from .work import counted

DRAWN = 50_000


def assert_round_trip(text: str) -> None:
    tree = parse(text, NAMES).node
    assert parse(str(tree), NAMES).node == tree, (text, str(tree))


@pytest.mark.parametrize("part", range(5))
def test_fifty_thousand_drawn_texts_are_read_as_their_canonical_form(part: int) -> None:
    for text in texts(part, DRAWN // 5):
        assert_round_trip(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_unicode_text_is_read_as_its_canonical_form(text: str) -> None:
    assert_round_trip(text)


@pytest.mark.parametrize(
    "text",
    [
        'QA0"to"J01',
        'E10 "to" E14',
        "--year:..\u20132015 AND to",
        "year<0",
        "year<1",
        "year>=-5",
        "year:none",
        "-year:none",
        'year:"not specified"',
        "year>none",
        "ICD-10-PCS LT, QA0",
        'fever "ICD-10-PCS LT"',
        '7 "cpt ICD10 LT"',
        "fever icd-10-pcs QA0-CPT J0120-J9999",
        "fever synonyms:(year: CPT: 0010T)",
        "fever title:(end: DX - 11042-59-LT;25 A)",
        "start_\u200byear:-**",
        "fever synonyms:-cpt-e11.9?",
        "title\u200b::-E11.*",
    ],
)
def test_texts_that_once_became_others(text: str) -> None:
    assert_round_trip(text)


def test_to_in_quotes_is_no_range() -> None:
    assert not any(isinstance(node, CodeRange) for node in parse('E10 "to" E14').node.walk())


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_of_a_kind_is_read(kind: str) -> None:
    names = load_kind(kind).names
    for name in {*names.text, *names.facets, *names.aliases, *names.scopes}:
        parsed = parse(f"{name}:2015", names)
        assert parsed.notes == (), name
        assert parse(str(parsed.node), names).node == parsed.node


def size(node: Node) -> int:
    return sum(1 for part in node.walk() if not part.children)


@pytest.mark.parametrize(
    "piece",
    [
        "E11.9,",
        "E11.9, x",
        "(",
        ")(",
        '"a',
        "-(",
        "dx:",
        "eff>=",
        "a*b*",
        "CPT ",
        "\\",
        "\u200b",
        "x?",
        "NOT ",
        "E1-",
    ],
)
def test_work_grows_with_the_length_and_no_faster(piece: str) -> None:
    def work(length: int) -> int:
        tree, calls = counted(lambda: parse(piece * (length // len(piece)), NAMES).node)
        assert size(tree) <= MAX_CLAUSES
        return calls

    work(1000)  # what is kept from call to call
    assert work(100_000) <= 12 * work(10_000)


def test_a_list_of_five_thousand_codes_is_one_node() -> None:
    codes = [f"{number:05d}" for number in range(10_000, 10_000 + MAX_CODES)]
    for separator in (",", ", ", ";", "\t", "\n", "\r\n", " | "):
        parsed = parse(separator.join(codes))
        assert isinstance(parsed.node, Codes)
        assert parsed.codes == tuple(codes)
        assert parsed.notes == ()
    few, many = (counted(lambda n=n: parse(",".join(codes[:n])))[1] for n in (500, 5000))
    assert many <= 12 * few
    longer = parse(", ".join([*codes, "99213"]))
    assert len(longer.codes) == MAX_CODES
    assert any("5,001" in note for note in longer.notes)


@pytest.mark.parametrize(
    ("text", "low", "high", "systems"),
    [
        ("E10-E14", "E10", "E14", ("ICD10CM",)),
        ("E10 to E14", "E10", "E14", ("ICD10CM",)),
        ("E10 - E14", "E10", "E14", ("ICD10CM",)),
        ("E10\u2013E14", "E10", "E14", ("ICD10CM",)),
        ("E14-E10", "E10", "E14", ("ICD10CM",)),
        ("I10-I1A", "I10", "I1A", ("ICD10CM",)),
        ("99202-99215", "99202", "99215", ("CPT",)),
        ("HCPCS J0120-J9999", "J0120", "J9999", ("HCPCS",)),
    ],
)
def test_reads_ranges(text: str, low: str, high: str, systems: tuple[str, ...]) -> None:
    node = parse(text).node
    assert isinstance(node, CodeRange)
    assert (node.low.code, node.high.code, node.systems) == (low, high, systems)


@pytest.mark.parametrize(
    "text", ["11042-59", "11042\u201359", "\uff11\uff11\uff10\uff14\uff12-59", "CPT\xa011042-59"]
)
def test_a_modifier_is_no_end_of_a_range(text: str) -> None:
    node = parse(text).node
    assert isinstance(node, Code)
    assert (node.code, node.modifiers) == ("11042", ("59",))
