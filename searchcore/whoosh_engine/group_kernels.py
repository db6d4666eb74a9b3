"""Compiled kernels that collapse matches into groups; see `kernels` for how they are compiled."""

from __future__ import annotations

import numpy as np

from searchcore.whoosh_engine.compiling import compiled
from searchcore.whoosh_engine.order_kernels import lowest, stands_before

# No limit to how often a record displaces another: see `order_kernels.lowest`.
_UNLIMITED = 1 << 62


@compiled(
    "int64(uint32[::1], float64[::1], int64[::1], uint32[::1], uint32[::1], uint32[::1], uint32[::1],"
    " uint32[::1], uint32[::1])"
)
def best_of_groups(  # type: ignore[no-untyped-def]
    docs, keys, ranks, group_of, slots, previous, out_heads, out_lasts, out_sizes
):
    """Find the groups of the matches and the record of each that stands first, in one pass.

    Args:
        docs, keys: the matches and their sort keys, lower ones first.
        ranks: of the matches, to decide between equal keys.
        group_of: group of each record of the index.
        slots: per group of the index, zeros; filled with 1 + the number of the group among those found.
        previous: per match, filled with 1 + the place of the match before it in its group, or 0.
        out_heads: per group found, the place of its first record in order.
        out_lasts: per group found, 1 + the place of its last match; `previous` leads on from there.
        out_sizes: per group found, its matches.

    Returns:
        The number of groups found.
    """
    count = 0
    for at in range(docs.shape[0]):
        group = group_of[docs[at]]
        if slots[group] == 0:
            slots[group] = count + 1
            previous[at] = 0
            out_heads[count] = at
            out_sizes[count] = 1
            out_lasts[count] = at + 1
            count += 1
            continue
        found = np.int64(slots[group]) - 1
        previous[at] = out_lasts[found]
        out_lasts[found] = at + 1
        out_sizes[found] += np.uint32(1)
        head = out_heads[found]
        if stands_before(keys[at], ranks[at], keys[head], ranks[head]):
            out_heads[found] = at
    return count


@compiled(
    "void(float64[::1], int64[::1], uint32[::1], uint32[::1], uint32[::1], uint32[::1], int64[::1],"
    " int64[::1])"
)
def list_members(keys, ranks, previous, heads, lasts, sizes, ends, out):  # type: ignore[no-untyped-def]
    """List the members of some groups, without their heads, in order.

    Args:
        keys, ranks, previous: see `best_of_groups`.
        heads, lasts, sizes: of these groups.
        ends: where the list of each group ends in `out`; with it, how many of its members are wanted.
        out: filled with the places of the members.
    """
    begin = np.int64(0)
    for group in range(heads.shape[0]):
        wanted = ends[group] - begin
        if wanted > 0:
            others = np.int64(sizes[group]) - 1
            places = np.empty(others, np.uint32)
            their_keys = np.empty(others, np.float64)
            chosen = np.empty(wanted, np.int64)
            link = np.int64(lasts[group])
            count = 0
            while link:
                place = link - 1
                if place != heads[group]:
                    places[count] = place
                    their_keys[count] = keys[place]
                    count += 1
                link = np.int64(previous[place])
            lowest(their_keys, places, ranks, 0, others, _UNLIMITED, chosen)
            for at in range(wanted):
                out[begin + at] = places[chosen[at]]
        begin = ends[group]
