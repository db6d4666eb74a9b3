"""Decides what a file is: by name pattern and content, never by the folder that it lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from indexer.descriptions import SourceDescription, load_sources
from searchcore.data import corpora_dir, load_yaml
from searchcore.errors import ConfigurationError

if TYPE_CHECKING:
    from indexer.sources.base import Member, Reader, Release


@dataclass(frozen=True)
class Recognised:
    """A member that is a file of a source, of a release."""

    source: SourceDescription
    release: Release


@dataclass(frozen=True)
class NotData:
    """A member that is left aside (`refused` False) or refused, and why."""

    reason: str
    refused: bool
    source: str = ""


@cache
def reader_of(name: str) -> Reader:
    """Return the reader of that name from `indexer.sources`."""
    try:
        reader: Reader = import_module(f"indexer.sources.{name}").READER
    except (ModuleNotFoundError, AttributeError) as error:
        raise ConfigurationError(f"there is no reader {name!r}", mend="see indexer/sources/") from error
    return reader


@cache
def _aside_rules() -> list[tuple[re.Pattern[str], str]]:
    rows = load_yaml(corpora_dir() / "leave_aside.yaml")["rows"]
    return [(re.compile(row["name"]), row["reason"]) for row in rows]


def recognise(member: Member) -> Recognised | NotData:
    """Say which source and release a member is.

    Raises:
        SourceFileError: its name and its content contradict each other.
    """
    for pattern, reason in _aside_rules():
        if pattern.search(member.name):
            return NotData(reason, refused=False)
    named = [source for source in load_sources().values() if _name_fits(source, member)]
    alike = [source for source in load_sources().values() if _content_fits(source, member)]
    both = [source for source in alike if source in named]
    if both:
        return _with_release(both[0], member)
    if named:
        titles = " or ".join(source.title for source in named)
        return NotData(f"named like a {titles}, but its content is not one", refused=True, source=named[0].id)
    if len(alike) == 1:
        return _with_release(alike[0], member)
    if alike:
        names = " or ".join(f"{source.rename_to} ({source.title})" for source in alike)
        reason = f"the content fits several sources and the name fits none; rename it {names}"
        return NotData(reason, refused=True)
    return NotData("not a file of any source that CodeFacet knows", refused=False)


def _name_fits(source: SourceDescription, member: Member) -> bool:
    return any(pattern.search(member.name) for pattern in source.names)


def _content_fits(source: SourceDescription, member: Member) -> bool:
    return reader_of(source.reader).recognise(member, source.reader_options)


def _with_release(source: SourceDescription, member: Member) -> Recognised | NotData:
    release = reader_of(source.reader).release(member, source.reader_options)
    if release is None:
        what = f"a {source.title}, but neither name nor content says of which release"
        reason = f"{what}; name it like {source.rename_to}"
        return NotData(reason, refused=True, source=source.id)
    return Recognised(source, release)
