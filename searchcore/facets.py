"""Turns facet counts into labelled values in the order that people see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
    return tuple(_in_tree_order(None, children, opened, {value.value for value in values}))


def _in_tree_order(
    parent: str | None,
    children: Mapping[str | None, list[FacetValue]],
    opened: set[str | None],
    present: set[str],
) -> Iterator[FacetValue]:
    """Yield values depth first; a value whose parent has no matches of its own stands among the roots."""
    level = list(children.get(parent, ()))
    if parent is None:
        level += [v for p, below in children.items() if p is not None and p not in present for v in below]
    for value in level:
        yield value
        if value.value in opened:
            yield from _in_tree_order(value.value, children, opened, present)


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
