"""Every query node over random corpora: our executor, stock Whoosh and plain Python agree on all of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from whoosh import query
from whoosh.collectors import UnlimitedCollector

from ..generated import cases
from .corpora import COLUMNS, Corpus, Opened, corpora, opened, some_corpus
from .plain import Plain, Scores
from .stock import STOCK, only_stock
from .trees import Trees

seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpora")


def check_plain(index: Opened, plain: Plain, wanted: Any) -> Scores:
    """Check what the executor finds against plain Python; return it."""
    found = index.executor.run(wanted)
    assert np.all(found.docs[1:] > found.docs[:-1]), wanted
    ours = dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))
    expected = plain.run(wanted)
    assert ours.keys() == expected.keys(), wanted
    assert all(abs(score - expected[doc]) < 1e-9 for doc, score in ours.items()), wanted
    return ours


def check_stock(index: Opened, wanted: Any, ours: Scores) -> None:
    """Check what the executor found against stock Whoosh."""
    found = index.searcher.search(wanted, limit=None).top_n
    assert len(found) == len(ours) and {doc for _, doc in found} == ours.keys(), wanted
    if not STOCK:
        event("a fork of Whoosh: records only")
        return
    if any(isinstance(part, query.AndMaybe) for part in below(wanted)):
        # AndMaybeMatcher.skip_to sends its second part to the record asked for, not to that of its first
        # part, and so loses scores where And goes on to the next record.
        event("AndMaybe below another node: records only")
        return
    assert all(abs(score - ours[doc]) < 1e-9 for score, doc in found), wanted
    # In Whoosh's order our scores descend, and of equal scores the lower record goes first.
    for (score, doc), (score_behind, behind) in pairwise(found):
        assert ours[doc] > ours[behind] - 1e-9, wanted
        assert score != score_behind or doc < behind, wanted


def below(wanted: Any) -> Iterator[Any]:
    """Yield all nodes below a node."""
    for part in wanted.children():
        yield part
        yield from below(part)


@cases(350)
@given(corpora, seeds)
def test_the_executor_stock_whoosh_and_plain_python_agree(folder: Path, corpus: Corpus, seed: int) -> None:
    plain, trees = Plain(corpus), Trees(seed, corpus)
    with opened(corpus, folder) as index:
        for number in range(36):
            wanted = trees.tree(number % 9)
            check_stock(index, wanted, check_plain(index, plain, wanted))


@cases(100)
@given(corpora, seeds)
def test_nodes_that_whoosh_gets_wrong_do_what_they_are_for(folder: Path, corpus: Corpus, seed: int) -> None:
    plain, trees = Plain(corpus), Trees(seed, corpus, mended=True)
    with opened(corpus, folder) as index:
        for number in range(36):
            check_plain(index, plain, trees.tree(number % 9))


@only_stock
@cases(60)
@given(corpora, seeds)
def test_a_scaled_or_scores_as_in_whoosh_before_a_list_ends(folder: Path, corpus: Corpus, seed: int) -> None:
    plain, trees = Plain(corpus), Trees(seed, corpus)
    with opened(corpus, folder) as index:
        for number in range(20):
            wanted = trees.scaled(1 + number % 5)
            ours = check_plain(index, plain, wanted)
            collector = UnlimitedCollector()
            collector.replace = 0  # keeps the lists that have come to their end
            index.searcher.search_with_collector(wanted, collector)
            assert {doc for _, doc in collector.items} == ours.keys()
            assert all(abs(score - ours[doc]) < 1e-9 for score, doc in collector.items)


@cases(40)
@given(corpora, seeds)
def test_arrays_of_32_bits_give_the_same(folder: Path, corpus: Corpus, seed: int) -> None:
    plain, trees = Plain(corpus), Trees(seed, corpus)
    with opened(corpus, folder) as index:
        for name in index.segment.names:
            postings = index.segment.postings(name)
            postings.term_ends = postings.term_ends.astype(np.uint32)
            if postings.starts is not None:
                postings.starts = postings.starts.astype(np.uint32)
        for number in range(36):
            check_plain(index, plain, trees.tree(number % 3))


@pytest.fixture(scope="module")
def large(folder: Path) -> Iterator[tuple[Opened, Plain]]:
    """More than 5,000 records: there Whoosh scores what stands for several words as it scores an Or."""
    corpus = some_corpus(11, 5600, longest=4)
    with opened(corpus, folder) as index:
        yield index, Plain(corpus)


@cases(25)
@given(seeds)
def test_all_three_agree_on_many_records(large: tuple[Opened, Plain], seed: int) -> None:
    index, plain = large
    COLUMNS.corpus = index.corpus
    trees = Trees(seed, index.corpus)
    for number in range(6):
        wanted = trees.tree(number)
        check_stock(index, wanted, check_plain(index, plain, wanted))
