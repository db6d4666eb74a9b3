"""The columns of an index, mapped into memory: codes, validity, facet cells, sort ranks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.errors import QueryError
from searchcore.schema import KindSchema
from searchcore.validity import END_OPEN, START_OPEN
from searchcore.whoosh_engine.cell_facets import CellFacet
from searchcore.whoosh_engine.cells import Cells
from searchcore.whoosh_engine.codes import Codes, Docs, PartCodes, Systems, TextCodes
from searchcore.whoosh_engine.days import Day, Days, Validity
from searchcore.whoosh_engine.groups import open_groups
from searchcore.whoosh_engine.layout import PARTS, VALIDITY_COLUMNS, rank_columns
from searchcore.whoosh_engine.sections import Arrays, Section
from searchcore.whoosh_engine.segment_format import damaged


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, dates as days since 1970-01-01.

    Attributes:
        values: the number of each record, or of each class of records.
        missing: the value that stands for none; NaN always does.
        classes: the class of each record; None where `values` has one value a record.
    """

    values: npt.NDArray[np.number]
    missing: float | None = None
    classes: npt.NDArray[np.integer] | None = None


class Columns:
    """Read-only columns; safe to share between threads.

    Raises:
        GenerationError: the index was written for another schema, or a file is damaged.
    """

    def __init__(self, file: Arrays, schema: KindSchema) -> None:
        if file.values.get("schema") != schema_form(schema):
            raise damaged(f"the index was written for another schema of kind {schema.kind!r}", file.path)
        self._file = file
        self.text_fields = frozenset(schema.text)
        self.joined = schema.joined
        self.facet_names: dict[str, dict[str, str]] = {}
        self.validity = Validity(file)
        self.count = len(self.validity.of)
        self._days = Days(self.validity)
        self.systems = Systems(file.values["systems"], self.count)
        self.cells = read_cells(file, schema)
        self.part_names = read_part_names(file) if schema.joined else ()
        self.codes = read_codes(file, self.cells.cells, self.part_names)
        self._numbers: dict[str, Numbers] = {}
        self.groups = open_groups(file, schema)
        self._ranks = {name: file.array(f"sort.{name}") for name in rank_columns(schema)}

    def with_codes(self, codes: tuple[str, ...], systems: Sequence[str] | None = None) -> Docs:
        """Return the versions with one of these stored codes, ascending; only of some systems if given."""
        blocks = self.systems.blocks(systems)
        return self._found([self.codes.span(code, *block) for block in blocks for code in set(codes)])

    def with_code_prefix(self, prefix: str, systems: Sequence[str] | None = None) -> Docs:
        """Return the versions whose code starts so, ascending; only those of some systems if given."""
        return self._found([self.codes.prefix_span(prefix, *block) for block in self.systems.blocks(systems)])

    def among(self, codes: Sequence[str]) -> Docs:
        """Return the versions whose code joins two of these, ascending; none where codes are not joined."""
        if not isinstance(self.codes, PartCodes):
            return np.zeros(0, np.uint32)
        found = [self.codes.among(codes, *block) for block in self.systems.blocks()]
        return np.concatenate(found) if found else np.zeros(0, np.uint32)

    def beside(self, system: str, code: str, state: npt.NDArray[np.uint8], count: int) -> tuple[Docs, Docs]:
        """Return the `count` records before and behind a code in its system that a state is not 0 for."""
        for low, high in self.systems.blocks((system,)):
            begin, end = self.codes.span(code, low, high)
            before = np.flatnonzero(state[low:begin])[-count:] + low
            behind = np.flatnonzero(state[end:high])[:count] + end
            return before.astype(np.uint32), behind.astype(np.uint32)
        return np.zeros(0, np.uint32), np.zeros(0, np.uint32)

    def with_codes_between(self, low: str, high: str, systems: Sequence[str]) -> Docs:
        """Return the versions whose code lies between two, or starts with the last one, ascending."""
        return self._found(
            [self.codes.between_span(low, high, *block) for block in self.systems.blocks(systems)]
        )

    @staticmethod
    def _found(spans: list[tuple[int, int]]) -> Docs:
        found = [np.arange(low, high, dtype=np.uint32) for low, high in sorted(spans) if low < high]
        return np.concatenate(found) if found else np.zeros(0, np.uint32)

    def on_day(self, as_of: dt.date | None) -> Day:
        """Return state and status on a day; today's where no day is given. A few days are kept."""
        return self._days.on(as_of)

    def sort_values(
        self, name: str, docs: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """Return numbers that order records by a column, and where there is none."""
        if name in VALIDITY_COLUMNS:
            days = getattr(self.validity, name)
            values = days[self.validity.of[docs]]
            return values, np.abs(values.astype(np.int64)) >= np.iinfo(np.int32).max
        ranks = self._ranks[name][docs]
        return ranks, ranks < 0

    def numbers(self, name: str) -> Numbers:
        """Return a column to look for ranges in: a day of validity, a column to sort by, or a facet.

        Of a column to sort by these are ranks. A value of a facet that is no number counts as missing.

        Raises:
            QueryError: there is no such column, or its records may have several values.
        """
        if name in VALIDITY_COLUMNS:
            missing = START_OPEN if name == "valid_from" else END_OPEN
            return Numbers(getattr(self.validity, name), missing, self.validity.of)
        if name in self._ranks:
            return Numbers(self._ranks[name], -1)
        known = self._numbers.get(name)
        if known is None:
            known = self._numbers[name] = self._facet_numbers(name)
        return known

    def _facet_numbers(self, name: str) -> Numbers:
        facet, groups = self.cells.facets.get(name), self.cells.cells.shape[1]
        if facet is None or facet.group >= groups or len(facet.ordinals) != len(facet.offsets) - 1:
            raise QueryError(f"{name!r} is no column of numbers")
        values = np.array([_number(value) for value in facet.names])
        return Numbers(values[facet.ordinals], classes=self.cells.cells[:, facet.group])

    def check(self) -> str:
        """Return what contradicts itself in the columns; empty if nothing does."""
        if self.count and not self.validity.first[0]:
            return "the first version belongs to no key"
        if self.validity.of.max(initial=0) >= max(1, len(self.validity.valid_from)):
            return "a version has a class of validity that there is not"
        if any(self.cells.cells[:, group].max(initial=0) >= max(1, size) for group, size in self._sizes):
            return "a record has a cell that there is not"
        return self.codes.check()

    @cached_property
    def _sizes(self) -> list[tuple[int, int]]:
        return [(number, group["size"]) for number, group in enumerate(self._file.values["cells"])]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_part_names(file: Arrays) -> Sequence[str]:
    """Return the names of the parts of a joined kind, in order."""
    names: list[str] = Section(file, PARTS).json("names")
    return names


def read_codes(file: Arrays, cells: npt.NDArray[np.unsignedinteger], names: Sequence[str]) -> Codes:
    """Return the codes of an index, however it keeps them; `names` are those of its parts, if it has any."""
    made_of = file.values.get("code")
    if not made_of:
        return TextCodes(file)
    groups = [group["part"] for group in file.values["cells"]]
    first, second = (cells[:, groups.index(column)] for column in made_of)
    return PartCodes(names, first, second)


def read_cells(file: Arrays, schema: KindSchema) -> Cells:
    """Return the facet cells of an index."""
    groups = file.values["cells"]
    of_facet = {name: number for number, group in enumerate(groups) for name in group["facets"]}
    return Cells(
        file.array("cells"),
        [group["size"] for group in groups],
        {
            name: None if facet.as_of else read_facet(file, name, of_facet[name], numeric=facet.numeric)
            for name, facet in schema.facets.items()
        },
    )


def read_facet(file: Arrays, name: str, group: int, *, numeric: bool = False) -> CellFacet:
    """Return one facet of an index."""
    offsets, ordinals = file.array(f"cell.{name}.offsets"), file.array(f"cell.{name}.ordinals")
    return CellFacet(file.values["facets"][name], group, offsets, ordinals, numeric=numeric)


def schema_form(schema: KindSchema) -> dict[str, Any]:
    """Return the part of a schema that decides which arrays an index has."""
    return {
        "kind": schema.kind,
        "text": sorted(schema.text),
        "parts": sorted(schema.parts),
        "code": list(schema.code),
        "facets": sorted(
            [facet.name, facet.several, facet.as_of, facet.part, facet.attribute]
            for facet in schema.facets.values()
        ),
        "sorts": sorted({sort.column for sort in schema.sorts.values()}),
        "groups": sorted([group.name, group.column] for group in schema.groups.values()),
    }
