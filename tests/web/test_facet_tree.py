"""Which values of a facet are shown, in which order, and what choosing one does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchapp.presenters.facet_tree import FacetTree, with_selected
from searchcore.request import Request
from searchcore.result import FacetValue


def value(name: str, count: int = 1, *, selected: bool = False, parent: str | None = None) -> FacetValue:
    """Return a synthetic value, labelled with its name."""
    return FacetValue(name, name, count, selected, parent)


def tree(*values: FacetValue) -> FacetTree:
    """Return a hierarchical facet."""
    return FacetTree("chapter", values, hierarchical=True)


def test_selected_first_then_count_then_label() -> None:
    flat = FacetTree(
        "system", (value("c", 5), value("b", 9), value("a", 5), value("z", 0, selected=True)), False
    )
    assert [each.value for _, each in flat.shown(10)] == ["z", "b", "a", "c"]


def test_a_short_list_keeps_selected_values_beyond_its_length() -> None:
    many = [value(f"v{number:02}", 100 - number) for number in range(20)]
    chosen = [value(f"s{number:02}", 1, selected=True) for number in range(12)]
    shown = [each.value for _, each in FacetTree("system", tuple(many + chosen), False).shown(10)]
    assert shown == [each.value for each in chosen]


def test_children_follow_their_branch_indented() -> None:
    shown = tree(
        value("other", 50),
        value("top", 9),
        value("leaf", 2, parent="middle"),
        value("middle", 9, selected=True, parent="top"),
        value("leaf2", 7, parent="middle"),
    ).shown(10)
    assert [(level, each.value) for level, each in shown] == [
        (0, "top"),
        (1, "middle"),
        (2, "leaf2"),
        (2, "leaf"),
        (0, "other"),
    ]


def test_choosing_below_or_above_a_chosen_branch_takes_its_place() -> None:
    branch = tree(value("top", 9), value("middle", 9, parent="top"), value("leaf", 2, parent="middle"))
    chosen = Request(filters=(("chapter", ("middle", "elsewhere")),), page=4)
    assert branch.toggled(chosen, "leaf").selected["chapter"] == ("elsewhere", "leaf")
    assert branch.toggled(chosen, "top").selected["chapter"] == ("elsewhere", "top")
    assert branch.toggled(chosen, "middle").selected["chapter"] == ("elsewhere",)
    assert branch.toggled(chosen, "leaf").page == 1


def test_a_loop_of_parents_ends() -> None:
    looped = tree(
        value("a", 3, parent="b", selected=True), value("b", 2, parent="a"), value("c", 1, parent="c")
    )
    assert looped.ancestors("a") == {"a", "b"}
    assert {each.value for _, each in looped.shown(10)} == {"a", "b", "c"}


def test_a_whole_tree_by_label_holds_every_value_once() -> None:
    values = (
        value("b", 1),
        value("a", 9),
        value("b2", 5, parent="b"),
        value("b1", 3, parent="b"),
        value("orphan", 1, parent="missing"),
    )
    shown = [(level, each.value) for level, each in tree(*values).all_by(lambda each: each.label)]
    assert shown == [(0, "a"), (0, "b"), (1, "b1"), (1, "b2"), (0, "orphan")]


def test_selected_values_stay_at_zero() -> None:
    values = with_selected([value("a", 3), value("b", 0)], ("gone",), {"gone": "Gone"})
    assert [(each.value, each.label, each.count, each.selected) for each in values] == [
        ("a", "a", 3, False),
        ("gone", "Gone", 0, True),
    ]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=6), st.sampled_from("abcdefgh"))
def test_toggling_twice_in_a_flat_facet_changes_nothing(chosen: list[str], name: str) -> None:
    flat = FacetTree("system", tuple(value(letter) for letter in "abcdefgh"), False)
    request = Request(filters=(("system", tuple(chosen)),))
    assert flat.toggled(flat.toggled(request, name), name).filters == request.filters
