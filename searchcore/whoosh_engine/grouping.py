"""Collapses matches into groups: a page of groups, each with the record that stands first and its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.engine import RawHit
from searchcore.lazy import LazySequence
from searchcore.whoosh_engine import group_kernels
from searchcore.whoosh_engine.found import Docs, Scores
from searchcore.whoosh_engine.groups import Groups
from searchcore.whoosh_engine.ordering import Ranks, first_in_order

# Members that are listed beside the hit of a group; their number is given in any case.
MOST_MEMBERS = 200

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GroupPage:
    """A page of groups, in order; all places are among the matches.

    Attributes:
        total: number of groups among all matches.
        heads: place of the first record of each group of the page.
        members: places of its other records, in order, at most `MOST_MEMBERS` of them.
        others: how many other records it has.
    """

    total: int
    heads: Places
    members: list[Places]
    others: list[int]


def group_page(
    docs: Docs,
    keys: Scores | None,
    ranks: Ranks,
    exact: Places,
    groups: Groups,
    page: int,
    per_page: int,
) -> GroupPage:
    """Return a page of groups; a group stands where its first record stands.

    Args:
        docs: the matches, ascending.
        keys: their sort keys, lower ones first; None for the order of codes alone.
        ranks: numbers that order them by code, then system, then version, where keys are the same.
        exact: places of matches that go before all others.
        groups: which group each record of the index is of.
        page, per_page: which groups; pages count from 1.
    """
    matches = len(docs)
    keys = _exact_first(np.zeros(matches) if keys is None else keys, exact)
    slots = np.zeros(groups.count, np.uint32)
    previous, heads, lasts, sizes = (np.empty(matches, np.uint32) for _ in range(4))
    total = group_kernels.best_of_groups(
        docs, keys, ranks, groups.of_record, slots, previous, heads, lasts, sizes
    )
    heads = heads[:total]
    chosen = first_in_order(keys[heads], heads, ranks, (page - 1) * per_page, per_page)
    heads, lasts, sizes = heads[chosen], lasts[chosen], sizes[chosen]
    others = sizes.astype(np.int64) - 1
    ends = np.cumsum(np.minimum(others, MOST_MEMBERS))
    members = np.empty(int(ends[-1]) if len(ends) else 0, np.int64)
    group_kernels.list_members(keys, ranks, previous, heads, lasts, sizes, ends, members)
    listed = np.split(members, ends[:-1]) if len(ends) else []
    return GroupPage(total, heads.astype(np.int64), listed, others.tolist())


def _exact_first(keys: Scores, exact: Places) -> Scores:
    """Return keys with which some matches go before all others, in the order that they had."""
    if not len(exact):
        return keys
    order = np.unique(keys[exact], return_inverse=True)[1].reshape(-1)
    found = keys.copy()
    # The lowest key can be infinite, where no record has a value to sort by.
    found[exact] = min(float(keys.min()), 0.0) - 1 - len(exact) + order
    return found


def grouped_hits(
    page: GroupPage, hits: Callable[[Places], Callable[[], tuple[RawHit, ...]]]
) -> tuple[RawHit, ...]:
    """Return the hits of a page of groups. Members are read when somebody looks at them.

    Args:
        page: the page.
        hits: returns what reads the hits at some places.
    """
    return tuple(
        hit._replace(members=LazySequence(hits(members)), members_total=others)
        for hit, members, others in zip(hits(page.heads)(), page.members, page.others, strict=True)
    )
