"""What may stand before a colon or a comparison in a query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

DAY_COLUMNS = ("valid_from", "valid_to")
_CLOSE = 0.75


@dataclass(frozen=True)
class Names:
    """The names that a kind knows, in lower case.

    Attributes:
        text: text fields.
        facets: facets.
        numeric: facets whose values are numbers.
        aliases: other names of these and of the day columns.
        scopes: names that stand for some values of a facet: `dx:knee` is `knee` among diagnoses.
    """

    text: frozenset[str] = frozenset()
    facets: frozenset[str] = frozenset()
    numeric: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()

    @classmethod
    def of_text(cls, fields: Collection[str]) -> Names:
        """Return names that are text fields and nothing else."""
        return cls(frozenset(fields))

    def resolve(self, typed: str) -> str:
        """Return what a name stands for; empty if there is no such name."""
        name = typed.lower().replace("-", "_")
        name = self.aliases.get(name, name)
        return name if name in self.text or self.is_filter(name) or name in self.scopes else ""

    def is_filter(self, name: str) -> bool:
        """Tell whether values of a name are selected, not searched for as words."""
        return name in self.facets or self.is_day(name)

    def is_day(self, name: str) -> bool:
        """Tell whether a name is a column of days; only kinds with facets have them."""
        return name in DAY_COLUMNS and bool(self.facets)

    def compared(self, typed: str) -> str:
        """Return the column that can be compared (`eff>=2025-10-01`); empty if there is no such name."""
        name = self.resolve(typed)
        return name if name in self.numeric or self.is_day(name) else ""

    def near(self, typed: str) -> str:
        """Return the known name that is most like a typed one; empty if none is."""
        known = sorted({*self.text, *self.facets, *self.aliases, *self.scopes})
        found = get_close_matches(typed.lower()[:40], known, 1, _CLOSE)
        return found[0] if found else ""
