"""Words that are next to one another in a query, and in a text of a record too, lift its score.

The factors are those of `near` in `schemas/ranking.yaml`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchcore.whoosh_engine import near_kernels
from searchcore.whoosh_engine.expand import encoded
from searchcore.whoosh_engine.found import Docs, Found, Places, Scores
from searchcore.whoosh_engine.layout import place_field
from searchcore.whoosh_engine.open_segment import OpenSegment
from searchcore.whoosh_engine.ranking import Near
from searchcore.whoosh_engine.terms import FieldPostings


class Nearness:
    """Lifts the matches of one index.

    Args:
        segment: the index.
        near: the weights.
    """

    def __init__(self, segment: OpenSegment, near: Near) -> None:
        names = [place_field(name) for name in near.fields]
        self._fields = [segment.postings(name) for name in names if name in segment.names]
        self._near = near

    def lifted(self, found: Found, words: Sequence[str]) -> Found:
        """Return the matches with higher scores where neighbouring words of the query stand close together.

        Of very many matches only those with the highest scores are looked at.

        Args:
            found: the matches, with their scores.
            words: the stems of the query, in its order.
        """
        words = list(dict.fromkeys(words))
        if len(words) < 2 or not len(found) or not self._near.factor:
            return found
        places = self._looked_at(found.scores)
        closeness = np.zeros(len(places))
        for postings in self._fields:
            self._measure(postings, words, found.docs[places], closeness)
        scores = found.scores.copy()
        scores[places] *= 1 + self._near.factor * closeness / (len(words) - 1)
        return Found(found.docs, scores, found.matched)

    def _looked_at(self, scores: Scores) -> Places:
        """Return the positions of the matches that are looked at, ascending."""
        most = self._near.records
        if len(scores) <= most:
            return np.arange(len(scores))
        return np.sort(np.argpartition(scores, len(scores) - most)[len(scores) - most :])

    def _measure(self, postings: FieldPostings, words: Sequence[str], docs: Docs, closeness: Scores) -> None:
        """Set of each record how close the neighbours stand in one field, where that is closer than known."""
        numbers = [postings.number(encoded(word)) for word in words]
        if sum(number >= 0 for number in numbers) < 2:
            return
        spans = [postings.span(number) if number >= 0 else (0, 0) for number in numbers]
        begins, ends = np.array(spans, np.int64).T.copy()
        near_kernels.near(
            docs, postings.docs, postings.starts, postings.positions,
            begins, ends, self._near.words, closeness,
        )  # fmt: skip
