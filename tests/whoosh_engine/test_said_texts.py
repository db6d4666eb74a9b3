"""What a language rule says for the whole of a text lifts the record with that text."""

from __future__ import annotations

from searchcore.language import Rule
from searchcore.request import Request
from searchcore.whoosh_engine import WhooshKindIndex

from ..contract.frames import Version
from .test_expansions import index_of

CANCER = Rule("tumors", "Tumor word", "gland cancer", "malignant neoplasm of gland", 0.9)
LOOSE = Rule("tumors", "Tumor word", "gland lump", "malignant neoplasm of gland", 0.4)
LETTER = Rule("diseases", "Disease name", "hepatitis A", "acute hepatitis a", 0.9)
VERSIONS = [
    Version("ICD10CM", "C01", title="Gland cancer screening of gland cancer families"),
    Version("ICD10CM", "C73", title="Malignant neoplasm of gland"),
    Version("ICD10CM", "C74", title="Lump of gland, malignant neoplasm of gland"),
    Version("ICD10CM", "B15", title="Acute hepatitis A"),
    Version("ICD10CM", "B16", title="Acute hepatitis B"),
    Version("ICD10CM", "B17", title="Hepatitis"),
]


def codes(index: WhooshKindIndex, text: str, *, expand: bool = True) -> list[str]:
    return [hit.record.code for hit in index.search(Request(text, expand=expand)).hits]


def test_a_rule_for_a_whole_title_lifts_its_record() -> None:
    with index_of(VERSIONS, [CANCER, LOOSE]) as index:
        assert codes(index, "gland cancer")[0] == "C73"
        assert codes(index, "cancer of the gland")[0] == "C73"


def test_a_loose_rule_lifts_nothing() -> None:
    with index_of(VERSIONS, [CANCER, LOOSE]) as index:
        assert codes(index, "gland lump")[0] == "C74"


def test_without_rules_nothing_is_lifted() -> None:
    with index_of(VERSIONS, [CANCER]) as index:
        assert codes(index, "gland cancer", expand=False)[0] == "C01"


def test_a_letter_at_the_end_is_no_article() -> None:
    with index_of(VERSIONS, [LETTER]) as index:
        assert codes(index, "hepatitis A")[0] == "B15"
        assert codes(index, "hepatitis")[0] == "B17"


WORD = Rule("tumors", "Tumor word", "cancer", "malignant neoplasm", 0.9)
COLON = [
    Version("ICD10CM", "C184", title="Malignant neoplasm of transverse colon"),
    Version("ICD10CM", "C189", title="Malignant neoplasm of colon, part of it unspecified or uncomplicated"),
    Version("ICD10CM", "C19", title="Malignant neoplasm of colon, unspecified"),
    Version("HCPCS", "G0001", title="Malignant neoplasm of colon"),
]


def test_a_rule_for_a_part_of_a_title_lifts_its_record() -> None:
    with index_of(COLON, [WORD]) as index:
        assert set(codes(index, "colon cancer")[:2]) == {"C19", "G0001"}
        assert set(codes(index, "cancer of the colon")[:2]) == {"C19", "G0001"}
        assert codes(index, "transverse colon cancer")[0] == "C184"


def test_in_part_a_rule_holds_where_it_holds() -> None:
    there = Rule("tumors", "Tumor word", "cancer", "malignant neoplasm", 0.9, ("ICD10CM",))
    with index_of(COLON, [there]) as index:
        assert codes(index, "colon cancer")[0] == "C19"
        assert codes(index, "colon cancer")[-1] == "G0001"


def test_a_loose_rule_for_a_part_lifts_nothing() -> None:
    loose = Rule("tumors", "Tumor word", "cancer", "malignant neoplasm", 0.5)
    with index_of(COLON, [loose]) as index:
        first, *others = index.search(Request("colon cancer")).hits
        assert first.score < 2 * others[-1].score


def test_two_parts_of_a_short_title_may_be_said_otherwise() -> None:
    bowel = Rule("anatomy", "Anatomy word", "bowel", "colon", 0.9)
    same = Rule("tumors", "Tumor word", "bowel", "colon", 0.9)
    for other, lifted in ((bowel, True), (same, False)):
        with index_of(COLON, [WORD, other]) as index:
            first, *others = index.search(Request("bowel cancer")).hits
            assert (first.score > 2 * others[-1].score) == lifted, "rules of one group are not put together"


def test_only_the_first_that_a_rule_means_is_lifted() -> None:
    first = Rule("tumors", "Tumor word", "gland cancer", "acute hepatitis a", 0.9)
    second = Rule("tumors", "Tumor word", "gland cancer", "malignant neoplasm of gland", 0.9, first=False)
    with index_of(VERSIONS, [second]) as index:
        assert codes(index, "gland cancer")[0] == "C01"
    with index_of(VERSIONS, [second, first]) as index:
        assert codes(index, "gland cancer")[0] == "B15"


def test_a_term_that_says_no_more_is_whole_without_what_says_so() -> None:
    versions = [
        Version("ICD10CM", "I50", title="Heart failure that is combined, congestive"),
        Version("ICD10CM", "I509", title="Heart disease", synonyms=("Congestive heart failure NOS",)),
    ]
    with index_of(versions, ()) as index:
        for text in ("congestive heart failure", "congestive heart failure NOS"):
            assert codes(index, text)[0] == "I509"


def test_the_letter_of_a_type_is_no_article_in_a_title_that_says_no_more() -> None:
    versions = [
        Version("ICD10CM", "B159", title="Hepatitis A without hepatic coma"),
        Version("ICD10CM", "K759", title="Hepatitis of some other kind"),
    ]
    with index_of(versions, ()) as index:
        (typed,) = index.search(Request("hepatitis A")).hits[:1]
        first, second = index.search(Request("hepatitis")).hits
        assert (typed.record.code, typed.score > 2 * first.score) == ("B159", True)
        assert first.score < 2 * second.score, "nothing is lifted"
