"""Which records have a text that a language rule has another name for; part of a build.

Where a rule says "chest cold" for "acute bronchitis", and "acute bronchitis" is all of a title, "chest cold"
is about as good as that title: the table of whole texts (`whole_texts.py`) gets it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from searchcore.language import PART, Rule
from searchcore.whoosh_engine.analysis import stems
from searchcore.whoosh_engine.idle_words import idle_stems
from searchcore.whoosh_engine.rule_places import RulePlaces
from searchcore.whoosh_engine.whole_texts import Hashes, query_hashes


class Entries(NamedTuple):
    """Entries of the table: the hash of a text, the record that has it, and which sort of text it is."""

    hashes: Hashes
    records: npt.NDArray[np.uint32]
    sorts: npt.NDArray[np.uint8]


def with_said(own: Entries, rules: Sequence[Rule], places: RulePlaces, sorts: int, least: float) -> Entries:
    """Return the entries of texts and those that rules add.

    Args:
        own: of the texts themselves.
        rules: the language rules.
        places: where rules hold.
        sorts: number of sorts of texts; what a rule says for a text of one has its number and so many more.
        least: only rules of at least this weight count: those of less weight name something wider or near.
    """
    pairs = [
        (mean, _hashes(rule.say)[-1], rule.within)
        for rule in rules
        if rule.weight >= least
        for mean in _hashes(rule.mean)
    ]
    means = np.array([mean for mean, _, _ in pairs], np.uint64)
    says = np.array([say for _, say, _ in pairs], np.uint64)
    # Few texts are what a rule means: only these are put in order.
    wanted = np.unique(means)
    nearest = np.minimum(np.searchsorted(wanted, own.hashes), max(0, len(wanted) - 1))
    meant = np.flatnonzero(wanted[nearest] == own.hashes) if len(wanted) else np.zeros(0, np.int64)
    order = meant[np.argsort(own.hashes[meant], kind="stable")]
    known = own.hashes[order]
    begins, ends = (np.searchsorted(known, means, side) for side in ("left", "right"))
    lengths = ends - begins
    which = np.repeat(np.arange(len(pairs)), lengths)
    entries = order[np.arange(len(which)) + np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)]
    kept = places.hold([within for _, _, within in pairs], which, own.records[entries].astype(np.int64))
    which, entries = which[kept], entries[kept]
    return Entries(
        np.concatenate((own.hashes, says[which])),
        np.concatenate((own.records, own.records[entries])),
        np.concatenate((own.sorts, (own.sorts[entries] + sorts).astype(np.uint8))),
    )


@lru_cache(maxsize=1 << 16)
def _hashes(phrase: str) -> list[int]:
    """Return the hashes of a phrase: in its order, and in any unless its end is idle then (hepatitis A)."""
    words = stems(phrase.replace(PART, " "))
    found = query_hashes(words)
    return found[:1] if words[-1] in idle_stems() else found
