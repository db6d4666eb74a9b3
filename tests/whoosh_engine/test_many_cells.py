"""Facets of very many values, in many groups of cells: the counts are those of plain Python."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from searchcore.facets import MOST_SHOWN, all_values, distinct, visible_values
from searchcore.request import NOT_SPECIFIED, Request
from searchcore.schema import load_kind
from searchcore.whoosh_engine import WhooshKindIndex, cells_writer

from ..contract.conftest import ENGINES
from ..contract.frames import EPOCH, KIND, Version, corpora, day
from ..contract.reference import answer
from ..contract.test_answers import everything, filters, queries, read_otherwise
from ..generated import cases
from .many import many_records

DAY = EPOCH + dt.timedelta(days=30)
COUNT = 70_000
# Facet to a value of each record; None where a record has none. More values together than a group may have.
VALUES = {
    "laterality": lambda number: f"side {number}",
    "encounter": lambda number: f"visit {number * 7919 % 40_000}",
    "coverage": lambda number: f"cover {number * 104_729 % 66_000}" if number % 30 else None,
    "start_year": lambda number: str(number * 31 % 5_000),
    "billable": lambda number: ("yes", "no", None)[number % 3],
}


def words(number: int) -> str:
    return " ".join(word for step, word in ((2, "knee"), (5, "hip"), (1000, "rash")) if number % step == 0)


@cases(40)
@given(st.data(), corpora(), st.sampled_from((0, 1, 4, 25)))
def test_in_however_many_groups_the_counts_are_the_same(
    data: st.DataObject, versions: list[Version], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells_writer, "MOST_CELLS", most)
        with ENGINES[0].opened(versions) as index:
            assert isinstance(index, WhooshKindIndex)
            event(f"{index._context.columns.cells.cells.shape[1]} groups")
            for _ in range(4):
                query, chosen, as_of = data.draw(queries), data.draw(filters), data.draw(st.none() | day)
                result = everything(index, Request(query.text, filters=tuple(chosen.items()), as_of=as_of))
                if read_otherwise(result):
                    continue
                expected = answer(versions, query, chosen, as_of)
                assert {name: result.counts[name] for name in expected.counts} == expected.counts
                assert result.total == len(expected.versions)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshKindIndex]:
    columns = {name: [value(number) for number in range(COUNT)] for name, value in VALUES.items()}
    columns["title"] = [words(number) for number in range(COUNT)]
    found = many_records(COUNT, columns, tmp_path_factory.mktemp("values"))
    yield found
    found.close()


EVERY_THIRD = {f"visit {number}": None for number in range(0, 40_000, 3)}
CHOSEN: list[dict[str, tuple[str, ...]]] = [
    {},
    {"laterality": ("side 0", "side 10", "side 69999", "no such")},
    {"encounter": tuple(EVERY_THIRD)},
    {"coverage": (NOT_SPECIFIED,), "billable": ("yes", "no")},
    {
        "coverage": ("cover 5", NOT_SPECIFIED),
        "encounter": ("visit 0", "visit 10"),
        "start_year": ("10..4000",),
    },
]


def passes(number: int, facet: str, chosen: tuple[str, ...]) -> bool:
    value = VALUES[facet](number) or NOT_SPECIFIED
    if facet == "start_year":
        low, high = chosen[0].split("..")
        return int(low) <= int(value) <= int(high)
    return value in chosen if len(chosen) < 9 else value in EVERY_THIRD


@pytest.mark.parametrize("chosen", CHOSEN, ids=lambda chosen: " ".join(chosen) or "none")
@pytest.mark.parametrize("text", ["", "knee hip", "rash"])
def test_counts_of_tens_of_thousands_of_values(
    index: WhooshKindIndex, text: str, chosen: dict[str, tuple[str, ...]]
) -> None:
    matching = [number for number in range(COUNT) if set(text.split()) <= set(words(number).split())]
    result = index.search(Request(text, as_of=DAY, filters=tuple(chosen.items()), all_words=True))
    kept = [number for number in matching if all(passes(number, *each) for each in chosen.items())]
    assert result.total == len(kept)
    for facet, value in VALUES.items():
        others = {name: values for name, values in chosen.items() if name != facet}
        counted = Counter(
            value(number) or NOT_SPECIFIED
            for number in matching
            if all(passes(number, *each) for each in others.items())
        )
        counts, selected = result.counts[facet], chosen.get(facet, ())
        assert {name: n for name, n in counts.items() if n and ".." not in name} == counted
        assert distinct(counts) == len(counted)
        check_shown(facet, counts, counted, selected)


def check_shown(facet: str, counts: object, counted: Counter[str], selected: tuple[str, ...]) -> None:
    """Check the values with the most matches, and those that contain a text."""
    shown = visible_values(counts, load_kind(KIND).facets[facet], selected, {})  # type: ignore[arg-type]
    others = [each.count for each in shown if not each.selected]
    chosen = set(selected)
    rest = {name: n for name, n in counted.items() if name not in chosen}
    best = sorted(rest.values(), reverse=True)
    assert others == best[: len(others)] and len(others) >= min(MOST_SHOWN - len(selected), len(best))
    found = all_values(counts, selected, {}, "23")  # type: ignore[arg-type]
    assert {each.value for each in found} - set(selected) == {name for name in rest if "23" in name}


def test_the_index_has_more_groups_than_are_counted_at_once(index: WhooshKindIndex) -> None:
    cells = index._context.columns.cells.cells
    assert cells.shape[1] > 3 and cells.dtype.itemsize == 4
    assert index.check() == COUNT
