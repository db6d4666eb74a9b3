"""Ranking and sorting of matches: one key a record, ties by code order, only the page asked for in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from searchcore.query import And, Code, Node, Phrase, Word
from searchcore.schema import Sort
from searchcore.whoosh_engine import order_kernels
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.counting import Best
from searchcore.whoosh_engine.found import Docs, Places, Scores
from searchcore.whoosh_engine.halves import in_halves

# Up to so many records a heap is quicker than a partition of all of them, unless it turns over too often.
_HEAP_MOST = 2000
# So often a record may displace another in a heap of one place, before a partition is quicker.
_HEAP_TURNS = 16

Ranks = npt.NDArray[np.int64] | npt.NDArray[np.int32]


def plain_words(node: Node) -> list[str]:
    """Return the stems of a query that is nothing but words, codes and phrases, else none."""
    parts = node.nodes if isinstance(node, And) else (node,)
    found: list[str] = []
    for part in parts:
        if not isinstance(part, Word | Code | Phrase):
            return []
        found += stems(part.text)
    return found


def sort_keys(docs: Docs, scores: Callable[[], Scores], sort: Sort, columns: Columns) -> Scores | None:
    """Return the keys of records, lower ones first; None for the order of codes.

    Args:
        docs: the records.
        scores: gives their scores.
        sort: the order asked for.
        columns: of the index.
    """
    if sort.column == "code":
        return -columns.codes.ranks(docs).astype(np.float64) if sort.descending else None
    if sort.column == "score":
        return -scores()
    values, missing = columns.sort_values(sort.column, docs)
    keys = values.astype(np.float64)
    return np.where(missing, np.inf, -keys if sort.descending else keys)


def page_of(
    docs: Docs, keys: Scores | None, exact: Places, columns: Columns, page: int, per_page: int
) -> Places:
    """Return the positions of the records of a page.

    Args:
        docs: all records found, ascending.
        keys: their keys, lower first; None for the order of codes alone.
        exact: positions of records that go before all others, ascending.
        columns: of the index. Ties go by code, then system, then version.
        page, per_page: which page, from 1.
    """
    begin, end = (page - 1) * per_page, page * per_page
    if begin >= len(docs):
        return np.zeros(0, np.int64)
    wanted = min(end, len(docs))  # the first ones of all are enough, though exact ones may be among them
    if not len(exact):
        return _lowest(docs, keys, columns, wanted)[begin:]
    shown = []
    if begin < len(exact):
        shown.append(_in_order(exact, docs, keys, columns)[begin:end])
    if end > len(exact):
        first = _lowest(docs, keys, columns, wanted)
        others = first[~np.isin(first, exact)]
        shown.append(others[max(0, begin - len(exact)) : end - len(exact)])
    return np.concatenate(shown)


def page_of_best(best: Best, columns: Columns, page: int, per_page: int) -> tuple[Docs, Scores]:
    """Return the records of a page and their keys, of records that go before all others."""
    order = np.lexsort((columns.codes.ranks(best.docs), best.keys))[(page - 1) * per_page : page * per_page]
    return best.docs[order], best.keys[order]


def _in_order(positions: Places, docs: Docs, keys: Scores | None, columns: Columns) -> Places:
    ranks = columns.codes.ranks(docs[positions])
    if keys is None:
        return positions[np.argsort(ranks, kind="stable")]
    return positions[np.lexsort((ranks, keys[positions]))]


def _lowest(docs: Docs, keys: Scores | None, columns: Columns, count: int) -> Places:
    """Return the positions of the `count` lowest by key, then rank of the code, in order."""
    if keys is None:
        first = _first_of_systems(docs, columns, count)
    else:
        by_heap = _first_by_heap(docs, keys, columns, count)
        if len(by_heap) == 1:
            return by_heap[0]
        first = np.concatenate(by_heap) if by_heap else _first_by_partition(docs, keys, columns, count)
    return _in_order(first, docs, keys, columns)[:count]


def _first_by_partition(docs: Docs, keys: Scores, columns: Columns, count: int) -> Places:
    """Return the positions of the `count` lowest by key, then rank of the code, in any order."""
    limit = np.partition(keys, count - 1)[count - 1]
    below = np.flatnonzero(keys < limit)
    tied = np.flatnonzero(keys == limit)
    missing = count - len(below)
    if len(tied) > missing:
        tied = tied[_first_of_systems(docs[tied], columns, missing)]
    return np.concatenate((below, tied))


def _first_by_heap(docs: Docs, keys: Scores, columns: Columns, count: int) -> list[Places]:
    """Return the positions of the first records of each part of the records; none where a partition is
    quicker."""
    if count > _HEAP_MOST:
        return []
    ranks = columns.codes.kept_ranks
    # Without ranks the record before goes first among equal ones, which is right within a system.
    blocks = [(0, len(docs))] if len(ranks) else _blocks(docs, columns)
    shown: list[Places] = []
    for begin, end in blocks:
        for first in in_halves(partial(first_by_heap, keys, docs, ranks, count, begin), end - begin):
            if first is None:
                return []
            shown.append(first)
    return shown


def _first_of_systems(docs: Docs, columns: Columns, count: int) -> Places:
    """Return the positions of the first records of each system; within it they stand by code."""
    blocks = _blocks(docs, columns)
    return np.concatenate([np.arange(begin, min(end, begin + count)) for begin, end in blocks])


def _blocks(docs: Docs, columns: Columns) -> list[tuple[int, int]]:
    """Return where the records of each system begin and end among ascending ones."""
    # Of the same type, because otherwise all records would be copied to a wider one.
    begins = np.searchsorted(docs, np.array(columns.systems.begins, docs.dtype)).tolist()
    return list(zip(begins, [*begins[1:], len(docs)], strict=True))


def first_in_order(keys: Scores, docs: Docs, ranks: Ranks, begin: int, count: int) -> Places:
    """Return the positions of some records in order, by key, then rank.

    Args:
        keys: of each match; lower ones go first.
        docs: the record of each match.
        ranks: of each record.
        begin, count: which are wanted, from the first one in order; there may be fewer.
    """
    end = min(begin + count, len(keys))
    if begin >= end:
        return np.zeros(0, np.int64)
    first = first_by_heap(keys, docs, ranks, end, 0, 0, len(keys)) if end <= _HEAP_MOST else None
    if first is not None:
        return first[begin:]
    near = np.flatnonzero(keys <= np.partition(keys, end - 1)[end - 1])
    return np.asarray(near[np.lexsort((ranks[docs[near]], keys[near]))][begin:end], np.int64)


def first_by_heap(
    keys: Scores, docs: Docs, ranks: Ranks, count: int, base: int, begin: int, end: int
) -> Places | None:
    """Return the places of the first of some keys, by key and rank; None where a partition is quicker.

    Args:
        keys: of each match; lower ones go first.
        docs: the record of each match.
        ranks: of each record, to decide between equal keys; empty: the match before goes first.
        count: how many; there may be fewer.
        base, begin, end: which keys, counted from the base.
    """
    places = np.empty(min(count, end - begin), np.int64)
    turns = _HEAP_TURNS * len(places) + (end - begin) // 64
    found = order_kernels.lowest(keys, docs, ranks, base + begin, base + end, turns, places)
    return places if found == len(places) else None
