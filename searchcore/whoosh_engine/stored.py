"""What is stored of each record for its page: read back as one dict."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from searchcore.whoosh_engine.sections import Arrays

PLACEHOLDER = "#?"


class StoredValues:
    """Stored values by record; see `stored_writer` for how they are kept. Safe to share between threads."""

    def __init__(self, file: Arrays) -> None:
        self._file = file
        about = file.values["stored"]
        self._plain: list[str] = about["plain"]
        self._coded = [(name, file.array(f"coded.{name}")) for name in about["coded"]]
        self._numbered: list[str] = about["numbered"]
        self.count: int = about["count"]

    def read(self, doc: int) -> dict[str, Any]:
        """Return the values that a record has; raise IndexError if there is no such record."""
        if not 0 <= doc < self.count:
            raise IndexError(f"there is no record {doc}")
        found: dict[str, Any] = {}
        if self._plain:
            ends, text = self._rows
            begin = int(ends[doc - 1]) if doc else 0
            values = json.loads(text[begin : int(ends[doc])].tobytes())
            found = {
                name: value for name, value in zip(self._plain, values, strict=True) if value is not None
            }
        for name, numbers in self._coded:
            value = self._values[name][numbers[doc]]
            if value is not None:
                found[name] = value
        for name in self._numbered:
            value = self._with_numbers(name, doc)
            if value is not None:
                found[name] = value
        return found

    def _with_numbers(self, name: str, doc: int) -> str | None:
        """Return a text with its numbers put back into their places."""
        kinds, numbers, ends = self._templates[name]
        template: list[str] | None = self._values[name][kinds[doc]]
        if template is None:
            return None
        end = int(ends[doc]) if ends is not None else (doc + 1) * (len(template) - 1)
        begin = end - len(template) + 1
        filled = [template[0]]
        for number, text in zip(numbers[begin:end].tolist(), template[1:], strict=True):
            filled += (f"#{number}", text)
        return "".join(filled)

    @cached_property
    def _rows(self) -> tuple[Any, Any]:
        return self._file.array("stored.ends"), self._file.array("stored.bytes")

    @cached_property
    def _values(self) -> dict[str, list[Any]]:
        """The distinct values of each coded column, and the pieces of each template."""
        found: dict[str, list[Any]] = {
            name: self._file.json(f"coded.{name}.values") for name, _ in self._coded
        }
        for name in self._numbered:
            templates = self._file.json(f"numbered.{name}.values")
            found[name] = [None if text is None else text.split(PLACEHOLDER) for text in templates]
        return found

    @cached_property
    def _templates(self) -> dict[str, tuple[Any, Any, Any]]:
        """For each numbered column the template of each record, all numbers, and where those of each end."""
        found = {}
        for name in self._numbered:
            ends = f"numbered.{name}.ends"
            found[name] = (
                self._file.array(f"numbered.{name}"),
                self._file.array(f"numbered.{name}.numbers"),
                self._file.array(ends) if ends in self._file else None,
            )
        return found
