"""What is asked of each kind of record, as `kinds.yaml` says it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from searchcore.errors import ConfigurationError
from searchcore.schema import KindSchema, load_kind

# The edits once more, with made-up titles on every code: a stand-in for files that need a licence.
TITLED_EDITS = "ptp_edit+titles"
_FILE = Path(__file__).with_name("kinds.yaml")


@dataclass(frozen=True)
class Plan:
    """The queries and facets of one kind.

    Attributes:
        kind: the kind of record; `TITLED_EDITS` is measured by the plan of `ptp_edit`.
        facets: counted by every engine.
        filters: facets of which queries select values.
        words_from, codes_from: columns that give the words and codes of queries.
        judged: files of judged queries.
        queries: number of queries of each sort.
    """

    kind: str
    facets: tuple[str, ...]
    filters: tuple[str, ...]
    words_from: tuple[str, ...]
    codes_from: tuple[str, ...]
    judged: tuple[str, ...]
    queries: dict[str, int]

    @property
    def schema(self) -> KindSchema:
        """The schema of the kind."""
        return load_kind(self.kind)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell the records of a key from those of others."""
        return ("system", *(self.schema.code or ("code",)))

    @property
    def several(self) -> tuple[str, ...]:
        """The counted facets of which a record can have more than one value."""
        return tuple(name for name in self.facets if self.schema.facets[name].several)


def base_kind(name: str) -> str:
    """Return the kind of record that a name of the benchmark stands for."""
    return name.partition("+")[0]


@cache
def load_plan(name: str) -> Plan:
    """Return the plan of a kind.

    Raises:
        ConfigurationError: there is no plan for it, or it names a facet that the kind does not have.
    """
    kind = base_kind(name)
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    if kind not in data:
        raise ConfigurationError(
            f"there is no plan for kind {kind!r}", where=str(_FILE), mend=f"use one of {', '.join(data)}"
        )
    lists = {key: tuple(value) for key, value in data[kind].items() if key != "queries"}
    plan = Plan(kind=kind, queries=dict(data[kind]["queries"]), **lists)
    unknown = {*plan.facets, *plan.filters} - set(plan.schema.facets)
    if unknown:
        raise ConfigurationError(f"{kind} has no facet {', '.join(sorted(unknown))}", where=str(_FILE))
    return plan
