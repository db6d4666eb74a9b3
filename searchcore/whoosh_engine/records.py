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
        columns, stored = self._columns, self._stored
        system, code = columns.systems.of(doc), columns.codes.code(doc)
        life = columns.validity.life(doc)
        releases = stored.value("releases", doc) or ()
        return Record(
            self._kind,
            system,
            code,
            display=display_form(system, code) if system in SYSTEMS else code,
            title=stored.value("title", doc) if self._parts is None else code.replace("/", " / "),
            status=STATUSES[day.status.item(doc)],
            valid_from=life.valid_from,
            valid_to=life.valid_to,
            start=life.start,
            end=life.end,
            releases=(releases,) if isinstance(releases, str) else releases,
            fields=LazyMapping(self._fields, doc),
            origins=LazyMapping(self._origins, doc),
        )

    def _origins(self, doc: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._stored.value("origins", doc) or "{}")
        return found

    def _fields(self, doc: int) -> dict[str, Any]:
        """Return stored text, facet values (None or an empty tuple where there is none) and extra values."""
        extra: dict[str, Any] = json.loads(self._stored.value("extra", doc) or "{}")
        fields = {name: value for name, value in extra.items() if value is not None}
        for name, several in self._facets.items():
            values = self._columns.cells.values(name, doc)
            fields[name] = values if several else (values[0] if values else None)
        fields.update((name, self._stored.value(name, doc)) for name in self._kept)
        if self._parts is not None:
            fields.update((name, self._parts.name(name, doc)) for name in self._parts.columns)
        return fields
