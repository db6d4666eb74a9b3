"""Ranking and sorting of matches: one key a record, ties by code order, only the page asked for in order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchcore.query import And, Code, Node, Phrase, Word
from searchcore.schema import Sort
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.columns import Columns, words_hash
from searchcore.whoosh_engine.execute import Docs
from searchcore.whoosh_engine.facets import Mask

Scores = npt.NDArray[np.float64]


def title_asked(node: Node) -> int:
    """Return the hash that a title has whose words are those of the query, in their order; 0 for none."""
    return words_hash(_plain_words(node))


def _plain_words(node: Node) -> list[str]:
    """Return the stems of a query that is nothing but words, codes and phrases, else none."""
    parts = node.nodes if isinstance(node, And) else (node,)
    found: list[str] = []
    for part in parts:
        if not isinstance(part, Word | Code | Phrase):
            return []
        found += stems(part.text)
    return found


def sort_keys(
    docs: Docs, scores: Scores, matched: npt.NDArray[np.int64] | None, sort: Sort, columns: Columns
) -> Scores:
    """Return a key for each record, lower first.

    Args:
        docs: the records.
        scores: their scores.
        matched: how many words matched, where not all had to; more go first when the sort is by score.
        sort: the order asked for.
    """
    if sort.column == "code":
        rank = columns.code_rank[docs].astype(np.float64)
        return -rank if sort.descending else rank
    if sort.column == "score":
        if matched is None:
            return -scores
        # Ordered by number of words, then score: the rank of the score stays below 1.
        ranks = np.unique(scores, return_inverse=True)[1].reshape(-1)
        return np.asarray(-(matched + ranks / (len(scores) + 1)), np.float64)
    ranks = columns.sorts[sort.column][docs]
    return np.where(ranks < 0, np.inf, -ranks if sort.descending else ranks).astype(np.float64)


def exact_first(keys: Scores, exact: Mask) -> Scores:
    """Return keys with which exact codes go before everything else, in the order that they had."""
    if not exact.any():
        return keys
    ranks = np.unique(keys, return_inverse=True)[1].reshape(-1).astype(np.float64)
    return np.where(exact, ranks - len(keys) - 1, ranks)


def page_of(docs: Docs, keys: Scores, columns: Columns, page: int, per_page: int) -> npt.NDArray[np.int64]:
    """Return the positions of the records of a page, by key, then code order (and so by version)."""
    begin = (page - 1) * per_page
    if begin >= len(docs):
        return np.zeros(0, np.int64)
    wanted = min(begin + per_page, len(docs))
    ranks = columns.code_rank[docs]
    chosen = _lowest(keys, ranks, wanted)
    order = np.lexsort((ranks[chosen], keys[chosen]))
    return np.asarray(chosen[order][begin:wanted], np.int64)


def _lowest(keys: Scores, ranks: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """Return the positions of the `count` lowest by key, then rank, in any order."""
    if count >= len(keys):
        return np.arange(len(keys))
    limit = np.partition(keys, count - 1)[count - 1]
    below = np.flatnonzero(keys < limit)
    tied = np.flatnonzero(keys == limit)
    missing = count - len(below)
    if len(tied) > missing:
        tied = tied[np.argpartition(ranks[tied], missing - 1)[:missing]]
    return np.concatenate((below, tied))
