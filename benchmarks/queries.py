"""The queries of a run: judged ones, words of titles, common words, codes; half of them with a filter."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from benchmarks.corpus import Corpus
from benchmarks.plain import TREES, below_key, exact_key
from benchmarks.plans import Plan
from searchcore.codes import SYSTEMS, display_form
from searchcore.engine import RawResult
from searchcore.query import And, Code, Node, Word, parse
from searchcore.request import NOT_SPECIFIED, Request
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.idle_words import telling

SEED = 4711
_MOST_COMMON = 60
_TRIES = 40

Ask = Callable[[Request], RawResult]


@dataclass(frozen=True)
class Query:
    """One question, in the form of every engine.

    Attributes:
        text: for our own engine, which reads it itself.
        sort: `judged`, `title`, `common` or `code`.
        words: stems that a record must all have; empty for a code.
        keys, phrases: what a code stands for: records with one of these keys, or with one of these phrases
            (of one or more stems).
        filter: a facet and the values of which a record must have one.
    """

    text: str
    sort: str
    words: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    filter: tuple[str, tuple[str, ...]] | None = field(default=None)


def read(text: str, sort: str, plan: Plan) -> Query | None:
    """Return a text as a query, None if it is more than plain words or one code."""
    parsed = parse(text, plan.schema.text)
    node = parsed.node
    if parsed.notes:
        return None
    if isinstance(node, Code):
        if node.modifiers:
            return None
        return _mention(node, sort) if plan.schema.joined else _lookup(node, sort)
    words = node.nodes if isinstance(node, And) else (node,)
    if not all(isinstance(word, Word) and _is_plain(word.text, plan) for word in words):
        return None
    found = tuple(dict.fromkeys(stem for word in telling(words) for stem in _stems(word)))
    return Query(text, sort, words=found) if found else None


def _stems(word: Node) -> list[str]:
    return stems(word.text) if isinstance(word, Word) else []


def _is_plain(word: str, plan: Plan) -> bool:
    """Tell whether a word can be read in one way only: digits may be codes, and of the parts of a joined
    kind one must have all stems of a word (x-ray), while other engines know records only."""
    return not any(map(str.isdigit, word)) and not (plan.schema.joined and len(stems(word)) > 1)


def _mention(node: Code, sort: str) -> Query:
    """Return what a code asks for in a joined kind: records with this code, or with a part that has it."""
    return Query(node.text, sort, keys=(exact_key(node.code),), phrases=(tuple(stems(node.text)),))


def _lookup(node: Code, sort: str) -> Query:
    """Return what a code asks for: itself, what stands below it, and records that mention it."""
    trees = [system for system in node.systems if system in TREES]
    keys = [exact_key(node.code), *(below_key(system, node.code) for system in trees)]
    spellings = [node.code, node.text]
    if "ICD10CM" in trees:
        spellings.append(display_form("ICD10CM", node.code))
    phrases = dict.fromkeys(tuple(stems(spelling)) for spelling in spellings)
    return Query(node.text, sort, keys=tuple(keys), phrases=tuple(phrases))


def request_of(query: Query, plan: Plan, corpus: Corpus) -> Request:
    """Return the request for our own engine."""
    filters = (query.filter,) if query.filter else ()
    return Request(query.text, plan.kind, filters, corpus.day, sort="score", all_words=True)


def make_queries(corpus: Corpus, ask: Ask, judged: Path | None, count: int = 200) -> list[Query]:
    """Return about `count` different queries, each with matches; the same ones for the same corpus.

    Queries that our engine would relax (no record has all words) are left out: engines relax differently.

    Args:
        corpus: the records.
        ask: answers a request; used to see what matches and which facet values could be selected.
        judged: folder of the judged queries; None, or where a file is missing, takes titles instead.
        count: number of queries.
    """
    plan, chance = corpus.plan, random.Random(SEED)
    sources = _sources(corpus, judged, chance)
    share = count / sum(plan.queries.values())
    wanted = {sort: round(number * share) for sort, number in plan.queries.items()}
    found: dict[str, Query] = {}
    missing = 0
    for sort in ("judged", "common", "title", "code"):
        number = wanted[sort] + missing
        before = len(found)
        for _ in range(number * _TRIES):
            if len(found) - before >= number:
                break
            text = next(sources[sort], None)
            query = read(text, sort, plan) if text and text not in found else None
            if text is None:
                break
            if query is not None and (kept := _with_filter(query, len(found) % 2 == 1, corpus, ask, chance)):
                found[text] = kept
        missing = number - (len(found) - before)
    return list(found.values())


def _with_filter(
    query: Query, filtered: bool, corpus: Corpus, ask: Ask, chance: random.Random
) -> Query | None:
    """Return a query, perhaps with a facet value selected as a person would; None if nothing matches."""
    plan = corpus.plan
    result = ask(request_of(query, plan, corpus))
    if not result.total or result.notes:
        return None
    if not filtered:
        return query
    facet = chance.choice(plan.filters)
    counts = {value: n for value, n in result.counts[facet].items() if value != NOT_SPECIFIED and n}
    if not counts:
        return None
    values = sorted(counts)
    picks = chance.choices(values, [counts[value] for value in values], k=chance.choice((1, 2)))
    return replace(query, filter=(facet, tuple(sorted(set(picks)))))


def _sources(corpus: Corpus, judged: Path | None, chance: random.Random) -> dict[str, Iterator[str]]:
    pool = corpus.pool
    texts = [text for name in corpus.plan.words_from for text in _strings(pool[name])]
    return {
        "judged": _judged(corpus.plan, judged, chance),
        "title": _some_words(texts, chance),
        "common": _common_words(texts, chance),
        "code": _codes(pool, corpus.plan, chance),
    }


def _strings(column: pl.Series) -> list[str]:
    flat = column.explode() if isinstance(column.dtype, pl.List) else column
    return [text for text in flat.to_list() if text]


def _judged(plan: Plan, folder: Path | None, chance: random.Random) -> Iterator[str]:
    """Yield the hard rows of the judged files, file by file in turn."""
    rows: list[str] = []
    for name in plan.judged:
        path = folder / name if folder else None
        if path and path.is_file():
            lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
            hard = [line[0] for line in lines if line[-1] == "hard"]
            rows += chance.sample(hard, len(hard))
    yield from chance.sample(rows, len(rows))


def _some_words(texts: list[str], chance: random.Random) -> Iterator[str]:
    """Yield one to four words of a text, endlessly."""
    while texts:
        words = [word for word in chance.choice(texts).split() if word.isalpha() and len(word) > 2]
        if words:
            yield " ".join(chance.sample(words, min(len(words), chance.randint(1, 4)))).lower()


def _common_words(texts: list[str], chance: random.Random) -> Iterator[str]:
    counts = Counter(word.lower() for text in texts for word in set(text.split()) if word.isalpha())
    # Ties by the word itself: the order of a set differs from run to run.
    ranked = sorted((word for word in counts if len(word) > 2), key=lambda word: (-counts[word], word))
    yield from chance.sample(ranked[:_MOST_COMMON], min(_MOST_COMMON, len(ranked)))


def _codes(pool: pl.DataFrame, plan: Plan, chance: random.Random) -> Iterator[str]:
    """Yield codes as people write them; of ICD-10-CM now and then only the beginning."""
    while pool.height:
        row = pool.row(chance.randrange(pool.height), named=True)
        column = chance.choice(plan.codes_from)
        code, system = row[column], row["system"]
        if column == "code" and system == "ICD10CM" and chance.random() < 0.3:
            code = code[: chance.randint(3, len(code))]
        known = column == "code" and system in SYSTEMS
        yield display_form(system, code) if known else code
