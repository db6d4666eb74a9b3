"""The groups of the records of an index, as they stand in its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchcore.schema import KindSchema
from searchcore.whoosh_engine.sections import Arrays


@dataclass(frozen=True)
class Groups:
    """One way to group the records of an index: the group of each record, and how many groups there are."""

    of_record: npt.NDArray[np.uint32]
    count: int


def open_groups(file: Arrays, schema: KindSchema) -> dict[str, Groups]:
    """Return the groups of an index by name."""
    counts: dict[str, int] = file.values["groups"]
    return {name: Groups(file.array(f"group.{name}"), counts[name]) for name in schema.groups}
