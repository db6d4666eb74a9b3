"""Records of a segment as Whoosh reads them: lengths, stored values, columns to sort and group by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns
from whoosh.codec import base

from searchcore.whoosh_engine.cell_facets import CellFacet
from searchcore.whoosh_engine.columns import read_codes, read_facet, read_part_names
from searchcore.whoosh_engine.layout import CODE_SORT, FACET, RECORD, SORT, VALIDITY_COLUMNS
from searchcore.whoosh_engine.open_segment import OpenSegment


class RecordsReader(base.PerDocumentReader):  # type: ignore[misc]  # whoosh has no types
    """Everything of a segment that goes by record. It has no state of its own."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment

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
        return {RECORD: self._segment.stored.read(docnum)}

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Tell whether there is a column to sort or group by."""
        return fieldname in self.list_columns()

    def list_columns(self) -> list[str]:
        """Return the names of all columns."""
        facets = [FACET + name for name in self._segment.file.values["facets"]]
        return [*facets, *(SORT + name for name in self._ranks), CODE_SORT]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        """Return the reader of a column."""
        if fieldname == CODE_SORT:
            return RankColumn(self._code_ranks())
        if fieldname.startswith(SORT):
            return RankColumn(self._ranks[fieldname.removeprefix(SORT)]())
        name = fieldname.removeprefix(FACET)
        file = self._segment.file
        group = next(number for number, each in enumerate(file.values["cells"]) if name in each["facets"])
        facet = read_facet(file, name, group)
        cells = file.array("cells")[:, group]
        several = isinstance(column, columns.VarBytesListColumn)
        return ListColumn(facet, cells) if several else ValueColumn(facet, cells)

    @property
    def _ranks(self) -> dict[str, Callable[[], npt.NDArray[np.int32]]]:
        """The columns to sort by, each made when it is asked for."""
        file = self._segment.file
        found: dict[str, Callable[[], npt.NDArray[np.int32]]] = {
            name.removeprefix("sort."): partial(file.array, name) for name in file if name.startswith("sort.")
        }
        if "validity" in file:
            found |= {name: partial(self._day_ranks, name) for name in VALIDITY_COLUMNS}
        return found

    def _day_ranks(self, name: str) -> npt.NDArray[np.int32]:
        """Return dense ranks of days, -1 where a bound is open."""
        days = self._segment.file.array(f"class.{name}")
        bounded = np.abs(days.astype(np.int64)) < np.iinfo(np.int32).max
        ranks = np.where(bounded, np.searchsorted(np.unique(days[bounded]), days), -1)
        return np.asarray(ranks[self._segment.file.array("validity")], np.int32)

    def _code_ranks(self) -> npt.NDArray[np.int32]:
        file = self._segment.file
        if "code_rank" in file:
            return file.array("code_rank")
        keys = read_codes(file, file.array("cells"), read_part_names(file)).ranks(
            np.arange(self._segment.count)
        )
        return np.argsort(np.argsort(keys)).astype(np.int32)

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

    def __init__(self, facet: CellFacet, cells: npt.NDArray[np.unsignedinteger]) -> None:
        self._facet = facet
        self._cells = cells

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[bytes]:
        return (self[docnum] for docnum in range(len(self)))

    def __getitem__(self, docnum: int) -> bytes:
        values = self._facet.of(int(self._cells[docnum]))
        return values[0].encode() if values else b""


class ListColumn(ValueColumn):
    """Any number of values a record."""

    def __iter__(self) -> Iterator[list[bytes]]:  # type: ignore[override]
        return (self[docnum] for docnum in range(len(self)))

    def __getitem__(self, docnum: int) -> list[bytes]:  # type: ignore[override]
        return [value.encode() for value in self._facet.of(int(self._cells[docnum]))]

    def sort_key(self, docnum: int) -> bytes:
        """Return the first value."""
        return self[docnum][0] if self[docnum] else b""
