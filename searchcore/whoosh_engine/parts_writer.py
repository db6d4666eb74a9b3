"""Writes the parts of a joined kind, and the lists that lead from parts to records; see `parts`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from searchcore.errors import BuildError
from searchcore.language import Rule
from searchcore.schema import KindSchema
from searchcore.whoosh_engine.layout import PARTS
from searchcore.whoosh_engine.sections import ArraysWriter, SectionWriter, smallest
from searchcore.whoosh_engine.text_writer import write_text

Numbers = npt.NDArray[np.uint32]


def write_parts(
    file: ArraysWriter,
    schema: KindSchema,
    records: pl.DataFrame,
    parts: pl.DataFrame,
    step: Callable[[], None],
    rules: Sequence[Rule] = (),
) -> None:
    """Write the texts of parts, and where the records of each part are.

    Args:
        file: where to.
        schema: a joined kind.
        records: its records; every text field holds numbers of rows of `parts`.
        parts: sorted by name.
        step: called twice for each text field of parts.
        rules: the language rules.

    Raises:
        BuildError: the parts do not stand in the order of their names.
        ConfigurationError: the weight of a text field cannot be kept.
    """
    names = parts["name"]
    if not names.is_sorted() or names.has_nulls() or names.n_unique() != len(names):
        raise BuildError("the parts do not stand in the order of their names", where=str(schema.source))
    section = SectionWriter(file, PARTS)
    section.add_json("names", names.to_list())
    write_text(section, replace(schema, text=schema.parts, parts={}, code=()), parts, step, rules)
    leading, *others = schema.text
    _write_runs(file, _numbers(records[leading]), records["system"])
    for column in others:
        numbers = _numbers(records[column])
        order = np.argsort(smallest(numbers, len(parts) + 1), kind="stable")
        lengths = np.bincount(numbers, minlength=len(parts) + 1)
        file.add_array(f"lists.{column}", order.astype(np.uint32))
        file.add_array(f"lists.{column}.offsets", np.concatenate(([0], np.cumsum(lengths))).astype(np.int64))


def _write_runs(file: ArraysWriter, numbers: Numbers, systems: pl.Series) -> None:
    """Write the runs of records of one system that name the same part."""
    changes = np.ones(len(numbers), np.bool_)
    changes[1:] = (numbers[1:] != numbers[:-1]) | (systems[1:] != systems[:-1]).to_numpy()
    begins = np.flatnonzero(changes)
    file.add_array("runs.parts", numbers[begins].astype(np.int64))
    file.add_array("runs.begins", np.append(begins, len(numbers)).astype(np.int64))


def _numbers(column: pl.Series) -> Numbers:
    """Return the number of each record's part, from 1; 0 for none."""
    found = column.cast(pl.Int64).fill_null(-1) + 1
    return found.to_numpy().astype(np.uint32)
