"""The columns of an index, mapped into memory: codes, validity, facets, sort ranks, title hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left
from typing import Any

import numpy as np

from searchcore.schema import KindSchema
from searchcore.validity import to_date
from searchcore.whoosh_engine.cells import CellFacet, Cells
from searchcore.whoosh_engine.days import Day, Days, Validity
from searchcore.whoosh_engine.facets import Docs, FacetColumn, SeveralFacet, SingleFacet
from searchcore.whoosh_engine.segment_file import SegmentFile, damaged


def words_hash(words: list[str]) -> int:
    """Return 64 bits that stand for a title with these stems; 0 for none.

    A repeated word counts once, as in a query.
    """
    if not words:
        return 0
    digest = hashlib.blake2b(" ".join(dict.fromkeys(words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


class Columns:
    """Read-only columns; safe to share between threads.

    Raises:
        GenerationError: the index was written for other facets or sorts, or a file is damaged.
    """

    def __init__(self, file: SegmentFile, schema: KindSchema) -> None:
        _check_schema(file, schema)
        self.group = file.array("group")
        self._valid_from = file.array("valid_from")
        self._valid_to = file.array("valid_to")
        validity = [file.array(name) for name in ("start", "end", "start_certain", "undecided", "header")]
        self._days = Days(Validity(self.group, *validity))
        self.code_rank = file.array("code_rank")
        self._code_order = file.array("code_order")
        self._codes = file.array("codes")
        self.title_hash = file.array("title_hash")
        self.systems = SingleFacet(file.values["system"], file.array("system"))
        self.facets: dict[str, FacetColumn] = {
            name: _facet(file, name, schema.facets[name].several) for name in file.values["facets"]
        }
        self.sorts = {
            sort.column: file.array(f"sort.{sort.column}")
            for sort in schema.sorts.values()
            if sort.column not in ("score", "code")
        }
        self.count = len(self.group)
        groups = file.values["cells"]
        of_facet = {name: number for number, group in enumerate(groups) for name in group["facets"]}
        self.cells = Cells(
            file.array("cells"),
            [group["size"] for group in groups],
            {
                name: None if facet.as_of else _cell_facet(file, name, of_facet[name])
                for name, facet in schema.facets.items()
            },
        )

    def all_docs(self) -> Docs:
        """Return the numbers of all versions."""
        return np.arange(self.count, dtype=np.int64)

    def with_codes(self, codes: tuple[str, ...]) -> Docs:
        """Return the versions that have one of these stored codes, ascending."""
        found = [self._between(_encoded(code), _encoded(code) + b"\0") for code in codes if "\0" not in code]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def with_code_prefix(self, prefix: str, systems: tuple[str, ...] | None = None) -> Docs:
        """Return the versions whose code starts so, ascending; only those of some systems if given."""
        # No byte of UTF-8 is 0xff, so that every code with the prefix sorts before the upper bound.
        docs = np.sort(self._between(_encoded(prefix), _encoded(prefix) + b"\xff"))
        return docs if systems is None else docs[self.systems.has_any(docs, systems)]

    def _between(self, low: bytes, high: bytes) -> Docs:
        """Return the versions whose code is at least `low` and below `high`, in code order."""
        # bisect looks at a few codes; numpy.searchsorted would first copy all of them to a common width.
        begin = bisect_left(self._codes, low)
        return self._code_order[begin : bisect_left(self._codes, high, begin)].astype(np.int64)

    def on_day(self, as_of: dt.date | None) -> Day:
        """Return state and status on a day; today's where no day is given. A few days are kept."""
        return self._days.on(as_of)

    def dates(self, doc: int) -> tuple[dt.date | None, dt.date | None]:
        """Return first and last day of a version."""
        return to_date(int(self._valid_from[doc])), to_date(int(self._valid_to[doc]))

    def check(self) -> str:
        """Return what contradicts itself in the columns; empty if nothing does."""
        if np.any(np.diff(self.group) < 0) or np.any(np.diff(self.group) > 1):
            return "the keys of the versions are not in order"
        if not np.array_equal(np.sort(self._code_order), np.arange(self.count)):
            return "the code order does not hold every version once"
        if np.any(self._codes[1:] < self._codes[:-1]):
            return "the codes are not in order"
        return ""


def _encoded(code: str) -> bytes:
    return code.encode("utf-8", "replace")


def _facet(file: SegmentFile, name: str, several: bool) -> FacetColumn:
    values: list[str] = file.values["facets"][name]
    if several:
        return SeveralFacet(values, file.array(f"facet.{name}.offsets"), file.array(f"facet.{name}.items"))
    return SingleFacet(values, file.array(f"facet.{name}"))


def _cell_facet(file: SegmentFile, name: str, group: int) -> CellFacet:
    offsets, ordinals = file.array(f"cell.{name}.offsets"), file.array(f"cell.{name}.ordinals")
    return CellFacet(file.values["facets"][name], group, offsets, ordinals)


def _check_schema(file: SegmentFile, schema: KindSchema) -> None:
    if file.values.get("schema") != schema_form(schema):
        raise damaged(f"the index was written for another schema of kind {schema.kind!r}", file.path)


def schema_form(schema: KindSchema) -> dict[str, Any]:
    """Return the part of a schema that decides which files an index has."""
    return {
        "kind": schema.kind,
        "text": sorted(schema.text),
        "facets": sorted([facet.name, facet.several, facet.as_of] for facet in schema.facets.values()),
        "sorts": sorted({sort.column for sort in schema.sorts.values()}),
    }
