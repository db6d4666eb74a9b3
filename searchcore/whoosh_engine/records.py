"""Reads records back from an index."""

from __future__ import annotations

import json
from typing import Any

from searchcore.codes import SYSTEMS, display_form
from searchcore.lazy import LazyMapping
from searchcore.result import Record
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.columns import Columns
from searchcore.whoosh_engine.days import STATUSES, Day
from searchcore.whoosh_engine.parts import Parts
from searchcore.whoosh_engine.stored import StoredValues


class RecordReader:
    """Makes `Record` objects; their status is that of their key on a day.

    Args:
        schema: the kind.
        columns: of the index.
        stored: the stored values.
        parts: the parts of a joined kind, else None.
    """

    def __init__(
        self, schema: KindSchema, columns: Columns, stored: StoredValues, parts: Parts | None
    ) -> None:
        self._kind = schema.kind
        self._columns = columns
        self._stored = stored
        self._parts = parts
        self._kept = [field.name for field in schema.text.values() if field.stored and field.name != "title"]
        self._facets = {facet.name: facet.several for facet in schema.facets.values() if not facet.as_of}

    def read(self, doc: int, day: Day) -> Record:
        """Return a version by its number."""
        columns = self._columns
        stored = self._stored.read(doc)
        system, code = columns.systems.of(doc), columns.codes.code(doc)
        valid_from, valid_to = columns.validity.dates(doc)
        start, end = columns.validity.bounds(doc)
        releases = stored.get("releases", ())
        return Record(
            kind=self._kind,
            system=system,
            code=code,
            display=display_form(system, code) if system in SYSTEMS else code,
            title=stored.get("title") if self._parts is None else code.replace("/", " / "),
            status=STATUSES[day.status[doc]],
            valid_from=valid_from,
            valid_to=valid_to,
            start=start,
            end=end,
            releases=(releases,) if isinstance(releases, str) else tuple(releases),
            fields=LazyMapping(lambda: self._fields(doc, stored)),
            origins=LazyMapping(lambda: json.loads(stored.get("origins", "{}"))),
        )

    def _fields(self, doc: int, stored: dict[str, Any]) -> dict[str, Any]:
        """Return stored text, facet values (None or an empty tuple where there is none) and extra values."""
        extra: dict[str, Any] = json.loads(stored.get("extra", "{}"))
        fields = {name: value for name, value in extra.items() if value is not None}
        for name, several in self._facets.items():
            values = self._columns.cells.values(name, doc)
            fields[name] = values if several else (values[0] if values else None)
        fields.update((name, stored.get(name)) for name in self._kept)
        if self._parts is not None:
            fields.update((name, self._parts.name(name, doc)) for name in self._parts.columns)
        return fields
