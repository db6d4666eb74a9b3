"""Questions to a joined kind, each as a text and as what it means of a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fnmatch import fnmatchcase

from hypothesis import strategies as st

from .made_edits import CODES, COLUMNS, WORDS, Edit, facet_of

Found = Callable[[Edit], bool]

# Ends that are of one shape, some of them codes that no record names.
ENDS = (("10000", "10001", "10003", "10004", "10009"), ("J1000", "J1001", "J1002"), ("0010T", "0020T"))
# Selections of facets.
CHOSEN: list[tuple[str, tuple[str, ...]]] = [
    *(("system", ("PTPPRA",)), ("indicator", ("1",)), ("indicator", ("0", "-")), ("status", ("active",))),
    *(("status", ("deleted", "unknown")), ("column_1_family", ("limbs",)), ("column_2_family", ("-",))),
    *(("rationale", ("first", "second")), ("rationale", ("-",)), ("column_1_system", ("HCPCS",))),
    *(("deletion_year", ("2020..",)), ("effective_year", ("2020..2020", "-")), ("deletion_year", ("2021",))),
]


def having(words: list[str], columns: tuple[str, ...] = COLUMNS) -> Found:
    """Return whether a record names a part with these words one behind the other in one text."""

    def holds(edit: Edit) -> bool:
        for place, column in enumerate(COLUMNS):
            for text in edit.parts[place].texts() if column in columns else ():
                size = len(words)
                if any(text[at : at + size] == words for at in range(len(text) - size + 1)):
                    return True
        return False

    return holds


def naming(fits: Callable[[str], bool], columns: tuple[str, ...] = COLUMNS[:2]) -> Found:
    """Return whether a record names a code that fits in one of these columns."""
    places = [COLUMNS.index(column) for column in columns]
    return lambda edit: any(fits(edit.parts[place].name) for place in places)


@st.composite
def code_forms(draw: st.DrawFn) -> tuple[str, Found]:
    """Draw a range, a list or a pattern of codes, in one column or in any."""
    one, other, third = (draw(st.sampled_from(CODES)) for _ in range(3))
    columns = draw(st.sampled_from((COLUMNS[:2], COLUMNS[:1], COLUMNS[1:2])))
    before = f"{columns[0]}:" if len(columns) == 1 else ""
    form = draw(st.sampled_from(("range", "list", "pattern", "pairs")))
    if form == "range":
        low, high = sorted(draw(st.sampled_from(shape)) for shape in [draw(st.sampled_from(ENDS))] * 2)
        return f"{before}{low}-{high}", naming(lambda name: low <= name <= high and alike(name, low), columns)
    if form == "list":
        listed = (one, other, third)
        return f"{before}({', '.join(listed)})", naming(lambda name: name in listed, columns)
    if form == "pattern":
        pattern = draw(st.sampled_from(("1000?", "j10*", "100??", "g*", "1000*", "?001t")))
        return f"{before}{pattern}", naming(lambda name: fnmatchcase(name.lower(), pattern), columns)
    pairs = (f"{one}/{other}", f"{other}/{third}")
    return f"({', '.join(pairs)})", lambda edit: edit.code in pairs


def alike(name: str, end: str) -> bool:
    """Tell whether a code is of the shape of an end: 0010T lies between no two of digits alone."""
    return (name[0].isalpha(), name[-1].isalpha()) == (end[0].isalpha(), end[-1].isalpha())


@st.composite
def selections(draw: st.DrawFn) -> tuple[str, Found]:
    """Draw a value of a facet, or a span of days, as a part of the text."""
    name, value = draw(
        st.sampled_from(
            [
                *(("indicator", "1"), ("system", "PTPPRA"), ("rationale", "first"), ("rationale", None)),
                *(("column_1_system", "HCPCS"), ("column_2_system", "CPT"), ("column_2_family", "limbs")),
                *(("deletion_year", "2020"), ("effective_year", None), ("effective_year", "2021")),
            ]
        )
    )
    split = dt.date(2020, draw(st.integers(1, 12)), 15)
    spans: list[tuple[str, Found]] = [
        (f"eff>={split}", lambda edit: edit.valid_from is not None and edit.valid_from >= split),
        (f"end<{split}", lambda edit: edit.valid_to is not None and edit.valid_to < split),
    ]
    facet = (f"{name}:{value or 'none'}", lambda edit: facet_of(edit, name) == value)
    return draw(st.sampled_from([facet, facet, *spans]))


@st.composite
def leaves(draw: st.DrawFn) -> tuple[str, Found]:
    word, other = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
    kind = draw(st.sampled_from(("word", "phrase", "code", "pair", "prefix", "field")))
    if kind == "phrase":
        return f'"{word} {other}"', having([word, other])
    if kind == "code":
        code = draw(st.sampled_from(CODES))
        return code, having([code.lower()])
    if kind == "pair":
        one, other = draw(st.sampled_from(CODES)), draw(st.sampled_from(CODES))
        return f"{one}/{other}", lambda edit: edit.code in (f"{one}/{other}", f"{other}/{one}")
    if kind == "prefix":
        holds = [having([each]) for each in (*WORDS, "rule", "other") if each.startswith(word[:2])]
        return f"{word[:2]}*", lambda edit: any(each(edit) for each in holds)
    if kind == "field":
        column = draw(st.sampled_from(COLUMNS))
        return f"{column}:{word}", having([word], (column,))
    return word, having([word])


def every(parts: list[tuple[str, Found]]) -> tuple[str, Found]:
    return " ".join(text for text, _ in parts), lambda edit: all(holds(edit) for _, holds in parts)


def either(parts: list[tuple[str, Found]]) -> tuple[str, Found]:
    text = " OR ".join(text for text, _ in parts)
    return f"({text})", lambda edit: any(holds(edit) for _, holds in parts)


def without(part: tuple[str, Found], unwanted: tuple[str, Found]) -> tuple[str, Found]:
    return f"{part[0]} -{unwanted[0]}", lambda edit: part[1](edit) and not unwanted[1](edit)


parts_of_text = st.one_of(leaves(), leaves(), code_forms(), selections())
questions = st.one_of(
    st.just(("", lambda _edit: True)),
    leaves(),
    code_forms(),
    st.lists(parts_of_text, min_size=2, max_size=3).map(every),
    st.lists(parts_of_text, min_size=2, max_size=3).map(either),
    st.builds(without, parts_of_text, parts_of_text),
    st.lists(leaves(), min_size=2, max_size=4).map(every),
    st.lists(leaves(), min_size=2, max_size=3).map(either),
    st.builds(without, leaves(), leaves()),
    st.builds(lambda a, b: every([a, either(b)]), leaves(), st.lists(leaves(), min_size=2, max_size=3)),
)
