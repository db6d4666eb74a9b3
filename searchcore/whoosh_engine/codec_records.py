"""Records of a segment as Whoosh reads them: lengths, stored values, columns to sort and group by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns
from whoosh.codec import base

from searchcore.whoosh_engine.layout import CODE_SORT, FACET, RECORD, SORT
from searchcore.whoosh_engine.open_segment import OpenSegment


class RecordsReader(base.PerDocumentReader):  # type: ignore[misc]  # whoosh has no types
    """Everything of a segment that goes by record. It has no state of its own."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment
        self._names: list[str] = segment.file.values["stored"]["plain"]

    def doc_count(self) -> int:
        """Return the number of records."""
        return self._segment.count

    def doc_count_all(self) -> int:
        """Return the number of records; none is ever deleted."""
        return self._segment.count

    def has_deletions(self) -> bool:
        """Return False."""
        return False

    def is_deleted(self, _docnum: int) -> bool:
        """Return False."""
        return False

    def deleted_docs(self) -> frozenset[int]:
        """Return nothing."""
        return frozenset()

    def all_doc_ids(self) -> Iterator[int]:
        """Return the numbers of all records."""
        return iter(range(self._segment.count))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a record; see `OpenSegment.lengths_of`."""
        if fieldname not in self._segment.names:
            return default
        return int(self._segment.lengths_of(fieldname)[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return the sum of the lengths of a field."""
        return int(self._lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Return the least length of a field."""
        return int(self._lengths(fieldname).min(initial=2**32 - 1)) if self._segment.count else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        return int(self._lengths(fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a record; those that it does not have are left out."""
        ends, text = self._segment.stored
        if not 0 <= docnum < self._segment.count:
            raise IndexError(f"there is no record {docnum}")
        begin = int(ends[docnum - 1]) if docnum else 0
        values = json.loads(text[begin : int(ends[docnum])].tobytes())
        found = dict(zip(self._names, values, strict=True))
        found.update((name, known[numbers[docnum]]) for name, numbers, known in self._segment.coded)
        return {RECORD: {name: value for name, value in found.items() if value is not None}}

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Tell whether there is a column to sort or group by."""
        return fieldname in self.list_columns()

    def list_columns(self) -> list[str]:
        """Return the names of all columns."""
        facets = [FACET + name for name in self._segment.file.values["facets"]]
        sorts = [SORT + name.removeprefix("sort.") for name in self._segment.file if name.startswith("sort.")]
        return [*facets, *sorts, CODE_SORT]

    def column_reader(self, fieldname: str, _column: Any) -> Any:
        """Return the reader of a column."""
        file = self._segment.file
        if fieldname == CODE_SORT:
            return RankColumn(file.array("code_rank"))
        if fieldname.startswith(SORT):
            return RankColumn(file.array(f"sort.{fieldname.removeprefix(SORT)}"))
        name = fieldname.removeprefix(FACET)
        values = [value.encode() for value in file.values["facets"][name]]
        if f"facet.{name}" in file:
            return ValueColumn(values, file.array(f"facet.{name}"))
        return ListColumn(values, file.array(f"facet.{name}.offsets"), file.array(f"facet.{name}.items"))

    def _lengths(self, fieldname: str) -> npt.NDArray[np.uint32]:
        if fieldname not in self._segment.names:
            return np.zeros(0, np.uint32)
        return self._segment.lengths_of(fieldname)


class RankColumn(columns.ColumnReader):  # type: ignore[misc]
    """Ranks to sort by; -1, first in ascending order, for records without a value."""

    def __init__(self, ranks: npt.NDArray[np.int32]) -> None:
        self._ranks = ranks
        self._sign = 1

    def __len__(self) -> int:
        return len(self._ranks)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ranks.tolist())

    def __getitem__(self, docnum: int) -> int:
        return int(self._ranks[docnum])

    def sort_key(self, docnum: int) -> int:
        """Return the rank, negative in reverse order."""
        return self._sign * self[docnum]

    def set_reverse(self) -> None:
        """Turn the order round."""
        self._sign = -1


class ValueColumn(columns.ColumnReader):  # type: ignore[misc]
    """At most one value a record, as bytes; none is the empty one."""

    def __init__(self, values: Sequence[bytes], ordinals: npt.NDArray[np.int32]) -> None:
        self._values = [*values, b""]  # where ordinal -1 leads
        self._ordinals = ordinals

    def __len__(self) -> int:
        return len(self._ordinals)

    def __iter__(self) -> Iterator[bytes]:
        return (self._values[ordinal] for ordinal in self._ordinals.tolist())

    def __getitem__(self, docnum: int) -> bytes:
        return self._values[int(self._ordinals[docnum])]


class ListColumn(columns.ColumnReader):  # type: ignore[misc]
    """Any number of values a record."""

    def __init__(
        self, values: Sequence[bytes], offsets: npt.NDArray[np.int64], items: npt.NDArray[np.int32]
    ) -> None:
        self._values = values
        self._offsets = offsets
        self._items = items

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[list[bytes]]:
        return (self[docnum] for docnum in range(len(self)))

    def __getitem__(self, docnum: int) -> list[bytes]:
        items = self._items[self._offsets[docnum] : self._offsets[docnum + 1]]
        return [self._values[item] for item in items.tolist()]

    def sort_key(self, docnum: int) -> bytes:
        """Return the first value."""
        return self[docnum][0] if self[docnum] else b""
