"""What has been imported: the published files byte for byte, and one JSON per source and release.

<data-dir>/files/<sha256><suffixes>           a published file, stored once
<data-dir>/releases/<source>/<release>.json   its members: where they are, hashes, rows, rejects
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.archives import Damaged, Limits, open_file
from indexer.files import atomic_open, write_json
from indexer.sources.base import Member, Release
from searchcore.errors import SourceFileError

KEPT_REJECTS = 200


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

    def releases(self) -> list[ImportedRelease]:
        """Return all imported releases, by source and window."""
        found = [self._load(path) for path in sorted(self._releases.glob("*/*.json"))]
        return sorted(found, key=lambda r: (r.source, r.start or dt.date.min, r.name))

    def find(self, source: str, release: str) -> ImportedRelease | None:
        """Return one release, or None."""
        path = self._path(source, release)
        return self._load(path) if path.exists() else None

    def store(self, path: Path) -> tuple[str, str]:
        """Keep a published file; return its SHA-256 and its name in the store."""
        digest = file_sha256(path)
        stored = digest + "".join(path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]).lower()
        target = self._files / stored
        if not target.exists():
            with path.open("rb") as source, atomic_open(target) as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        return digest, stored

    def add(self, source: str, release: Release, part: Part) -> None:
        """Record a part of a release, in place of an earlier one of the same name."""
        known = self.find(source, release.name)
        parts = {**(known.parts if known else {}), part.part: part}
        start = known.start if known and known.start else release.start
        self._write(ImportedRelease(source, release.name, start, release.end, parts))

    def remove(self, source: str, release: str) -> None:
        """Forget a release; files that no other release uses are deleted from the store."""
        self._path(source, release).unlink()
        used = {part.stored for found in self.releases() for part in found.parts.values()}
        for path in self._files.iterdir():
            if path.name not in used and not path.name.startswith("."):
                path.unlink()

    def open(self, part: Part, limits: Limits | None = None) -> Member:
        """Open an imported member again; raise SourceFileError if the store no longer holds those bytes."""
        path = self._files / part.stored
        wanted = f"{part.file}!{part.member}" if part.member else part.file
        if path.exists():
            for found in open_file(path, part.file, limits):
                if isinstance(found, Damaged):
                    continue
                if found.path == wanted and hashlib.sha256(found.content).hexdigest() == part.sha256:
                    name = part.file.removesuffix(".gz") if not part.member else found.name
                    return Member(part.file, wanted, name, found.size, found.read)
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
        except (ValueError, KeyError, TypeError) as error:
            raise SourceFileError(
                "this record of an import is damaged",
                where=str(path),
                mend="delete it and import the file again",
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
