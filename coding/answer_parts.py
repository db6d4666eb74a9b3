"""What the answers beside a list of hits are made of; plain data for the page, the terminal and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coding.detail import Link, Section
from coding.headline import HEADER
from searchcore.result import Hit


@dataclass(frozen=True)
class Problem:
    """Why a code cannot be billed as typed.

    Attributes:
        id: `unknown_category`, `header`, `missing_seventh`, `wrong_seventh`, `missing_placeholder`,
            `too_long`, `not_in_table`, `no_table`, `not_in_order_file` or `not_loaded`.
        text: the same for people.
    """

    id: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"id": self.id, "text": self.text}


@dataclass(frozen=True)
class Choices:
    """Codes to choose from next.

    Attributes:
        id: `completions` (all legal billable codes below), `children` (one level down) or `nearest`
            (existing codes that are nearest to one that is not loaded).
        links: the first of them.
        total: how many there are.
    """

    id: str
    links: tuple[Link, ...]
    total: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"id": self.id, "total": self.total, "codes": [link.as_dict() for link in self.links]}


@dataclass(frozen=True)
class HeaderBelow:
    """A header among the hits, and the codes to choose next."""

    header: Link
    choices: Choices

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"header": self.header.as_dict(), "choices": self.choices.as_dict()}


@dataclass(frozen=True)
class FoundCode:
    """A typed code as one system has it.

    Attributes:
        hit: the version that stands for it on the day, its successors, the release that is carried forward.
        headline: what must be said at first sight.
        problem: why it cannot be billed as it is; None if it can, or if no rule of its system is at hand.
        choices: what to choose next, of a header.
        sections: what was asked of it (its MUE, its add-on edits).
    """

    hit: Hit
    headline: tuple[str, ...] = ()
    problem: Problem | None = None
    choices: Choices | None = None
    sections: tuple[Section, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what must be said first; what exactly is missing takes the place of "a header"."""
        said = [line for line in self.headline if self.problem is None or line != HEADER]
        return (self.problem.text, *said) if self.problem else tuple(said)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: a hit without what belongs to a list of hits, and more."""
        form = self.hit.as_dict()
        for name in ("score", "highlight", "exact", "why"):
            del form[name]
        return {
            **form,
            "headline": list(self.headline),
            "problem": self.problem.as_dict() if self.problem else None,
            "choices": self.choices.as_dict() if self.choices else None,
            "sections": [section.as_dict() for section in self.sections],
        }


@dataclass(frozen=True)
class NotLoaded:
    """A code-shaped text that is in no loaded release, which does not mean that it is invalid.

    Attributes:
        systems: names of the systems that were looked in.
        releases: ids of the releases that were searched.
        problems: what keeps it from being a code of a system, where the loaded files can tell.
        choices: the nearest codes that exist, or the legal completions.
    """

    systems: tuple[str, ...]
    releases: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    choices: tuple[Choices, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "systems": list(self.systems),
            "releases": list(self.releases),
            "problems": [problem.as_dict() for problem in self.problems],
            "choices": [choices.as_dict() for choices in self.choices],
        }


@dataclass(frozen=True)
class Icd9Target:
    """One ICD-10 code that an ICD-9-CM code leads to; `approximate` as the mapping file says."""

    link: Link
    approximate: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**self.link.as_dict(), "approximate": self.approximate}


@dataclass(frozen=True)
class Icd9Answer:
    """What the General Equivalence Mappings say of an ICD-9-CM code.

    Attributes:
        code, display, title, type: the ICD-9-CM code; `type` is diagnosis or procedure.
        targets: single codes, each of which stands for it alone.
        combinations: alternatives; of each, one code from every list is needed together.
        no_match: the file says that nothing corresponds to it.
        note: that the mappings are old.
        source: rows that say so.
    """

    code: str
    display: str
    title: str | None
    type: str
    targets: tuple[Icd9Target, ...]
    combinations: tuple[tuple[tuple[Icd9Target, ...], ...], ...]
    no_match: bool
    note: str
    source: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "code": self.code,
            "display": self.display,
            "title": self.title,
            "type": self.type,
            "targets": [target.as_dict() for target in self.targets],
            "combinations": [
                [[target.as_dict() for target in choice] for choice in lists] for lists in self.combinations
            ],
            "no_match": self.no_match,
            "note": self.note,
            "source": list(self.source),
        }


@dataclass(frozen=True)
class CodeAnswer:
    """All that is said of one typed code.

    Attributes:
        text, code: as typed, and its stored form.
        found: one entry a system that has it.
        modifiers: those that were attached to it, as the loaded lists have them.
        not_loaded: set where no system has it.
        icd9: set where it is an ICD-9-CM code, too.
    """

    text: str
    code: str
    found: tuple[FoundCode, ...] = ()
    modifiers: tuple[FoundCode, ...] = ()
    not_loaded: NotLoaded | None = None
    icd9: tuple[Icd9Answer, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "text": self.text,
            "code": self.code,
            "found": [found.as_dict() for found in self.found],
            "modifiers": [found.as_dict() for found in self.modifiers],
            "not_loaded": self.not_loaded.as_dict() if self.not_loaded else None,
            "icd9": [answer.as_dict() for answer in self.icd9],
        }
