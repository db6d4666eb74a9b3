"""Turns facet counts into labelled values in the order that people see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nsmallest

from searchcore.ranges import parse_range, range_label
from searchcore.request import NOT_SPECIFIED
from searchcore.result import FacetValue
from searchcore.schema import Facet

Known = Mapping[str, tuple[str, str | None]]

# So many values of a flat facet stand beside the results; all others are on its own page.
MOST_SHOWN = 100


def all_values(
    counts: Mapping[str, int], selected: Sequence[str], known: Known, containing: str = ""
) -> tuple[FacetValue, ...]:
    """Return every value that has matches or is selected: selected first, then count, then label.

    Args:
        counts: by value.
        selected: selected values.
        known: label and parent of values.
        containing: text that the label or the value must contain, in any case.
    """
    values = _sorted(_occurring(counts, selected), counts, selected, known)
    wanted = containing.casefold()
    return tuple(v for v in values if wanted in v.label.casefold() or wanted in v.value.casefold())


def distinct(counts: Mapping[str, int]) -> int:
    """Return how many values have matches, "not specified" included; a range that is selected is no value."""
    return sum(1 for name, number in counts.items() if number and parse_range(name) is None)


def visible_values(
    counts: Mapping[str, int], facet: Facet, selected: Sequence[str], known: Known
) -> tuple[FacetValue, ...]:
    """Return the values to show beside results.

    Of a flat facet those with the most matches. Of a tree its roots, the ancestors, siblings and children
    of what is selected, and further down as long as there is only one branch. Only what is shown is
    labelled and sorted: a tree can have thousands of values.
    """
    if not facet.hierarchical:
        names = _occurring(counts, selected)
        if len(names) > MOST_SHOWN:
            chosen = set(selected)
            names = nsmallest(
                MOST_SHOWN + len(chosen),
                names,
                key=lambda name: (name not in chosen, -counts.get(name, 0), name),
            )
        return tuple(_sorted(names, counts, selected, known))
    names = _occurring(counts, selected)
    present = {None, *names}
    children: dict[str | None, list[str]] = {}
    for name in names:
        children.setdefault(known.get(name, ("", None))[1], []).append(name)
    opened: set[str | None] = {None}
    for name in selected:
        opened.update(_chain(name, known))
    level: str | None = None
    while len(children.get(level, ())) == 1:
        level = children[level][0]
        opened.add(level)
    # A value whose parent has no matches of its own stands among the roots, behind them.
    lost = [name for parent, below in children.items() if parent not in present for name in below]

    # A function that calls itself here would keep the counts, and the index behind them, in a cycle.
    waiting = [
        *_sorted(children.get(None, []), counts, selected, known),
        *_sorted(lost, counts, selected, known),
    ][::-1]
    shown = []
    while waiting:
        value = waiting.pop()
        shown.append(value)
        if value.value in opened:
            waiting += _sorted(children.get(value.value, []), counts, selected, known)[::-1]
    return tuple(shown)


def _occurring(counts: Mapping[str, int], selected: Sequence[str]) -> list[str]:
    return [*(name for name, number in counts.items() if number), *(n for n in selected if not counts.get(n))]


def _sorted(
    names: Sequence[str], counts: Mapping[str, int], selected: Sequence[str], known: Known
) -> list[FacetValue]:
    chosen = frozenset(selected)
    values = [_value(name, counts.get(name, 0), name in chosen, known) for name in names]
    return sorted(values, key=lambda v: (not v.selected, -v.count, v.label))


def _chain(value: str, known: Known) -> list[str]:
    chain = [value]
    while (parent := known.get(chain[-1], ("", None))[1]) is not None and parent not in chain:
        chain.append(parent)
    return chain


def _value(name: str, count: int, selected: bool, known: Known) -> FacetValue:
    label, parent = known.get(name, (name, None))
    if name == NOT_SPECIFIED:
        label = "Not specified"
    elif name not in known:
        label = range_label(name)
    return FacetValue(name, label, count, selected, parent)
