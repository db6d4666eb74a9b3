"""The order in which the values of a facet are shown, flat or as a tree, and what choosing one means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from searchcore.request import Request
from searchcore.result import FacetValue

Key = Callable[[FacetValue], Any]


@dataclass(frozen=True)
class FacetTree:
    """The values of one facet; in a flat facet no value has a parent.

    Attributes:
        name: of the facet.
        values: as the result gives them, selected ones included.
        hierarchical: whether choosing a value drops its chosen ancestors and descendants.
    """

    name: str
    values: tuple[FacetValue, ...]
    hierarchical: bool = False

    @cached_property
    def by_value(self) -> dict[str, FacetValue]:
        """Values by their id."""
        return {value.value: value for value in self.values}

    @cached_property
    def children(self) -> dict[str | None, list[FacetValue]]:
        """Values by parent; at the top those whose parent is not among the values, or that form a loop."""
        found: dict[str | None, list[FacetValue]] = {}
        for value in self.values:
            inside = self.hierarchical and value.parent in self.by_value
            looped = inside and value.value in self.ancestors(value.value)
            found.setdefault(value.parent if inside and not looped else None, []).append(value)
        return found

    @cached_property
    def open_branches(self) -> frozenset[str]:
        """Selected values and all that stand above them."""
        chosen = [value.value for value in self.values if value.selected]
        return frozenset(chosen).union(*(self.ancestors(value) for value in chosen))

    def order(self, value: FacetValue) -> tuple[bool, int, str]:
        """Sort key: what is selected (itself or below) first, then count descending, then label."""
        return (value.value not in self.open_branches, -value.count, value.label)

    def ancestors(self, value: str) -> frozenset[str]:
        """Return what stands above a value."""
        found: set[str] = set()
        known = self.by_value.get(value)
        while known and known.parent is not None and known.parent not in found:
            found.add(known.parent)
            known = self.by_value.get(known.parent)
        return frozenset(found)

    def shown(self, limit: int) -> Iterator[tuple[int, FacetValue]]:
        """Yield (level, value) of what a short list shows, each branch before its children.

        The result gives the children of the branches that are open. At most `limit` values stand below one
        parent, except that selected ones and what stands above them always stay.
        """
        yield from self._walk(None, 0, limit, self.order)

    def all_by(self, key: Key) -> Iterator[tuple[int, FacetValue]]:
        """Yield (level, value) of every value, each branch before its children, siblings by a key."""
        yield from self._walk(None, 0, len(self.values), key)

    def _walk(self, parent: str | None, level: int, limit: int, key: Key) -> Iterator[tuple[int, FacetValue]]:
        for position, value in enumerate(sorted(self.children.get(parent, ()), key=key)):
            if position < limit or value.value in self.open_branches:
                yield level, value
                yield from self._walk(value.value, level + 1, limit, key)

    def toggled(self, request: Request, value: str) -> Request:
        """Return the request with a value chosen, or no longer chosen.

        In a tree a chosen branch already holds all below it, so choosing a value takes the place of a
        chosen ancestor or descendant.
        """
        chosen = set(request.selected.get(self.name, ()))
        if self.hierarchical and value not in chosen:
            chosen -= self.ancestors(value)
            chosen = {other for other in chosen if value not in self.ancestors(other)}
        return with_values(request, self.name, chosen ^ {value})


def with_values(request: Request, facet: str, values: Iterable[str]) -> Request:
    """Return a request with exactly these values of a facet selected."""
    return request.with_(filters=tuple({**request.selected, facet: tuple(values)}.items()))


def with_selected(
    values: Iterable[FacetValue], selected: Iterable[str], labels: dict[str, str]
) -> tuple[FacetValue, ...]:
    """Return the values that have matches or are selected; a selected one without matches counts zero."""
    chosen = set(selected)
    kept = [value for value in values if value.count or value.value in chosen]
    missing = chosen - {value.value for value in kept}
    return (*kept, *(FacetValue(value, labels.get(value, value), 0, True) for value in sorted(missing)))
