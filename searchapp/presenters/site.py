"""What every page of the site shows, and the pages about the site itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchapp.presenters.search_box import SearchBox, search_box
from searchapp.presenters.urls import Urls, page_request
from searchapp.presenters.words import number
from searchcore.schema import KINDS, load_kind

if TYPE_CHECKING:
    from searchcore.facts import ReleaseInfo

# Searches that the start page offers: text, kind, what it shows.
EXAMPLES = (
    ("type 2 diabetes with kidney disease", "code", "words, best match first"),
    ("E11.9", "code", "a code in any spelling"),
    ("90862", "code", "a deleted code and what took its place"),
    ("knee scope", "code", "a family of CPT numbers in plain words"),
    ("11042", "ptp_edit", "NCCI edits that name a code"),
    ("59", "modifier", "a modifier"),
)


@dataclass(frozen=True)
class Site:
    """The frame of every page. `generation` is empty where none could be read."""

    home_url: str
    about_url: str
    search_url: str
    is_sample: bool
    generation: str
    version: str


@dataclass(frozen=True)
class Example:
    """A search to try."""

    text: str
    caption: str
    url: str


@dataclass(frozen=True)
class KindCount:
    """A kind of record and how many there are; `url` lists them."""

    label: str
    count: str
    url: str


@dataclass(frozen=True)
class ReleaseRow:
    """One loaded release in words."""

    title: str
    release: str
    window: str
    rows: str
    rejected: str
    file: str
    sha256: str


@dataclass(frozen=True)
class HomePage:
    """The start page."""

    box: SearchBox
    kinds: tuple[KindCount, ...]
    examples: tuple[Example, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AboutPage:
    """The page about the data."""

    releases: tuple[ReleaseRow, ...]


def site(urls: Urls, *, is_sample: bool, generation: str, version: str) -> Site:
    """Return the frame of the pages."""
    return Site(urls.home, urls.about, urls.search_action, is_sample, generation, version)


def home_page(counts: Mapping[str, int], releases: Iterable[ReleaseInfo], urls: Urls) -> HomePage:
    """Return the start page: what there is to search, and searches to try."""
    return HomePage(
        box=search_box(page_request("", "code", urls.today), urls),
        kinds=tuple(
            KindCount(
                load_kind(kind).label,
                number(counts.get(kind, 0)),
                urls.search(page_request("", kind, urls.today)),
            )
            for kind in KINDS
        ),
        examples=tuple(
            Example(text, caption, urls.search(page_request(text, kind, urls.today)))
            for text, kind, caption in EXAMPLES
        ),
        sources=loaded(releases),
    )


def about_page(releases: Iterable[ReleaseInfo]) -> AboutPage:
    """Return the page about the data: every loaded release with its rows and hash."""
    return AboutPage(tuple(_release_row(release) for release in releases))


def loaded(releases: Iterable[ReleaseInfo]) -> tuple[str, ...]:
    """Return one line a source: its title and the releases of it that are loaded."""
    names: dict[str, dict[str, None]] = {}
    for release in releases:
        names.setdefault(release.title, {})[release.release] = None
    return tuple(f"{title}: {', '.join(found)}" for title, found in names.items())


def _release_row(release: ReleaseInfo) -> ReleaseRow:
    start = release.start or "not given"
    return ReleaseRow(
        title=release.title,
        release=release.release,
        window=f"{start} to {release.end}" if release.end else start,
        rows=number(release.rows),
        rejected=number(release.rejected),
        file=release.file,
        sha256=release.sha256,
    )
