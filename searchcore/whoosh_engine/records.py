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
from searchcore.whoosh_engine.layout import RECORD


class RecordReader:
    """Makes `Record` objects; their status is that of their key on a day."""

    def __init__(self, schema: KindSchema, columns: Columns, searcher: Any, day: Day) -> None:
        self._schema = schema
        self._columns = columns
        self._searcher = searcher
        self._day = day

    def read(self, doc: int) -> Record:
        """Return a version by its number."""
        stored: dict[str, Any] = self._searcher.stored_fields(doc)[RECORD]
        system, code = stored["system"], stored["code"]
        valid_from, valid_to = self._columns.dates(doc)
        return Record(
            kind=self._schema.kind,
            system=system,
            code=code,
            display=display_form(system, code) if system in SYSTEMS else code,
            title=stored.get("title"),
            status=STATUSES[self._day.status[doc]],
            valid_from=valid_from,
            valid_to=valid_to,
            start=stored.get("start", ""),
            end=stored.get("end", ""),
            releases=tuple(stored.get("releases", ())),
            fields=LazyMapping(lambda: self._fields(doc, stored)),
            origins=LazyMapping(lambda: json.loads(stored.get("origins", "{}"))),
        )

    def _fields(self, doc: int, stored: dict[str, Any]) -> dict[str, Any]:
        """Return stored text, facet values (None or an empty tuple where there is none) and extra values."""
        extra: dict[str, Any] = json.loads(stored.get("extra", "{}"))
        fields = {name: value for name, value in extra.items() if value is not None}
        fields.update((name, column.of(doc)) for name, column in self._columns.facets.items())
        for field in self._schema.text.values():
            if field.stored and field.name != "title":
                fields[field.name] = stored.get(field.name)
        return fields
