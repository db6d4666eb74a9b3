"""Terms, postings, positions, lengths, stored values and columns that Whoosh reads through our codec."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir
from whoosh.matching import ReadTooFar
from whoosh.reading import TermNotFound

from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.layout import INDEX_NAME, MERGED, RECORD, place_field
from searchcore.whoosh_engine.open_segment import opened
from searchcore.whoosh_engine.segment_file import SegmentFile, SegmentFileWriter
from searchcore.whoosh_engine.segment_writer import write_merged
from searchcore.whoosh_engine.terms import FieldPostings

from ..generated import cases
from .both_codecs import UNITS, WORDS, Row, opened_both, some_rows, write_columnar

FIELDS = (MERGED, *map(place_field, UNITS))
ROWS = some_rows(400, seed=4)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    ours, stock = opened_both(ROWS, tmp_path_factory.mktemp("both"))
    return ours.reader(), stock.reader()


def postings_of(reader: Any, field: str, term: bytes) -> list[tuple[object, ...]]:
    """Return everything that a matcher says of each posting."""
    matcher, found = reader.postings(field, term), []
    while matcher.is_active():
        values = [matcher.value_as(what) for what in ("positions", "frequency") if matcher.supports(what)]
        spans = [] if field == MERGED else [(span.start, span.end) for span in matcher.spans()]
        found.append((matcher.id(), matcher.weight(), values, spans))
        matcher.next()
    return found


def test_the_same_terms_in_the_same_order(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    assert set(ours.indexed_field_names()) == set(stock.indexed_field_names()) == set(FIELDS)
    for field in FIELDS:
        terms = list(ours.lexicon(field))
        assert terms == list(stock.lexicon(field)) == sorted(terms)
        assert {term.decode() for term in terms} <= set(WORDS) and len(terms) > 5
        for begin in ("b", "kn", "胃", "x", "\U0001f642"):
            assert list(ours.expand_prefix(field, begin)) == list(stock.expand_prefix(field, begin))
    assert sorted(ours.all_terms()) == sorted(stock.all_terms())
    assert list(ours.all_terms()) == sorted(ours.all_terms())


def test_the_same_statistics(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    for field, term in ours.all_terms():
        one, two = ours.term_info(field, term), stock.term_info(field, term)
        assert (one.weight(), one.doc_frequency(), one.max_weight(), one.min_id(), one.max_id()) == (
            two.weight(),
            two.doc_frequency(),
            two.max_weight(),
            two.min_id(),
            two.max_id(),
        )
        if field == MERGED:
            assert (one.min_length(), one.max_length()) == (two.min_length(), two.max_length())
        assert ours.frequency(field, term) == stock.frequency(field, term)
        assert ours.doc_frequency(field, term) == stock.doc_frequency(field, term)
    assert len(list(ours)) == len(list(ours.all_terms()))


def test_the_same_postings_and_positions(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    for field, term in ours.all_terms():
        assert postings_of(ours, field, term) == postings_of(stock, field, term)
        assert list(ours.postings(field, term).all_ids()) == list(stock.postings(field, term).all_ids())


def test_positions_are_those_of_the_words(readers: tuple[Any, Any]) -> None:
    for field in UNITS:
        found = {}
        for term in readers[0].lexicon(place_field(field)):
            for record, _, (positions, frequency), _ in postings_of(readers[0], place_field(field), term):
                assert frequency == len(positions)  # type: ignore[arg-type]
                found.update({(record, position): term.decode() for position in positions})  # type: ignore[attr-defined]
        assert found == {
            (record, position): word
            for record, row in enumerate(ROWS)
            for position, word in enumerate(getattr(row, field).split())
        }


def test_lengths(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    assert ours.field_length(MERGED) == stock.field_length(MERGED)
    assert ours.min_field_length(MERGED) == stock.min_field_length(MERGED)
    assert ours.max_field_length(MERGED) == stock.max_field_length(MERGED)
    for record, row in enumerate(ROWS):
        assert ours.doc_field_length(record, MERGED) == stock.doc_field_length(record, MERGED)
        assert ours.doc_field_length(record, place_field("note")) == len(row.note.split())
    assert ours.field_length(place_field("title")) == sum(len(row.title.split()) for row in ROWS)
    assert ours.doc_field_length(0, RECORD, 7) == 7


def test_stored_values(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    assert list(ours.all_stored_fields()) == [
        {RECORD: {key: value for key, value in row.stored.items() if value is not None}} for row in ROWS
    ]
    assert list(ours.all_stored_fields()) == list(stock.all_stored_fields())
    assert list(ours.iter_docs()) == list(stock.iter_docs())
    with pytest.raises(IndexError):
        ours.stored_fields(len(ROWS))


def test_columns(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    for name in ours.schema.names():
        assert bool(ours.has_column(name)) == bool(stock.has_column(name))
        if not ours.has_column(name):
            continue
        one, two = ours.column_reader(name, translate=False), stock.column_reader(name, translate=False)
        assert list(one) == list(two) == [one[record] for record in range(len(one))]
        assert list(one.load()) == list(two.load())
        if ours.schema[name].column_type.reversible:
            one.set_reverse()
            two.set_reverse()
            assert [one.sort_key(at) for at in range(9)] == [two.sort_key(at) for at in range(9)]


def test_cursors(readers: tuple[Any, Any]) -> None:
    for field in FIELDS:
        cursors = [reader.cursor(field) for reader in readers]
        for start in ("", "b", "kn", "zzz", "胃", "no"):
            assert cursors[0].find(start) == cursors[1].find(start)
            for _ in range(20):
                assert cursors[0].text() == cursors[1].text()
                assert cursors[0].is_valid() == cursors[1].is_valid()
                cursors[0].next()
                cursors[1].next()
        assert cursors[0].first() == cursors[1].first()
        assert cursors[0].term_info().doc_frequency() == cursors[1].term_info().doc_frequency()
        assert list(readers[0].terms_within(field, "bone", 1)) == list(
            readers[1].terms_within(field, "bone", 1)
        )


@cases(200)
@given(st.sampled_from(FIELDS), st.sampled_from(WORDS), st.lists(st.integers(0, len(ROWS) + 5), max_size=8))
def test_skipping(readers: tuple[Any, Any], field: str, word: str, targets: list[int]) -> None:
    ours, stock = (reader.postings(field, word) for reader in readers)
    for target in targets:
        if not stock.is_active():
            break
        for each in (ours, stock):
            each.skip_to(target)
        assert ours.is_active() == stock.is_active()
        if stock.is_active():
            assert ours.id() == stock.id()
            assert ours.copy().id() == ours.id()
            assert ours.next() == stock.next()
    ours.reset()
    stock.reset()
    assert ours.id() == stock.id()


def test_blocks_bound_their_postings(readers: tuple[Any, Any]) -> None:
    reader = readers[0]
    for field, term in reader.all_terms():
        matcher = reader.postings(field, term)
        while matcher.is_active():
            length = reader.doc_field_length(matcher.id(), field)
            assert matcher.weight() <= matcher.block_max_weight()
            assert matcher.block_min_length() <= length <= matcher.block_max_length()
            assert matcher.block_min_id() <= matcher.id() <= matcher.block_max_id()
            matcher.next()
        with pytest.raises(ReadTooFar):
            matcher.next()
        with pytest.raises(ReadTooFar):
            matcher.skip_to(0)


def test_words_that_no_record_has(readers: tuple[Any, Any]) -> None:
    reader = readers[0]
    for field in FIELDS:
        assert (field, "absent") not in reader
        assert reader.doc_frequency(field, "absent") == reader.frequency(field, "absent") == 0
        for ask in (reader.term_info, reader.postings):
            with pytest.raises(TermNotFound):
                ask(field, "absent")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Row(stored={"number": 0})],
        [Row("knee", stored={"number": 0, "text": "ü"})],
        [Row(stored={"number": 0}), Row(note="胃", stored={"number": 1, "text": "a"})],
    ],
    ids=["no record", "no words", "one word", "an empty record"],
)
def test_small_indexes(tmp_path: Path, rows: list[Row]) -> None:
    ours, stock = (index.searcher() for index in opened_both(rows, tmp_path))
    assert ours.doc_count() == ours.doc_count_all() == stock.doc_count() == len(rows)
    assert list(ours.reader().all_terms()) == list(stock.reader().all_terms())
    for wanted in (query.Every(), query.Term(MERGED, "knee"), query.Prefix(place_field("note"), "胃")):
        assert [hit.docnum for hit in ours.search(wanted)] == [hit.docnum for hit in stock.search(wanted)]
    assert [ours.stored_fields(number) for number in range(len(rows))] == [
        {RECORD: row.stored} for row in rows
    ]


def test_a_word_hundreds_of_times_in_a_note(tmp_path: Path) -> None:
    rows = [Row("hip", " ".join(["knee"] * 700 + ["hip"])), Row(note="knee"), Row(note="knee " * 200_000)]
    rows = [Row(row.title, row.note, stored={"number": 0, "text": ""}) for row in rows]
    write_columnar(rows, tmp_path)
    reader = open_dir(str(tmp_path), indexname=INDEX_NAME).reader()
    matcher = reader.postings(place_field("note"), "knee")
    assert matcher.value_as("frequency") == 700
    assert matcher.value_as("positions") == list(range(700))
    weights = reader.postings(MERGED, "knee")
    assert [(weights.id(), weights.weight())] == [(0, 350.0)]
    # The greatest weight that is kept; the length goes on.
    assert reader.term_info(MERGED, "knee").max_weight() == 65535 / 20
    assert [reader.doc_field_length(number, MERGED) for number in range(3)] == [352, 1, 100_000]


def test_a_million_distinct_terms(tmp_path: Path) -> None:
    count, step = 1_000_000, 7919
    terms = [f"{number:06x}é" for number in range(count)]
    path = tmp_path / "terms"
    with SegmentFileWriter(path) as file:
        keys = np.arange(count, dtype=np.int64) * 3 + np.arange(count) % 3
        write_merged(file, terms, keys, np.full(count, 20), 3)
        file.finish()
    postings = FieldPostings(SegmentFile(path), MERGED)
    assert len(postings) == count
    for number in range(0, count, step):
        assert postings.term(number).decode() == terms[number]
        assert postings.number(terms[number].encode()) == number
        assert postings.span(number) == (number, number + 1)
        assert postings.number(terms[number].encode() + b"0") == -1
    assert postings.first_at_least(b"\xff") == count
    assert postings.first_at_least(b"") == 0


def test_a_segment_is_opened_once_and_let_go(tmp_path: Path) -> None:
    write_columnar(ROWS[:20], tmp_path)
    index = open_dir(str(tmp_path), indexname=INDEX_NAME)
    one, two = index.reader(), index.reader()
    segment = opened(segment_path(tmp_path))
    # Held here, by the argument, and by two readers of each of the two readers.
    assert sys.getrefcount(segment) == 2 + 4
    one.close()
    del one, two, index, segment
    segment_path(tmp_path).unlink()
    write_columnar(random.Random(1).sample(ROWS, 9), (other := tmp_path / "other").parent / _made(other))
    assert open_dir(str(other), indexname=INDEX_NAME).reader().doc_count() == 9


def _made(path: Path) -> str:
    path.mkdir()
    return path.name


def test_whooshs_own_writer_cannot_change_an_index(tmp_path: Path) -> None:
    write_columnar(ROWS[:20], tmp_path)
    index = open_dir(str(tmp_path), indexname=INDEX_NAME)
    with pytest.raises(NotImplementedError):
        index.delete_by_term(MERGED, "knee")
    with index.searcher() as searcher:
        assert searcher.doc_count() == 20
