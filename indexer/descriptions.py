"""The source descriptions, `corpora/<id>/source.yaml`: what a source is, how to recognise it, where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.tables import TABLES
from indexer.yaml_keys import Keys
from searchcore.data import corpora_dir
from searchcore.errors import ConfigurationError

FILE_NAME = "source.yaml"
NOT_SOURCES = ("facts", "sample")
LICENCES = ("public-domain", "cms-ama", "user")
NEWEST_BY = ("release", "part")
DEFAULT_MAXIMUM_BYTES = 1_000_000_000
ANY_RELEASE = "*"

_REQUIRED = (
    "id",
    "title",
    "publisher",
    "licence",
    "cadence",
    "reader",
    "tables",
    "names",
    "minimum_rows",
)
_OPTIONAL = ("reader_options", "rename_to", "forms", "newest_by", "anchors", "urls", "maximum_bytes")


@dataclass(frozen=True)
class Anchors:
    """Codes that must be in a release, and codes that must not."""

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Address:
    """Where one file of one release is published; `file` is the name that it is kept under."""

    release: str
    url: str
    file: str

    @property
    def host(self) -> str:
        """The host name of the address, in lower case."""
        return (urlsplit(self.url).hostname or "").lower()


@dataclass(frozen=True)
class SourceDescription:
    """One publication, as its source.yaml describes it.

    Attributes:
        names: patterns searched for in the base name of a member (`.gz` already stripped).
        rename_to: how to name a file whose own name does not give the release; empty if none is needed.
        minimum_rows: a file with fewer rows is set aside as an excerpt.
        forms: the forms that one release comes in, most trusted first.
        newest_by: `part` where each part has releases of its own (the tables of an export), else `release`.
        anchors: by release name; `*` for every release.
        urls: known addresses for `codefacet fetch`.
        maximum_bytes: a download that grows beyond this is stopped.
    """

    id: str
    title: str
    publisher: str
    licence: str
    cadence: str
    reader: str
    tables: tuple[str, ...]
    names: tuple[re.Pattern[str], ...]
    minimum_rows: int
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    rename_to: str = ""
    forms: tuple[str, ...] = ()
    newest_by: str = "release"
    anchors: Mapping[str, Anchors] = field(default_factory=dict)
    urls: tuple[Address, ...] = ()
    maximum_bytes: int = DEFAULT_MAXIMUM_BYTES

    @property
    def needs_acceptance(self) -> bool:
        """Whether a licence has to be accepted before a download."""
        return self.licence != "public-domain"

    def matches(self, name: str) -> bool:
        """Tell whether a member's base name fits one of the patterns."""
        return any(pattern.search(name) for pattern in self.names)

    def anchors_for(self, release: str) -> Anchors:
        """Return the codes to check in a release: its own and those of every release."""
        both = [self.anchors.get(name, Anchors()) for name in (ANY_RELEASE, release)]
        return Anchors(
            present=tuple(code for anchors in both for code in anchors.present),
            absent=tuple(code for anchors in both for code in anchors.absent),
        )


@cache
def load_sources(folder: Path | None = None) -> dict[str, SourceDescription]:
    """Return all sources by id, in order of id.

    Args:
        folder: where the folders of the sources are; None for those that CodeFacet ships.

    Raises:
        ConfigurationError: a source.yaml has an unknown, missing or wrong key.
    """
    root = folder or corpora_dir()
    paths = sorted(path for path in root.glob(f"*/{FILE_NAME}") if path.parent.name not in NOT_SOURCES)
    sources = (load_source(path) for path in paths)
    return {source.id: source for source in sources}


def load_source(path: Path) -> SourceDescription:
    """Return the description in one source.yaml; raise ConfigurationError with file and key."""
    keys = Keys(path)
    keys.check_names(_REQUIRED, _OPTIONAL)
    return SourceDescription(
        id=keys.same("id", path.parent.name),
        title=keys.text("title"),
        publisher=keys.text("publisher"),
        licence=keys.one_of("licence", LICENCES),
        cadence=keys.text("cadence"),
        reader=keys.module("reader"),
        tables=tuple(keys.each_of("tables", tuple(TABLES))),
        names=keys.patterns("names"),
        minimum_rows=keys.count("minimum_rows"),
        reader_options=keys.mapping("reader_options"),
        rename_to=keys.text("rename_to", ""),
        forms=tuple(keys.texts("forms")),
        newest_by=keys.one_of("newest_by", NEWEST_BY) if "newest_by" in keys.data else "release",
        anchors=_anchors(keys),
        urls=_addresses(keys),
        maximum_bytes=keys.count("maximum_bytes", DEFAULT_MAXIMUM_BYTES),
    )


def _anchors(keys: Keys) -> dict[str, Anchors]:
    found = {}
    for release, codes in keys.mapping("anchors").items():
        key = f"anchors.{release}"
        if not isinstance(codes, dict) or not set(codes) <= {"present", "absent"}:
            raise keys.wrong(key, "has other keys than present and absent")
        lists = {name: tuple(keys.texts(f"{key}.{name}", codes[name])) for name in codes}
        found[keys.release_name(key, release)] = Anchors(**lists)
    return found


def _addresses(keys: Keys) -> tuple[Address, ...]:
    found = []
    for number, entry in enumerate(keys.entries("urls"), start=1):
        key = f"urls, entry {number}"
        if not isinstance(entry, dict) or set(entry) != {"release", "url", "file"}:
            raise keys.wrong(key, "needs exactly the keys release, url and file")
        address = Address(keys.release_name(key, entry["release"]), str(entry["url"]), str(entry["file"]))
        try:
            check_address(address)
        except ConfigurationError as error:
            raise keys.wrong(key, error.what, error.mend) from error
        found.append(address)
    return tuple(found)


def check_address(address: Address) -> None:
    """Check an address before anything is asked of it.

    Raises:
        ConfigurationError: it is not a plain http(s) address, it carries a password, or its file name
            is not a plain name.
    """
    try:
        parts = urlsplit(address.url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"{address.url!r} is not a web address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"{address.url!r} is not an http or https address")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("the address carries a user name or password", mend="leave them out")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,199}", address.file) or address.file.endswith(
        ".part"
    ):
        raise ConfigurationError(
            f"{address.file!r} is not a plain file name", mend="letters, digits, blanks and . _ - ( ) + only"
        )
