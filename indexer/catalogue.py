"""What has been imported: the published files byte for byte, and one JSON per source and release.

<data-dir>/files/<sha256><suffixes>           a published file, stored once
<data-dir>/releases/<source>/<release>.json   its members: where they are, hashes, rows, rejects
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.archives import Damaged, Limits, open_file
from indexer.files import atomic_open, locked, write_json
from indexer.sources.base import Member, Release
from searchcore.errors import SourceFileError

KEPT_REJECTS = 200
# What is in the store was accepted under the limits of its import, and is checked against its hash.
_NO_LIMITS = Limits(1 << 50, 1 << 50, ratio=1 << 50, depth=1 << 10, members=1 << 50)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Part:
    """One accepted member of a release.

    Attributes:
        part: of a release in several files or forms; empty if it is whole.
        file: published file name; `member`: path inside it (empty for a loose file).
        sha256: of the member's bytes; `file_sha256`: of the published file; `stored`: its name in `files/`.
        rows, rejected: data rows read and rejected; `rejects`: the first of them (line, reason, text).
        checks: counts by name, as the reader gave them.
    """

    part: str
    file: str
    member: str
    sha256: str
    file_sha256: str
    stored: str
    rows: int
    rejected: int
    imported: str
    rejects: list[dict[str, Any]] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportedRelease:
    """A release of a source with its parts by name; `start` and `end` are its window."""

    source: str
    name: str
    start: dt.date | None
    end: dt.date | None
    parts: dict[str, Part]

    @property
    def id(self) -> str:
        """Return `source/release`, the id used in origins and facts."""
        return f"{self.source}/{self.name}"


class Catalogue:
    """The imported releases under a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._files = data_dir / "files"
        self._releases = data_dir / "releases"
        self._digests: dict[tuple[str, int, int], str] = {}

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock that every change of the catalogue needs."""
        return locked(self.data_dir / "import.lock", "import", SourceFileError)

    def releases(self) -> list[ImportedRelease]:
        """Return all imported releases, by source and window."""
        found = [self._load(path) for path in sorted(self._releases.glob("*/*.json"))]
        return sorted(found, key=lambda r: (r.source, r.start or dt.date.min, r.name))

    def find(self, source: str, release: str) -> ImportedRelease | None:
        """Return one release, or None."""
        return self._load(self._path(source, release)) if self.has(source, release) else None

    def has(self, source: str, release: str) -> bool:
        """Tell whether there is a record of a release, be it damaged or not."""
        # Names are taken from the command line too: they must not lead elsewhere.
        plain = all(_PLAIN_NAME.fullmatch(name) for name in (source, release))
        return plain and self._path(source, release).is_file()

    def store(self, path: Path) -> tuple[str, str]:
        """Keep a published file; return its SHA-256 and its name in the store."""
        digest = self._digest(path)
        suffix = re.search(r"(\.[a-z0-9]{1,8}){1,2}$", path.name.lower())
        stored = digest + (suffix[0] if suffix else "")
        target = self._files / stored
        if not target.is_file() or self._digest(target) != digest:
            with path.open("rb") as source, atomic_open(target) as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        return digest, stored

    def holds(self, part: Part) -> bool:
        """Tell whether the published file of a part is in the store, byte for byte."""
        path = self._files / part.stored
        return path.is_file() and self._digest(path) == part.file_sha256

    def _digest(self, path: Path) -> str:
        """Return the SHA-256 of a file; not computed anew for every member of an archive."""
        stat = path.stat()
        key = (str(path), stat.st_size, stat.st_mtime_ns)
        if key not in self._digests:
            self._digests[key] = file_sha256(path)
        return self._digests[key]

    def add(self, source: str, release: Release, part: Part) -> None:
        """Record a part of a release, in place of an earlier one of the same name."""
        known = self.find(source, release.name)
        parts = {**(known.parts if known else {}), part.part: part}
        start = known.start if known and known.start else release.start
        self._write(ImportedRelease(source, release.name, start, release.end, parts))

    def remove(self, source: str, release: str) -> None:
        """Forget a release; files that no other release uses are deleted from the store."""
        self._path(source, release).unlink()
        self.clean()

    def clean(self) -> None:
        """Delete what no release uses: replaced files, and what an import that was killed left behind.

        Call with the lock held.
        """
        for unfinished in (*self._releases.glob("*/.*"), *self._files.glob(".*")):
            unfinished.unlink()
        try:
            used = {part.stored for found in self.releases() for part in found.parts.values()}
        except SourceFileError:
            return  # A damaged record does not tell what it used.
        for path in self._files.glob("*"):
            if path.name not in used:
                path.unlink()

    def open(self, part: Part) -> Member:
        """Open an imported member again; raise SourceFileError if the store no longer holds those bytes."""
        path = self._files / part.stored
        wanted = f"{part.file}!{part.member}" if part.member else part.file
        if path.is_file():
            for found in open_file(path, part.file, _NO_LIMITS, wanted=wanted):
                if isinstance(found, Damaged) or found.path != wanted:
                    continue
                if hashlib.sha256(found.content).hexdigest() == part.sha256:
                    return found
                found.forget()
        raise SourceFileError(
            "the stored copy is missing or changed", where=wanted, mend="import the file again"
        )

    def _path(self, source: str, release: str) -> Path:
        return self._releases / source / f"{release}.json"

    def _write(self, release: ImportedRelease) -> None:
        write_json(
            self._path(release.source, release.name),
            {
                "source": release.source,
                "release": release.name,
                "start": release.start.isoformat() if release.start else None,
                "end": release.end.isoformat() if release.end else None,
                "parts": {name: asdict(part) for name, part in release.parts.items()},
            },
        )

    def _load(self, path: Path) -> ImportedRelease:
        try:
            data = json.loads(path.read_bytes())
            parts = {name: Part(**part) for name, part in data["parts"].items()}
            start, end = (dt.date.fromisoformat(data[key]) if data[key] else None for key in ("start", "end"))
            if (data["source"], data["release"]) != (path.parent.name, path.stem) or not parts:
                raise ValueError("this is the record of another release")
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise SourceFileError(
                "this record of an import is damaged",
                where=str(path),
                mend=f"run: codefacet forget {path.parent.name} {path.stem}, then import the file again",
            ) from error
        return ImportedRelease(data["source"], data["release"], start, end, parts)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def all_parts(releases: list[ImportedRelease]) -> Iterator[tuple[ImportedRelease, Part]]:
    """Yield every part with its release."""
    for release in releases:
        for part in release.parts.values():
            yield release, part
