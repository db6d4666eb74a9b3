"""Facet values: order, what of a tree is shown, and that a parent counts a record once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from searchcore.facets import all_values, distinct, visible_values
from searchcore.library import Library
from searchcore.request import Request
from searchcore.schema import Facet, load_kind

FLAT = Facet("flat", "Flat")
TREE = Facet("tree", "Tree", hierarchical=True)
Known = dict[str, tuple[str, str | None]]


@st.composite
def trees(draw: st.DrawFn) -> Known:
    """Draw a forest: each value may have one of the values before it as parent."""
    known: Known = {}
    for number in range(draw(st.integers(1, 9))):
        parent = draw(st.sampled_from([None, *known])) if known else None
        known[f"v{number}"] = (draw(st.sampled_from(("a", "b", "c"))), parent)
    return known


def chain(known: Known, value: str) -> list[str]:
    found = [value]
    while (parent := known[found[-1]][1]) is not None:
        found.append(parent)
    return found


counts = st.dictionaries(st.integers(0, 8).map(lambda n: f"v{n}"), st.integers(0, 3))


@settings(max_examples=200, deadline=None)
@given(trees(), counts, st.sets(st.integers(0, 8)))
def test_all_values_are_those_with_matches_or_selected_in_one_order(
    known: Known, drawn: dict[str, int], chosen: set[int]
) -> None:
    selected = tuple(f"v{n}" for n in sorted(chosen))
    found = all_values(drawn, selected, known)
    assert {v.value for v in found} == {*selected, *(name for name, count in drawn.items() if count)}
    keys = [(not v.selected, -v.count, v.label) for v in found]
    assert keys == sorted(keys)
    for value in found:
        assert value.count == drawn.get(value.value, 0)
        assert (value.label, value.parent) == known.get(value.value, (value.value, None))
    assert visible_values(drawn, FLAT, selected, known) == found


def test_of_very_many_values_those_with_the_most_matches_are_shown_and_any_can_be_looked_for() -> None:
    many = {f"v{n:04}": n % 7 + 1 for n in range(5000)}
    known: Known = {"v0002": ("Knee brace", None)}
    shown = visible_values(many, FLAT, ("v0000", "v9999"), known)
    assert [v.value for v in shown[:2]] == ["v0000", "v9999"]
    assert len(shown) == 102 and {v.count for v in shown[2:]} == {7}
    assert distinct(many) == 5000
    assert [v.value for v in all_values(many, (), known, "BRACE")] == ["v0002"]
    assert [v.value for v in all_values(many, (), known, "v499")] == [
        v.value for v in all_values(many, (), known) if "v499" in v.value
    ]


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_tree_shows_roots_and_what_is_open(data: st.DataObject) -> None:
    known = data.draw(trees())
    # A parent has at least the matches of each child, as counts of an engine do.
    own = {value: data.draw(st.integers(0, 2)) for value in known}
    drawn = {value: sum(own[other] for other in known if value in chain(known, other)) for value in known}
    selected = tuple(data.draw(st.sets(st.sampled_from(sorted(known)), max_size=2)))
    found = visible_values(drawn, TREE, selected, known)
    shown = [v.value for v in found]
    present = {value for value in known if drawn[value] or value in selected}

    open_: set[str | None] = {None, *(above for value in selected for above in chain(known, value))}
    level: str | None = None
    while len(only := [v for v in present if known[v][1] == level]) == 1:
        level = only[0]
        open_.add(level)
    reachable = {v for v in present if all(known[above][1] in open_ for above in chain(known, v))}
    orphans = {v for v in present if known[v][1] is not None and known[v][1] not in present}
    assert reachable <= set(shown)
    assert orphans <= set(shown), "a value whose parent has no match is not lost"
    if not orphans:
        assert set(shown) == reachable
    assert len(shown) == len(set(shown)), "each value once"
    for value in selected:
        assert value in shown
    for at, value in enumerate(shown):
        parent = known[value][1]
        if parent in shown:
            before = shown[:at][::-1]
            nearest = next(
                other for other in before if known[other][1] != parent and other not in below(known, parent)
            )
            assert nearest == parent, "children stand below their parent, before its next sibling"


def below(known: Known, value: str | None) -> set[str]:
    return {other for other in known if other != value and value in chain(known, other)}


def test_values_that_no_list_knows_are_their_own_label() -> None:
    (value,) = all_values({"x": 2}, (), {})
    assert (value.label, value.parent, value.count) == ("x", None, 2)
    (missing,) = all_values({"-": 2}, (), {})
    assert missing.label == "Not specified"


def test_a_circle_of_parents_ends() -> None:
    known: Known = {"a": ("a", "b"), "b": ("b", "a"), "c": ("c", None)}
    shown = visible_values({"a": 1, "b": 1, "c": 1}, TREE, ("a",), known)
    assert "c" in {value.value for value in shown}


def test_a_parent_counts_each_record_once(sample_library: Library) -> None:
    """Every count of every facet of the sample, against counting over the records themselves."""
    library = sample_library
    request = Request("", "code", per_page=200)
    hits = [hit for page in range(1, 20) for hit in library.search(request.with_(page=page)).hits]
    raw = {name: library.facet_values(request, name).values for name in load_kind("code").facets}
    assert len(hits) == library.search(request).total
    for facet in load_kind("code").facets.values():
        wanted: Counter[str] = Counter()
        for hit in hits:
            value = hit.record.status if facet.as_of else hit.record.fields.get(facet.name)
            values = set(value) if isinstance(value, (list, tuple)) else {value} - {None, ""}
            wanted.update(values or {"-"})
        assert {v.value: v.count for v in raw[facet.name]} == dict(wanted), facet.name


def test_each_tree_value_of_the_sample_has_its_ancestors_in_the_same_record(sample_library: Library) -> None:
    request = Request("", "code", per_page=200)
    hits = [hit for page in range(1, 20) for hit in sample_library.search(request.with_(page=page)).hits]
    known = sample_library.facts.facet_values
    for name in ("chapter", "betos", "rbcs"):
        labels = known.get(("code", name), {})
        for hit in hits:
            values = hit.record.fields.get(name) or ()
            for value in values:
                assert value in labels, f"{name} {value} of {hit.record.code} has no label"
                parent = labels[value][1]
                assert parent is None or parent in values, f"{name} {value} of {hit.record.code}: {parent}"
