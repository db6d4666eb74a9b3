"""Codes to choose next: those below a header, and those nearest to a code that is not loaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coding.answer_parts import Choices
from coding.answers import Answers
from searchapp.presenters.links import LinkView, link_views
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import number, system_name

_CHOICES = {
    "completions": "Billable codes below",
    "children": "One level down",
}


@dataclass(frozen=True)
class ChoicesView:
    """Codes to choose next; `more` says how many are not listed."""

    title: str
    links: tuple[LinkView, ...]
    more: str


def choices_view(choices: Choices, day: dt.date, urls: Urls) -> ChoicesView:
    """Return codes to choose next as the pages show them; links keep the day."""
    left = choices.total - len(choices.links)
    return ChoicesView(
        title=_title(choices),
        links=link_views(choices.links, day, urls),
        more=f"and {number(left)} more on its page" if left else "",
    )


def _title(choices: Choices) -> str:
    if choices.id == "nearest":
        return f"Nearest in {system_name(choices.links[0].system)}"
    return f"{_CHOICES[choices.id]} ({number(choices.total)})"


def below_headers(answers: Answers, as_of: dt.date | None, urls: Urls) -> dict[tuple[str, str], ChoicesView]:
    """Return the codes below the headers among the hits, by system and code of the header."""
    day = as_of or urls.today
    found = ((each.header, choices_view(each.choices, day, urls)) for each in answers.headers)
    return {(header.system, header.code): choices for header, choices in found}
