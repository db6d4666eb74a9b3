"""What is stored of each record for its page, column by column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from searchcore.whoosh_engine.sections import Arrays

PLACEHOLDER = "#?"


class StoredColumn(Protocol):
    """One stored column."""

    def value(self, doc: int) -> Any:
        """Return the value of a record, None if it has none."""


class TextColumn:
    """Texts one after the other; an empty one is none."""

    def __init__(self, file: Arrays, name: str) -> None:
        self._bytes = file.array(f"stored.{name}").data
        self._ends = file.array(f"stored.{name}.ends").data

    def value(self, doc: int) -> str | None:
        """See `StoredColumn`."""
        begin, end = self._ends[doc - 1] if doc else 0, self._ends[doc]
        return str(self._bytes[begin:end], "utf-8") if begin < end else None


class CodedColumn:
    """Few distinct values, by their numbers."""

    def __init__(self, file: Arrays, name: str) -> None:
        self._numbers = file.array(f"coded.{name}").data
        self._values: list[Any] = [
            tuple(value) if isinstance(value, list) else value for value in file.json(f"coded.{name}.values")
        ]

    def value(self, doc: int) -> Any:
        """See `StoredColumn`."""
        return self._values[self._numbers[doc]]


class NumberedColumn:
    """Texts of few kinds that differ in their numbers."""

    def __init__(self, file: Arrays, name: str) -> None:
        self._kinds = file.array(f"numbered.{name}").data
        self._numbers = file.array(f"numbered.{name}.numbers")
        ends = f"numbered.{name}.ends"
        self._ends = file.array(ends).data if ends in file else None
        self._templates: list[list[str] | None] = [
            None if text is None else text.split(PLACEHOLDER) for text in file.json(f"numbered.{name}.values")
        ]

    def value(self, doc: int) -> str | None:
        """See `StoredColumn`."""
        template = self._templates[self._kinds[doc]]
        if template is None:
            return None
        end = self._ends[doc] if self._ends is not None else (doc + 1) * (len(template) - 1)
        filled = [template[0]]
        numbers = self._numbers[end - len(template) + 1 : end].tolist()
        for number, text in zip(numbers, template[1:], strict=True):
            filled += (f"#{number}", text)
        return "".join(filled)


_COLUMNS: dict[str, Callable[[Arrays, str], StoredColumn]] = {
    "text": TextColumn,
    "coded": CodedColumn,
    "numbered": NumberedColumn,
}


class StoredValues:
    """All stored columns. Safe to share between threads; each column is opened when it is first read."""

    def __init__(self, file: Arrays) -> None:
        self._file = file
        about = file.values["stored"]
        self.count: int = about["count"]
        self._forms: dict[str, str] = about["forms"]
        self._opened: dict[str, StoredColumn] = {}

    def value(self, name: str, doc: int) -> Any:
        """Return one value of a record, None where it has none or there is no such column."""
        column = self._opened.get(name)
        if column is None:
            form = self._forms.get(name)
            if form is None:
                return None
            column = self._opened.setdefault(name, _COLUMNS[form](self._file, name))
        return column.value(doc)

    def read(self, doc: int) -> dict[str, Any]:
        """Return all values that a record has; raise IndexError if there is no such record."""
        if not 0 <= doc < self.count:
            raise IndexError(f"there is no record {doc}")
        found = {name: self.value(name, doc) for name in self._forms}
        return {name: value for name, value in found.items() if value is not None}
