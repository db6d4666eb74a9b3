"""What stands behind the colon of a filter: a value of a facet, a day, a number."""

from __future__ import annotations

from searchcore.query.lexer import Token, note
from searchcore.query.names import Names
from searchcore.query.nodes import Days, Facet, Node, Numbers, Word
from searchcore.query.reading import ESCAPE, OPERATORS, has_letters, quoted
from searchcore.query.values import day_interval, means_none, number_interval


def value_of(
    name: str, comparison: str, token: Token, typed: str, names: Names, notes: list[str], *, in_text: bool
) -> Node | None:
    """Return what one value of a filter asks for; what is no value is searched as words.

    Args:
        name: of a facet or a column of days.
        comparison: one of `: = < <= > >=`.
        token: the value.
        typed: the whole text.
        names: what the kind knows.
        notes: takes what was read in another way than it was typed.
        in_text: it stands within a text field, where a code is a word.
    """
    text = typed[token.start : token.end] if token.kind == "codes" else token.text.lstrip(ESCAPE)
    text = " ".join(text.split())
    if not has_letters(text):
        note(notes, f"{name}: has no value and was left out")
        return None
    start, end = token.start, token.end
    if names.is_day(name):
        days = day_interval(comparison, text)
        if days is not None:
            return Days(name, *days, start=start, end=end)
        wanted = "a day (write 2025-10-01, 2025-10 or 2025)"
    elif name in names.numeric:
        numbers = number_interval(comparison, text)
        if numbers is not None:
            return Numbers(name, *numbers, start=start, end=end)
        if comparison in ":=" and means_none(text):
            return Facet(name, text, start=start, end=end)
        wanted = "a number (write 2015 or 2015..2020)"
    else:
        return Facet(name, text, start=start, end=end)
    note(notes, f"{text[:40]!r} was searched as words; {name} wants {wanted}")
    if token.kind == "codes":
        return token.node
    if " " in text or token.kind == "phrase":
        return quoted(text, start, end, in_field=in_text)
    return Word(text.lower() if text in OPERATORS else text, start=start, end=end)
