"""Do all engines give the same answers? An engine that does not gets no figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.engines.base import Answer
from benchmarks.queries import Query


@dataclass(frozen=True)
class Difference:
    """A query that an engine answers in another way than most engines do."""

    engine: str
    query: Query
    what: str

    def __str__(self) -> str:
        chosen = f" with {self.query.filter[0]}={'|'.join(self.query.filter[1])}" if self.query.filter else ""
        return f"{self.engine}: {self.query.text!r}{chosen}: {self.what}"


def differences(
    queries: Sequence[Query], answers: Mapping[str, Sequence[Answer | None]], facets: tuple[str, ...]
) -> list[Difference]:
    """Return where engines differ, in totals or in the counts of any facet.

    The right answer is the one that most engines give; of two engines that differ, the one named first.

    Args:
        queries: what was asked.
        answers: of each engine to each query; None where it was not asked.
        facets: the facets to compare.
    """
    found = []
    for number, query in enumerate(queries):
        given = {name: all_of[number] for name, all_of in answers.items()}
        forms = {name: answer.compared(facets) for name, answer in given.items() if answer is not None}
        common = Counter(map(repr, forms.values())).most_common(1)
        right = next((form for form in forms.values() if repr(form) == common[0][0]), None)
        found += [
            Difference(name, query, _told(form, right))
            for name, form in forms.items()
            if right is not None and form != right
        ]
    return found


def _told(form: tuple[int, dict[str, dict[str, int]]], right: tuple[int, dict[str, dict[str, int]]]) -> str:
    if form[0] != right[0]:
        return f"{form[0]} matches instead of {right[0]}"
    for name, counts in right[1].items():
        for value in sorted({*counts, *form[1][name]}):
            mine, theirs = form[1][name].get(value, 0), counts.get(value, 0)
            if mine != theirs:
                return f"{mine} of {name}={value} instead of {theirs}"
    return "counts in another order"
