"""Stock Whoosh opens the index and runs every query; our collector and scores equal its own."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query
from whoosh.index import open_dir
from whoosh.scoring import BM25F

from searchcore.language import Rule
from searchcore.query import parse
from searchcore.request import Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex
from searchcore.whoosh_engine.codec import segment_path
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.execute import Executor, make_scoring
from searchcore.whoosh_engine.expansions import Expansions, Switches
from searchcore.whoosh_engine.layout import INDEX_NAME, MERGED, RECORD, place_field
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.queries import AsOfMask, ExactCode, Only, Without
from searchcore.whoosh_engine.ranking import load_ranking
from searchcore.whoosh_engine.scoring import MergedBM25F
from searchcore.whoosh_engine.segment_file import SegmentFile
from searchcore.whoosh_engine.title_rules import load_title_rules
from searchcore.whoosh_engine.translate import Translator
from searchcore.whoosh_engine.words import Words
from searchcore.whoosh_engine.writer import WhooshWriter

from ..contract.frames import EPOCH, KIND, WORDS, Version, frame, numbered
from ..generated import cases

COUNT = 900
RULES = (
    Rule("joints", "Joint", "joint", "knee", 0.8),
    Rule("joints", "Joint", "joint", "hip", 0.5),
    Rule("joints", "Joint", "burn joint", "knee hip", 1.0),
    Rule("hot", "Hot", "rash", "burn + bone", 0.3),
)


def corpus() -> list[Version]:
    """Two versions of each key, so that the as-of mask has something to hide."""
    rng = random.Random(3)
    found = []
    for number in range(COUNT // 2):
        code = f"A{number // 100:02d}{number % 100:02d}"
        for begin in (0, 50):
            title = " ".join(rng.choices(WORDS, k=rng.randint(1, 6)))
            others = tuple(" ".join(rng.choices(WORDS, k=3)) for _ in range(rng.randint(0, 2)))
            start = EPOCH + dt.timedelta(days=begin)
            found.append(Version("ICD10CM", code, start, title=title, synonyms=others))
    return numbered(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("index")
    WhooshWriter(rules=RULES).write(load_kind(KIND), frame(corpus()), made, lambda done, total: None)
    return made


@pytest.fixture(scope="module")
def file(folder: Path) -> SegmentFile:
    return SegmentFile(segment_path(folder))


@pytest.fixture(scope="module")
def columns(file: SegmentFile) -> Columns:
    return Columns(file, load_kind(KIND))


@pytest.fixture(scope="module")
def searcher(folder: Path) -> Any:
    bm25 = load_ranking().bm25
    index = open_dir(str(folder), indexname=INDEX_NAME)
    return index.searcher(weighting=BM25F(B=bm25.b, K1=bm25.k1))


def by_stock_whoosh(searcher: Any, wanted: Any) -> dict[int, float]:
    results = searcher.search(wanted, limit=None)
    return {hit.docnum: hit.score for hit in results}


@pytest.fixture(scope="module")
def executor(file: SegmentFile, searcher: Any) -> Executor:
    bm25 = load_ranking().bm25
    segment = OpenSegment(file)
    return Executor(segment, make_scoring(segment.lengths, bm25.k1, bm25.b), lambda: searcher)


def by_kernels(executor: Executor, wanted: Any) -> dict[int, float]:
    found = executor.run(wanted)
    assert np.all(np.diff(found.docs) > 0)
    return dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))


texts = st.lists(
    st.sampled_from(
        (
            *WORDS,
            '"knee hip"',
            "joint",
            '"burn joint"',
            "jo*",
            "bu*",
            "-rash",
            "-hip",
            "title:burn",
            "(bone OR no)",
            "OR",
            "A0012",
            "A01*",
            '"burn burn"',
        )
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@cases(150)
@given(
    texts,
    st.integers(-1, 70),
    st.booleans(),
    st.lists(st.sampled_from(["joints", "rash", "joint"]), max_size=2),
)
def test_stock_whoosh_gives_the_same(
    searcher: Any,
    executor: Executor,
    file: SegmentFile,
    columns: Columns,
    text: str,
    offset: int,
    expand: bool,
    off: list[str],
) -> None:
    schema = load_kind(KIND)
    switches = Switches(Expansions(OpenSegment(file)), schema.text, expand=expand, off=off)
    translator = Translator(schema, columns, Words(file), load_ranking(), switches)
    wanted = translator.query(parse(text, ("title", "synonyms")).node)
    masked = AsOfMask(wanted, columns.on_day(EPOCH + dt.timedelta(days=offset)).state)
    for each in (wanted, masked):
        if isinstance(each, query.Every) or isinstance(getattr(each, "child", None), query.Every):
            continue
        stock = by_stock_whoosh(searcher, each)
        ours = by_kernels(executor, each)
        assert stock.keys() == ours.keys()
        assert all(abs(stock[doc] - ours[doc]) < 1e-9 for doc in stock)


def test_everything_is_the_same_without_a_matcher(
    searcher: Any, executor: Executor, columns: Columns
) -> None:
    state = columns.on_day(EPOCH).state
    assert set(by_kernels(executor, query.Every())) == set(range(COUNT))
    masked = by_kernels(executor, AsOfMask(query.Every(), state))
    assert set(masked) == set(by_stock_whoosh(searcher, AsOfMask(query.Every(), state)))
    assert len(masked) == COUNT // 2


def test_lengths_from_our_column_give_the_scores_of_whoosh(
    folder: Path, searcher: Any, file: SegmentFile
) -> None:
    bm25 = load_ranking().bm25
    index = open_dir(str(folder), indexname=INDEX_NAME)
    faster = index.searcher(weighting=MergedBM25F(file.array("lengths"), bm25.k1, bm25.b))
    for word in ("knee", "burn", "2", "3b"):
        wanted = query.Term(MERGED, word)
        assert by_stock_whoosh(faster, wanted) == by_stock_whoosh(searcher, wanted)


def test_a_posting_weighs_what_its_fields_weigh(searcher: Any) -> None:
    schema = load_kind(KIND)
    versions = corpus()
    matcher = searcher.reader().postings(MERGED, "knee")
    seen = 0
    while matcher.is_active():
        version = versions[matcher.id()]
        title, field = version.title or "", schema.text["title"]
        head = load_title_rules().heads(pl.Series([title]))[0]
        in_title = title.split().count("knee") * field.weight + head.split().count("knee") * field.head
        elsewhere = " ".join(version.synonyms).split().count("knee") * schema.text["synonyms"].weight
        assert matcher.weight() == pytest.approx(in_title + elsewhere)
        matcher.next()
        seen += 1
    assert seen == sum("knee" in f"{v.title} {' '.join(v.synonyms)}".split() for v in versions)


def test_whooshs_own_tools_work(searcher: Any) -> None:
    reader = searcher.reader()
    versions = corpus()
    assert searcher.stored_fields(5)[RECORD]["title"] == versions[5].title
    assert b"burn" in list(reader.lexicon(place_field("title")))
    phrase = by_stock_whoosh(searcher, query.Phrase(place_field("title"), ["knee", "hip"]))
    assert set(phrase) == {v.number for v in versions if "knee hip" in (v.title or "")}


def test_our_nodes_can_be_nested_in_whooshs(searcher: Any, executor: Executor, columns: Columns) -> None:
    exact = ExactCode(columns, ("A0012",))
    knee, hip = query.Term(MERGED, "knee"), query.Term(MERGED, "hip")
    knees, hips = set(by_kernels(executor, knee)), set(by_kernels(executor, hip))
    codes = set(columns.with_codes(("A0012",)).tolist())
    assert set(by_stock_whoosh(searcher, query.Or([exact, Only(knee, hip)]))) == codes | knees & hips
    assert set(by_stock_whoosh(searcher, Without(query.Or([exact, knee]), hip))) == (codes | knees) - hips
    assert set(by_stock_whoosh(searcher, query.And([exact, knee]))) == codes & knees


def _total_in_child(index: WhooshKindIndex, sender: Any) -> None:
    sender.send(
        [index.search(Request(word, as_of=EPOCH)).total for word in ("knee", "hip", "bone", "rash") * 25]
    )


def test_a_forked_process_does_not_share_file_positions(folder: Path) -> None:
    index = WhooshKindIndex(load_kind(KIND), folder)
    wanted = [index.search(Request(word, as_of=EPOCH)).total for word in ("knee", "hip", "bone", "rash") * 25]
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(3)]
    children = [context.Process(target=_total_in_child, args=(index, sender)) for _, sender in pipes]
    for child in children:
        child.start()
    assert [receiver.recv() for receiver, _ in pipes] == [wanted] * 3
    for child in children:
        child.join()
    index.close()
