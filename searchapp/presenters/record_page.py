"""The page of one record, and the page that asks which of several systems is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from coding.detail import Detail, Link
from coding.tree import MOST_COMPLETIONS
from searchapp.presenters.as_of import AsOf, record_as_of
from searchapp.presenters.family import Family, family
from searchapp.presenters.links import LinkView, link_views
from searchapp.presenters.notices import Notice, notices
from searchapp.presenters.sections import SectionView, section_view
from searchapp.presenters.successors import SuccessorGroup, successor_groups
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import (
    Badge,
    code_label,
    full_title,
    is_own_title,
    missing_title,
    number,
    status_badge,
    system_name,
    validity,
)
from searchcore.codes import Status
from searchcore.result import Record
from searchcore.schema import load_kind

TONES = {Status.DELETED: "stop", Status.HEADER: "warn", Status.UNKNOWN: "warn", Status.FUTURE: "warn"}


@dataclass(frozen=True)
class VersionView:
    """One version of the record; `current` is the one that the page shows."""

    validity: str
    title: str
    releases: str
    current: bool


@dataclass(frozen=True)
class RecordPage:
    """All parts of a record's page."""

    title: str
    code: str
    name: str
    titled: bool
    family: Family | None
    system: str
    kind: str
    badge: Badge
    validity: str
    canonical: str
    api_url: str
    search_url: str
    as_of: AsOf
    headline: tuple[Notice, ...]
    successors: tuple[SuccessorGroup, ...]
    ancestors: tuple[LinkView, ...]
    children: tuple[LinkView, ...]
    completions: tuple[LinkView, ...]
    completions_title: str
    next_to: tuple[LinkView, ...]
    alike: tuple[LinkView, ...]
    elsewhere: tuple[LinkView, ...]
    versions: tuple[VersionView, ...]
    sections: tuple[SectionView, ...]

    @property
    def has_aside(self) -> bool:
        """Whether anything stands beside the sections."""
        beside = self.children or self.next_to or self.alike or self.elsewhere
        return bool(beside or len(self.versions) > 1)


def record_page(detail: Detail, as_of: dt.date, urls: Urls) -> RecordPage:
    """Return the page of a record on a day; every link on it keeps the day."""
    record = detail.record
    return RecordPage(
        title=_title(record),
        code=code_label(record),
        name="" if is_own_title(record) else record.title or missing_title(record),
        titled=bool(record.title),
        family=family(record.fields),
        system=system_name(record.system),
        kind=load_kind(record.kind).label,
        badge=status_badge(record),
        validity=validity(record),
        canonical=urls.record(record.kind, record.system, record.code, as_of),
        api_url=urls.api_record(record.kind, record.system, record.code, as_of),
        search_url=urls.search_action,
        as_of=record_as_of(record.kind, record.system, record.code, as_of, urls),
        headline=headline(detail),
        successors=successor_groups(detail.successors, as_of, urls, _titles(detail)),
        ancestors=link_views(detail.ancestors, as_of, urls),
        children=link_views(_children(detail), as_of, urls),
        completions=link_views(_completions(detail), as_of, urls),
        completions_title=_completions_title(len(detail.completions)),
        next_to=link_views(detail.next_to, as_of, urls),
        alike=link_views(detail.alike, as_of, urls),
        elsewhere=link_views(detail.elsewhere, as_of, urls),
        versions=tuple(_version(version, record) for version in detail.versions),
        sections=tuple(section_view(section, as_of, urls) for section in detail.sections),
    )


def headline(detail: Detail) -> tuple[Notice, ...]:
    """Return what must be said at first sight; the first line, the most urgent, has the status's tone."""
    tone = TONES.get(Status(detail.record.status))
    return notices(detail.headline[:1], tone or "quiet") + notices(detail.headline[1:], "quiet")


def _title(record: Record) -> str:
    if is_own_title(record):
        return f"{system_name(record.system)} {record.title}"
    return f"{record.display} {record.title}" if record.title else full_title(record)


def _titles(detail: Detail) -> dict[tuple[str, str], str]:
    """Return the titles that the page knows of other records."""
    links = (*detail.completions, *detail.children)
    return {(link.system, link.code): link.title for link in links if link.title}


def _completions(detail: Detail) -> tuple[Link, ...]:
    """Return the billable codes below, unless all of them stand among the successors already."""
    shown = {successor.code for successor in detail.successors}
    return () if {link.code for link in detail.completions} <= shown else detail.completions


def _completions_title(count: int) -> str:
    """Return the heading of the billable codes below; it says so where there are more than are listed."""
    few = f"Some of the billable codes below ({number(count)})"
    return few if count >= MOST_COMPLETIONS else f"Billable codes below ({number(count)})"


def _children(detail: Detail) -> tuple[Link, ...]:
    """Return the level below, unless every record of it stands among the billable codes shown already."""
    shown = {link.code for link in detail.completions}
    return () if {link.code for link in detail.children} <= shown else detail.children


def choices(details: Iterable[Detail], as_of: dt.date, urls: Urls) -> tuple[LinkView, ...]:
    """Return one link a system that knows a code, for the page that asks which one is meant."""
    return link_views(
        (
            Link(r.kind, r.system, r.code, r.display, r.title or missing_title(r), r.status)
            for r in (detail.record for detail in details)
        ),
        as_of,
        urls,
    )


def _version(version: Record, shown: Record) -> VersionView:
    same = (version.valid_from, version.valid_to) == (shown.valid_from, shown.valid_to)
    return VersionView(
        validity=validity(version),
        title=full_title(version),
        releases=", ".join(version.releases),
        current=same,
    )
