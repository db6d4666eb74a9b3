"""What stands beside the hits: exact codes, edits among several codes, ICD-9-CM, the kind asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from coding.answer_parts import CodeAnswer, FoundCode, Icd9Answer, Icd9Target, NotLoaded
from coding.answers import Answers
from coding.kinds_asked import ShownAs
from searchapp.presenters.chips import Label
from searchapp.presenters.choices import ChoicesView, choices_view
from searchapp.presenters.hits import HitView, hit_view
from searchapp.presenters.links import LinkView, link_views
from searchapp.presenters.notices import Notice, notices
from searchapp.presenters.pair_edits import SetView, set_views
from searchapp.presenters.sections import SectionView, section_view
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import Badge, missing_title, number, status_badge, system_name
from searchcore.result import Record

# Up to so many typed codes have a card each; more stand in a table.
MOST_CARDS = 3


@dataclass(frozen=True)
class CardView:
    """A code that was typed, as one system has it."""

    hit: HitView
    notices: tuple[Notice, ...]
    choices: ChoicesView | None
    sections: tuple[SectionView, ...]


@dataclass(frozen=True)
class MissingView:
    """A code that no loaded release has."""

    code: str
    systems: str
    problems: tuple[str, ...]
    choices: tuple[ChoicesView, ...]
    searched: str


@dataclass(frozen=True)
class TargetView:
    """An ICD-10 code that an ICD-9-CM code leads to, and how well it fits."""

    link: LinkView
    match: str


@dataclass(frozen=True)
class Icd9View:
    """An ICD-9-CM code; each of `combinations` is a list of lists, of which one code each is needed."""

    code: str
    title: str
    targets: tuple[TargetView, ...]
    combinations: tuple[tuple[tuple[TargetView, ...], ...], ...]
    no_match: bool
    note: str


@dataclass(frozen=True)
class RowView:
    """One line of the table of many typed codes."""

    typed: str
    url: str | None
    system: str
    badge: Badge
    title: str


@dataclass(frozen=True)
class ShownAsView:
    """The kind that the text asked for, with the first records of it and the way to all of them."""

    heading: str
    links: tuple[LinkView, ...]
    url: str
    link: str


@dataclass(frozen=True)
class AnswersView:
    """All of it."""

    shown_as: ShownAsView | None
    cards: tuple[CardView, ...]
    missing: tuple[MissingView, ...]
    icd9: tuple[Icd9View, ...]
    rows: tuple[RowView, ...]
    rows_more: str
    edits: tuple[SetView, ...]
    edits_note: str

    @property
    def shown(self) -> frozenset[tuple[str, str]]:
        """Return system and code of the records that have a card, so that the list need not repeat them."""
        return frozenset(card.hit.record for card in self.cards)

    def with_pickers(self, hits: tuple[HitView, ...]) -> AnswersView:
        """Return the same with the members of each family that a hit of the list offers.

        A header that shows the codes below it does without: they are of its family.
        """
        pickers = {hit.record: hit.picker for hit in hits}
        cards = (
            card
            if card.choices
            else replace(card, hit=replace(card.hit, picker=pickers.get(card.hit.record)))
            for card in self.cards
        )
        return replace(self, cards=tuple(cards))


def answers_view(answers: Answers, as_of: dt.date | None, label: Label, urls: Urls) -> AnswersView | None:
    """Return what the page shows beside the hits; None if there is nothing.

    Args:
        answers: what there is.
        as_of: the day that was asked about; None for all dates, when statuses are those of today.
        label: gives the label of a facet value.
        urls: makes addresses.
    """
    if not (answers.codes or answers.shown_as):
        return None
    day = as_of or urls.today
    many = len(answers.codes) > MOST_CARDS
    single = () if many else answers.codes
    cards = tuple(
        _card(found, day, label, urls) for answer in single for found in (*answer.found, *answer.modifiers)
    )
    carded = {card.hit.record for card in cards}
    shown = answers.shown_as
    # What was asked of a code, or the one record asked for, stands on its card.
    if (
        shown
        and shown.links
        and (shown.asked.sections or {(link.system, link.code) for link in shown.links} <= carded)
    ):
        shown = None
    return AnswersView(
        shown_as=_shown_as(shown, day, urls) if shown else None,
        cards=cards,
        missing=tuple(_missing(a, a.not_loaded, day, urls) for a in single if a.not_loaded),
        icd9=tuple(_icd9(each, day, urls) for answer in single for each in answer.icd9),
        rows=tuple(row for answer in answers.codes for row in _rows(answer, day, urls)) if many else (),
        rows_more=f"and {number(answers.codes_left_out)} more codes" if answers.codes_left_out else "",
        edits=set_views(answers.edits, day, urls) if answers.edits else (),
        edits_note=answers.edits.note if answers.edits else "",
    )


def _card(found: FoundCode, day: dt.date, label: Label, urls: Urls) -> CardView:
    chosen = {link.code for link in found.choices.links} if found.choices else set()
    # A code that became a header has the codes below it as successors, too: once is enough.
    others = tuple(each for each in found.hit.successors if each.code not in chosen)
    hit = replace(found.hit, successors=others)
    tone = "quiet" if found.hit.record.status == "active" else "warn"
    # A card says this below its title, and in its place.
    lines = [line for line in found.lines if not line.startswith(("Carried forward", "No descriptor"))]
    return CardView(
        hit=hit_view(hit, day, label, urls),
        notices=notices(tuple(lines[:1]), tone) + notices(tuple(lines[1:]), "quiet"),
        choices=choices_view(found.choices, day, urls) if found.choices else None,
        # Several codes may show the same section, and an id stands only once on a page.
        sections=tuple(
            replace(section_view(section, day, urls), id=f"{section.id}-{hit.record.code}")
            for section in found.sections
        ),
    )


def _missing(answer: CodeAnswer, missing: NotLoaded, day: dt.date, urls: Urls) -> MissingView:
    return MissingView(
        code=answer.text,
        systems=", ".join(missing.systems),
        problems=tuple(problem.text for problem in missing.problems),
        choices=tuple(choices_view(choices, day, urls) for choices in missing.choices),
        searched="; ".join(missing.releases) or "the hand-kept facts",
    )


def _icd9(answer: Icd9Answer, day: dt.date, urls: Urls) -> Icd9View:
    def views(targets: tuple[Icd9Target, ...]) -> tuple[TargetView, ...]:
        links = link_views((target.link for target in targets), day, urls)
        matches = ("approximate" if target.approximate else "equal" for target in targets)
        return tuple(TargetView(link, match) for link, match in zip(links, matches, strict=True))

    return Icd9View(
        code=answer.display,
        title=f"ICD-9-CM {answer.type}{': ' + answer.title if answer.title else ''}",
        targets=views(answer.targets),
        combinations=tuple(tuple(views(each) for each in lists) for lists in answer.combinations),
        no_match=answer.no_match,
        note=answer.note,
    )


def _rows(answer: CodeAnswer, day: dt.date, urls: Urls) -> list[RowView]:
    rows = [_row(answer.text, found.hit.record, day, urls) for found in answer.found]
    for icd9 in answer.icd9:
        targets = ", ".join(target.link.display for target in icd9.targets) or "no single code"
        rows.append(
            RowView(icd9.display, None, "ICD-9-CM", Badge("Not current", "warn"), f"approximately {targets}")
        )
    if answer.not_loaded:
        systems = ", ".join(answer.not_loaded.systems)
        rows.append(RowView(answer.text, None, systems, Badge("Not loaded", "warn"), ""))
    return rows


def _row(typed: str, record: Record, day: dt.date, urls: Urls) -> RowView:
    url = urls.record(record.kind, record.system, record.code, day)
    named = record.title or str(record.fields.get("family") or "").rpartition("; ")[2]
    title = named or missing_title(record)
    return RowView(typed, url, system_name(record.system), status_badge(record), title)


def _shown_as(shown: ShownAs, day: dt.date, urls: Urls) -> ShownAsView:
    links = link_views(shown.links, day, urls)
    if shown.request.kind == "ptp_edit":
        # The title of an edit is its codes; both sets may have them.
        links = tuple(replace(link, code=link.title, title=link.system) for link in links)
    return ShownAsView(
        heading=f"Shown as {shown.asked.label}" if links else f"No {shown.asked.label} found",
        links=links,
        url=urls.search(shown.request),
        link=f"All {number(shown.total)} found" if shown.total > len(shown.links) else "Search there",
    )
