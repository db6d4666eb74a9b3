"""Turns facet counts into labelled values in the order that people see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from searchcore.request import NOT_SPECIFIED
from searchcore.result import FacetValue
from searchcore.schema import Facet

Known = Mapping[str, tuple[str, str | None]]


def all_values(counts: Mapping[str, int], selected: Sequence[str], known: Known) -> tuple[FacetValue, ...]:
    """Return every value that has matches or is selected: selected first, then count, then label."""
    values = [_value(name, counts.get(name, 0), selected, known) for name in {*counts, *selected}]
    kept = [value for value in values if value.count or value.selected]
    return tuple(sorted(kept, key=lambda v: (not v.selected, -v.count, v.label)))


def visible_values(
    counts: Mapping[str, int], facet: Facet, selected: Sequence[str], known: Known
) -> tuple[FacetValue, ...]:
    """Return the values to show beside results.

    Of a flat facet all. Of a tree its roots, the ancestors, siblings and children of what is selected,
    and further down as long as there is only one branch.
    """
    values = all_values(counts, selected, known)
    if not facet.hierarchical:
        return values
    children: dict[str | None, list[FacetValue]] = {}
    for value in values:
        children.setdefault(value.parent, []).append(value)
    opened: set[str | None] = {None}
    for name in selected:
        opened.update(_chain(name, known))
    level: str | None = None
    while len(children.get(level, ())) == 1:
        level = children[level][0].value
        opened.add(level)
    present = {value.value for value in values}
    return tuple(
        v
        for v in values
        if v.parent in opened or v.selected or (v.parent not in present and v.parent not in known)
    )


def _chain(value: str, known: Known) -> list[str]:
    chain = [value]
    while (parent := known.get(chain[-1], ("", None))[1]) is not None and parent not in chain:
        chain.append(parent)
    return chain


def _value(name: str, count: int, selected: Sequence[str], known: Known) -> FacetValue:
    label, parent = known.get(name, (name, None))
    if name == NOT_SPECIFIED:
        label = "Not specified"
    return FacetValue(name, label, count, name in selected, parent)
