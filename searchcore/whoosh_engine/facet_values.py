"""Values of facets in a query: `status:deleted`, `system:ICD-10-CM`, `laterality:left`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from searchcore.data import load_yaml, schemas_dir
from searchcore.query.values import means_none
from searchcore.request import NOT_SPECIFIED
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.codes import Docs
from searchcore.whoosh_engine.column_queries import DocsQuery
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import STATUSES, Day

_SHOWN = 6


class FacetIs(DocsQuery):
    """Records with a value in a facet; in a hierarchical one those below the value have it too."""

    def __init__(
        self,
        columns: Columns,
        name: str,
        value: str,
        day: Day | None = None,
        score: float = 1.0,
        boost: float = 1.0,
    ) -> None:
        super().__init__(score, boost)
        self._columns = columns
        self._day = day
        self.name = name
        self.value = value

    def find(self) -> Docs:
        """See `DocsQuery`."""
        facet, cells = self._columns.cells.facets[self.name], self._columns.cells.cells
        if facet is None or facet.group >= cells.shape[1]:  # the status on the day
            day = self._day or self._columns.on_day(None)
            return np.flatnonzero(day.status == STATUSES.index(self.value)).astype(np.uint32)
        failing = facet.failing((self.value,))
        return np.flatnonzero(failing[cells[:, facet.group]] == 0).astype(np.uint32)

    def _asked(self) -> tuple[Any, ...]:
        return self.name, self.value, self.score


class FacetNames:
    """Finds the value of a facet that somebody means.

    Args:
        schema: the kind.
        columns: of the index.
        day: the day asked for; today's if there is none.
    """

    def __init__(self, schema: KindSchema, columns: Columns, day: Day | None) -> None:
        self._schema = schema
        self._columns = columns
        self._day = day

    def query(self, name: str, typed: str) -> FacetIs | None:
        """Return the records with a value, or the value of a label; None if there is no such value."""
        value = self._known(name).get(folded(typed))
        if value is None and means_none(typed):
            value = NOT_SPECIFIED
        return None if value is None else FacetIs(self._columns, name, value, self._day)

    def unknown(self, name: str, typed: str) -> str:
        """Return a sentence for somebody who typed a value that there is not."""
        values = [value for value in self._values(name) if value != NOT_SPECIFIED]
        shown = ", ".join(values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
        return f"{name} has no value {typed[:40]!r}; it was searched as words (values: {shown})"

    def _values(self, name: str) -> tuple[str, ...]:
        facet = self._columns.cells.facets[name]
        dated = facet is None or facet.group >= self._columns.cells.cells.shape[1]
        return STATUSES if facet is None or dated else facet.names

    def _known(self, name: str) -> dict[str, str]:
        kept = self._columns.facet_names.get(name)
        if kept is None:
            values = self._values(name)
            labels = {folded(label): value for value, label in _labels(name) if value in set(values)}
            kept = self._columns.facet_names[name] = {**labels, **{folded(value): value for value in values}}
        return kept


def folded(text: str) -> str:
    """Return a value in lower case, letters and digits only, so that ICD-10-CM is ICD10CM."""
    return "".join(char for char in text.casefold() if char.isalnum())


@cache
def _labels(name: str) -> tuple[tuple[str, str], ...]:
    found = load_yaml(schemas_dir() / "labels.yaml").get(name) or {}
    return tuple((str(value), str(label)) for value, label in found.items())
